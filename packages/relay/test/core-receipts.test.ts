import { describe, expect, it } from 'vitest';
import type { Watermark } from '../src/domain/event.ts';
import { type Core, client, settle, startCore, stopAfterEach, words } from './support/core.ts';

stopAfterEach();

const report = ({ relay }: Core, participant: string, watermark: Watermark, messageId?: string) =>
  relay.receipt(client(), { conversation: { id: 'c1' }, participant, watermark, messageId });

/** Guest, ann, guest, ann: sequences 1 to 4. */
async function talk() {
  const core = await startCore();
  const genesys = await core.bind();
  genesys.tell(genesys.store('guest', 'one'));
  genesys.tell(genesys.store('agent:ann', 'two'));
  genesys.tell(genesys.store('guest', 'three'));
  genesys.tell(genesys.store('agent:ann', 'four'));
  await settle();
  return { core, genesys, events: await core.listen() };
}

describe('a receipt', () => {
  it('moves a watermark to the message, by any id of it, and is told', async () => {
    const { core, events } = await talk();
    expect(await report(core, 'guest', 'seen', 'platform-2')).toMatchObject({
      outcome: 'sent',
      conversationId: 'c1',
      participant: 'guest',
      watermark: 'seen',
      upTo: 2,
    });
    expect(words(events)).toEqual(['guest seen 2']);
    expect(events[0]?.body).toMatchObject({ evidence: 'reported' });
    const { watermarks } = await core.relay.conversation(client(), { id: 'c1' });
    expect(watermarks).toContainEqual(expect.objectContaining({ participant: 'guest', watermark: 'seen', upTo: 2 }));
  });

  it('again, or of something older, changes nothing and says where it stands', async () => {
    const { core, events } = await talk();
    await report(core, 'guest', 'seen', 'platform-4');
    for (const id of ['platform-4', 'platform-2']) {
      expect(await report(core, 'guest', 'seen', id)).toMatchObject({ outcome: 'coalesced', upTo: 4 });
    }
    expect(events).toHaveLength(1);
  });

  it('without a message means the newest that somebody else wrote', async () => {
    const { core } = await talk();
    expect(await report(core, 'agent:ann', 'seen')).toMatchObject({ outcome: 'sent', upTo: 3 });
    expect(await report(core, 'guest', 'delivered')).toMatchObject({ outcome: 'sent', upTo: 4 });
  });

  it('of one’s own message is refused', async () => {
    const { core } = await talk();
    await expect(report(core, 'guest', 'seen', 'platform-1')).rejects.toMatchObject({
      code: 'request.invalid',
      errors: [{ path: 'messageId' }],
    });
  });

  it('of a message of another conversation, or of none, is refused', async () => {
    const { core } = await talk();
    const other = await core.bind('c2');
    other.tell({ platformIds: ['elsewhere'], participant: 'guest', text: 'hi', time: '2026-01-05T00:00:00.000Z' });
    await settle();
    for (const id of ['elsewhere', 'nowhere']) {
      await expect(report(core, 'guest', 'seen', id)).rejects.toMatchObject({ code: 'message.unknown', status: 404 });
    }
  });

  it('before there is anything to read says so', async () => {
    const core = await startCore();
    await core.bind();
    expect(await report(core, 'guest', 'seen')).toMatchObject({ outcome: 'coalesced', upTo: 0 });
  });

  it('finds its conversation by the message alone', async () => {
    const { core } = await talk();
    expect(await core.relay.findMessage(client(), 'platform-2')).toMatchObject({
      conversation: { id: 'c1', kinds: ['conversation'] },
      platformIds: ['platform-2'],
    });
    await core.relay.unbind(client(), { id: 'c1' });
    await expect(core.relay.findMessage(client(), 'platform-2')).rejects.toMatchObject({
      code: 'conversation.ended',
    });
  });
});

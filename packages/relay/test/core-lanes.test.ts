import { describe, expect, it, vi } from 'vitest';
import { Lanes } from '../src/core/lanes.ts';
import type { ConversationPrincipal } from '../src/domain/principal.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import { openStore } from '../src/store/open-store.ts';
import { Connection } from './support/connection.ts';
import { type Core, client, settle, startCore, stopAfterEach, words } from './support/core.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';
import { StoreFolder } from './support/store-folder.ts';

stopAfterEach();

type Actor = ConversationPrincipal['participant'];

const say = ({ relay }: Core, text: string, participant: Actor = 'guest', idempotencyKey?: string) =>
  relay.message(client(), { conversation: { id: 'c1' }, participant, text, idempotencyKey });

describe('a message', () => {
  it('is accepted once it is written down, told, sent, and told again', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    const { messageId, ...result } = await say(core, 'hi');
    expect(result).toEqual({
      conversationId: 'c1',
      participant: 'guest',
      sequence: 1,
      status: 'accepted',
      repeated: false,
    });
    expect(await core.relay.delivered(messageId, 1_000)).toBe('sent');
    expect(genesys.texts).toEqual(['guest: hi']);
    expect(words(events)).toEqual(['guest says hi (accepted)', 'guest: sent']);
    expect(events[1]?.body).toMatchObject({ messageId, platformIds: ['platform-1'] });
  });

  it('goes once and in order, whichever side writes', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    await Promise.all([say(core, '1'), say(core, '2', 'agent:ann'), say(core, '3'), say(core, '4', 'agent:ann')]);
    await core.clock.advance(1_000);
    expect(genesys.texts).toEqual(['guest: 1', 'agent:ann: 2', 'guest: 3', 'agent:ann: 4']);
  });

  it('waits for the guest to be connected, without an attempt', async () => {
    const core = await startCore();
    core.legs.beginsAs = 'connecting';
    const genesys = await core.bind();
    const { messageId } = await say(core, 'hi');
    await core.clock.advance(600_000);
    expect(await core.store.nextInLane(genesys.bindingId)).toMatchObject({ id: messageId, attempts: 0 });
    genesys.becomes('live');
    await settle();
    expect(genesys.texts).toEqual(['guest: hi']);
  });

  it('that could not leave is tried again after 1 s, 2 s, 4 s … 60 s, with jitter', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.fates = Array.from({ length: 9 }, () => 'stays' as const);
    await say(core, 'hi');
    await settle();
    const delays: number[] = [];
    for (let waitedMs = 0; genesys.texts.length === 0; waitedMs += 250) {
      const left = genesys.fates.length;
      await core.clock.advance(250);
      if (genesys.fates.length === left && genesys.texts.length === 0) continue;
      delays.push(waitedMs + 250);
      waitedMs = -250;
    }
    // Chance is 0.5 here: three quarters of the whole.
    expect(delays).toEqual([750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000]);
    expect(genesys.histories, 'nothing was in doubt').toBe(0);
  });

  it('goes at once when the connection is back, whatever its time', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.fates = Array.from({ length: 5 }, () => 'stays' as const);
    await say(core, 'hi');
    await core.clock.advance(15_000);
    genesys.becomes('waiting');
    genesys.becomes('live');
    await settle();
    expect(genesys.texts).toEqual(['guest: hi']);
  });

  it('waits as long as the platform asks, also when the connection changes meanwhile', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.fates = ['rate'];
    await say(core, 'hi');
    await core.clock.advance(100);
    genesys.becomes('live');
    await core.clock.advance(6_899);
    expect(genesys.texts).toEqual([]);
    await core.clock.advance(1);
    expect(genesys.texts).toEqual(['guest: hi']);
  });

  it('that is refused for good fails with the reason, and the next one goes', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    genesys.fates = ['refused'];
    const { messageId } = await say(core, 'no');
    await say(core, 'yes');
    expect(await core.relay.delivered(messageId, 1_000)).toBe('failed');
    await settle();
    expect(events.find(({ body }) => body.kind === 'message-status')?.body).toMatchObject({
      status: 'failed',
      reason: 'Refused with 400.',
    });
    expect(genesys.texts).toEqual(['guest: yes']);
  });

  it('whose answer was lost is found in the history and does not leave again', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.told = 'never';
    genesys.fates = ['answer-lost'];
    const { messageId } = await say(core, 'hi');
    await core.clock.advance(1_000);
    expect(genesys.histories).toBe(1);
    expect(await core.relay.delivered(messageId, 1)).toBe('sent');
    expect(genesys.texts).toEqual(['guest: hi']);
  });

  it('that was lost leaves again only after the history was read', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.fates = ['lost'];
    genesys.isHistoryReadable = false;
    await say(core, 'hi');
    await core.clock.advance(120_000);
    expect(genesys.texts).toEqual([]);
    genesys.isHistoryReadable = true;
    await core.clock.advance(60_000);
    expect(genesys.texts).toEqual(['guest: hi']);
  });

  it('that was lost leaves again as soon as the connection is back and the history was read', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.fates = ['lost'];
    genesys.isHistoryReadable = false;
    await say(core, 'hi');
    await core.clock.advance(120_000);
    genesys.isHistoryReadable = true;
    genesys.becomes('waiting');
    genesys.becomes('live');
    await settle();
    expect(genesys.texts).toEqual(['guest: hi']);
  });

  it('is not taken for an equal one that arrived before', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.fates = ['arrives', 'lost'];
    await say(core, 'ok');
    await say(core, 'ok');
    await core.clock.advance(5_000);
    expect(genesys.texts).toEqual(['guest: ok', 'guest: ok']);
  });

  it('of an agent who has left fails after 30 s, and lets the next one go', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    genesys.fates = ['stays'];
    const { messageId } = await say(core, 'bye', 'agent:ann');
    await say(core, 'hello?');
    await settle();
    genesys.agentIs('ann', 'disconnected');
    await core.clock.advance(29_000);
    expect(genesys.texts).toEqual([]);
    await core.clock.advance(2_000);
    expect(await core.relay.delivered(messageId, 1)).toBe('failed');
    expect(genesys.texts).toEqual(['guest: hello?']);
  });

  describe('of an agent who has left, and of which nobody knows whether it arrived,', () => {
    const inDoubt = async (fate: 'answer-lost' | 'lost', guest: 'live' | 'waiting' = 'live') => {
      const core = await startCore();
      const genesys = await core.bind();
      const events = await core.listen();
      genesys.agentIs('ann', 'connected');
      genesys.becomes(guest);
      genesys.told = 'never';
      genesys.fates = [fate];
      const { messageId } = await say(core, 'Goodbye', 'agent:ann');
      genesys.agentIs('ann', 'disconnected');
      await settle();
      const tellAll = () => {
        for (const message of genesys.messages) genesys.tell({ ...message, participant: 'agent' });
      };
      return { core, genesys, events, messageId, tellAll };
    };

    it('is sent where the guest’s history shows it, and its copy is no second message', async () => {
      const { core, genesys, events, messageId, tellAll } = await inDoubt('answer-lost');
      tellAll();
      await core.clock.advance(40_000);
      expect(await core.relay.delivered(messageId, 1)).toBe('sent');
      tellAll();
      await settle();
      expect(genesys.texts).toEqual(['agent:ann: Goodbye']);
      expect(words(events)).toEqual(['linked', 'agent:ann says Goodbye (accepted)', 'agent:ann: sent']);
    });

    it('fails 30 s after that where the history does not show it', async () => {
      const { core, genesys, messageId } = await inDoubt('lost');
      await core.clock.advance(20_000);
      expect(genesys.histories).toBe(1);
      expect(await core.store.findMessage('main', messageId)).toMatchObject({ status: 'accepted' });
      await core.clock.advance(20_000);
      expect(await core.store.findMessage('main', messageId)).toMatchObject({
        status: 'failed',
        reason: 'Agent ann has left the conversation.',
      });
      expect(genesys.texts).toEqual([]);
    });

    it('waits until the history can be read', async () => {
      const { core, genesys, messageId } = await inDoubt('answer-lost', 'waiting');
      await core.clock.advance(600_000);
      expect(await core.store.findMessage('main', messageId)).toMatchObject({ status: 'accepted' });
      genesys.becomes('live');
      await settle();
      expect(await core.relay.delivered(messageId, 1)).toBe('sent');
    });

    it('has arrived where its copy was shown before the end, and else that is not known, and said', async () => {
      for (const isShown of [true, false]) {
        const { core, genesys, messageId, tellAll } = await inDoubt('answer-lost', 'waiting');
        if (isShown) tellAll();
        genesys.listener.ended('test');
        await core.clock.advance(1_000);
        expect(await core.store.findMessage('main', messageId)).toMatchObject(
          isShown
            ? { status: 'sent', platformIds: ['platform-1'] }
            : { status: 'failed', reason: expect.stringContaining('It may have arrived.') },
        );
      }
    });

    it('is sent also when the relay was restarted before it knew', async () => {
      const store = new MemoryStore();
      const first = new Connection(store);
      const core = await startCore({ store: first.store });
      const genesys = await core.bind();
      genesys.agentIs('ann', 'connected');
      await settle();
      genesys.fates = ['answer-lost'];
      genesys.told = 'never';
      const { messageId } = await say(core, 'Goodbye', 'agent:ann');
      await settle();
      first.isDead = true;
      const again = await startCore({ store, legs: new ScriptedLegs(core.legs), clock: core.clock, name: 'again' });
      const events = await again.listen();
      const back = again.legs.of('c1');
      back.agentIs('ann', 'disconnected');
      for (const message of back.messages) back.tell({ ...message, participant: 'agent' });
      await core.clock.advance(40_000);
      expect(words(events)).toEqual(['agent:ann: sent']);
      expect(await store.findMessage('main', messageId)).toMatchObject({ status: 'sent' });
    });
  });

  it('fails where the guest can only read', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.becomes('readOnly');
    const { messageId } = await say(core, 'hi');
    await settle();
    expect(await core.relay.delivered(messageId, 1)).toBe('failed');
  });

  it.each([
    ['', 'guest'],
    [' \n', 'guest'],
    ['ü'.repeat(2_049), 'guest'],
    ['x'.repeat(4_001), 'agent:ann'],
  ] as const)('is refused when its text is not fit to be sent (%#)', async (text, participant) => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    await expect(say(core, text, participant)).rejects.toMatchObject({
      code: 'request.invalid',
      errors: [{ path: 'text' }],
    });
  });

  it('of an agent who is not connected is refused with what to do', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    await expect(say(core, 'hi', 'agent:ann')).rejects.toMatchObject({ code: 'agent.absent', status: 409 });
    genesys.agentIs('ann', 'alerting');
    await expect(say(core, 'hi', 'agent:ann')).rejects.toMatchObject({ code: 'agent.absent' });
  });
});

describe('what somebody else wrote in the same words', () => {
  const logged = async ({ store }: Core) =>
    (await store.events({ clientId: 'main', limit: 1_000 })).filter(({ body }) => body.kind === 'message').length;

  it('is logged once the delivery that it might have been has ended', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    genesys.holdsSends = true;
    await say(core, 'ok', 'agent:ann');
    await settle();
    genesys.tell(genesys.store('agent', 'ok'));
    await settle();
    expect(await logged(core)).toBe(1);
    genesys.waiting.shift()?.();
    await settle();
    expect(await logged(core)).toBe(2);
    expect(genesys.texts).toEqual(['agent: ok', 'agent:ann: ok']);
  });

  it('is logged at once when the other side wrote it', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.holdsSends = true;
    await say(core, 'ok');
    await settle();
    genesys.tell(genesys.store('agent', 'ok'));
    await settle();
    expect(await logged(core)).toBe(2);
  });

  it('is logged as soon as it is certain that ours did not leave', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    genesys.holdsSends = true;
    genesys.fates = ['stays'];
    await say(core, 'ok', 'agent:ann');
    await settle();
    genesys.tell(genesys.store('agent', 'ok'));
    genesys.waiting.shift()?.();
    await settle();
    expect(await logged(core)).toBe(2);
  });

  it('is logged at once when nothing of ours is on its way', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    await say(core, 'ok', 'agent:ann');
    await settle();
    genesys.tell(genesys.store('agent:ann', 'ok'));
    await settle();
    expect(await logged(core)).toBe(2);
  });

  it('is logged at once beyond 100 that wait', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.holdsSends = true;
    genesys.told = 'never';
    await say(core, 'ok');
    await settle();
    for (let i = 0; i < 101; i++) genesys.tell(genesys.store('guest', ' ok\r\n'));
    await settle();
    expect(await logged(core)).toBe(2);
    genesys.waiting.shift()?.();
    await settle();
    expect(await logged(core)).toBe(102);
  });
});

it('an attempt that another process has begun is left to it', async () => {
  const core = await startCore();
  const genesys = await core.bind();
  genesys.becomes('waiting');
  const { apply } = core.store;
  core.store.apply = async (writes) => {
    const [write] = writes;
    if (write?.kind === 'begin-attempt') await apply.call(core.store, [write]);
    return apply.call(core.store, writes);
  };
  await say(core, 'hi');
  genesys.becomes('live');
  await settle();
  expect(genesys.texts).toEqual([]);
});

it('a message that finds its lane empty leaves after one commit, and the one behind it after its own', async () => {
  const core = await startCore();
  const genesys = await core.bind();
  const batches: string[] = [];
  const { apply } = core.store;
  core.store.apply = async (writes) => {
    batches.push(writes.map(({ kind }) => kind).join(' and '));
    return apply.call(core.store, writes);
  };
  genesys.told = 'never';
  await Promise.all([say(core, '1'), say(core, '2')]);
  await settle();
  expect(genesys.texts).toEqual(['guest: 1', 'guest: 2']);
  expect(batches).toEqual([
    'accept-message and begin-attempt',
    'accept-message',
    'settle-message',
    'begin-attempt',
    'settle-message',
  ]);
});

it('an attempt that was reserved for a message that was not taken is free for the next one', async () => {
  const core = await startCore({ laneMax: 0 });
  const genesys = await core.bind();
  await expect(say(core, 'no room')).rejects.toMatchObject({ code: 'lane.full' });
  expect(genesys.texts).toEqual([]);
  const { apply } = core.store;
  const batches: number[] = [];
  core.store.apply = async (writes) => {
    batches.push(writes.length);
    return apply.call(core.store, writes);
  };
  await expect(say(core, 'no room')).rejects.toMatchObject({ code: 'lane.full' });
  expect(batches).toEqual([2]);
});

it('how a message ended is remembered for the last thousand', async () => {
  const core = await startCore();
  await core.bind();
  const first = await say(core, 'first');
  for (let i = 0; i < 1_000; i++) {
    await say(core, 'more');
    await settle();
  }
  const asked = core.relay.delivered(first.messageId, 1);
  await core.clock.advance(1);
  expect(await asked).toBe('accepted');
});

describe('a key', () => {
  it('makes a repeated call one message, and says so', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const first = await say(core, 'hi', 'guest', 'k1');
    await settle();
    expect(await say(core, 'hi', 'guest', 'k1')).toEqual({ ...first, status: 'sent', repeated: true });
    await settle();
    expect(genesys.texts).toEqual(['guest: hi']);
  });

  it('with other content is refused', async () => {
    const core = await startCore();
    await core.bind();
    await say(core, 'hi', 'guest', 'k1');
    await expect(say(core, 'ho', 'guest', 'k1')).rejects.toMatchObject({ code: 'idempotency.conflict', status: 409 });
  });

  it('answers also after the agent has left, and after the end', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    const { messageId } = await say(core, 'hi', 'agent:ann', 'k1');
    await settle();
    genesys.agentIs('ann', 'disconnected');
    expect(await say(core, 'hi', 'agent:ann', 'k1')).toMatchObject({ messageId, repeated: true });
    await expect(say(core, 'more', 'agent:ann', 'k2')).rejects.toMatchObject({ code: 'agent.absent' });
    await core.relay.unbind(client(), { id: 'c1' });
    expect(await say(core, 'hi', 'agent:ann', 'k1')).toMatchObject({ messageId, repeated: true });
    await expect(say(core, 'more', 'agent:ann', 'k2')).rejects.toMatchObject({ code: 'conversation.ended' });
  });
});

describe('a lane', () => {
  it('that is full refuses with a time to come back, and other conversations do not care', async () => {
    const core = await startCore({ laneMax: 2 });
    const genesys = await core.bind();
    const other = await core.bind('c2');
    genesys.becomes('waiting');
    await say(core, '1');
    await say(core, '2');
    await expect(say(core, '3')).rejects.toMatchObject({ code: 'lane.full', status: 429, retryAfterMs: 5_000 });
    expect((await core.relay.conversation(client(), { id: 'c1' })).queued).toBe(2);
    await core.relay.message(client(), { conversation: { id: 'c2' }, participant: 'guest', text: 'hi' });
    await settle();
    expect(other.texts).toEqual(['guest: hi']);
    genesys.becomes('live');
    await settle();
    await say(core, '3');
    await settle();
    expect(genesys.texts).toEqual(['guest: 1', 'guest: 2', 'guest: 3']);
    expect((await core.relay.conversation(client(), { id: 'c1' })).queued).toBe(0);
  });

  it('goes on after the store has failed', async () => {
    const store = new MemoryStore();
    const core = await startCore({ store });
    const genesys = await core.bind();
    genesys.told = 'never';
    const { apply } = store;
    genesys.holdsSends = true;
    const { messageId } = await say(core, 'hi');
    await settle();
    store.apply = async () => {
      throw new Error('The disk is full.');
    };
    genesys.waiting.shift()?.();
    await core.clock.advance(3_000);
    expect(await store.findMessage('main', messageId)).toMatchObject({ status: 'accepted' });
    store.apply = apply;
    genesys.holdsSends = false;
    await core.clock.advance(2_000);
    expect(await store.findMessage('main', messageId)).toMatchObject({ status: 'sent' });
    expect(genesys.texts, 'it had arrived, and did not leave again').toEqual(['guest: hi']);
  });

  it('ends with the conversation: what waits fails, and says so', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    genesys.becomes('waiting');
    await say(core, '1');
    await say(core, '2');
    genesys.listener.ended('superseded');
    await settle();
    expect(words(events)).toEqual([
      'guest says 1 (accepted)',
      'guest says 2 (accepted)',
      'ended',
      'guest: failed',
      'guest: failed',
    ]);
    expect(genesys.isClosed).toBe(true);
  });

  it('is emptied before a client’s end, and takes nothing more meanwhile', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    genesys.holdsSends = true;
    await say(core, 'last words');
    await settle();
    const unbound = core.relay.unbind(client(), { id: 'c1' });
    await settle();
    await expect(say(core, 'too late')).rejects.toMatchObject({ code: 'conversation.ended' });
    genesys.waiting.shift()?.();
    await unbound;
    expect(words(events)).toEqual(['guest says last words (accepted)', 'guest: sent', 'ended']);
    expect(genesys.isClosed).toBe(true);
    const { binding } = await core.relay.conversation(client(), { id: 'c1' });
    expect(binding).toMatchObject({ state: 'ended', endedBecause: 'unbound' });
  });

  it('does not hold up a client’s end for more than 10 s', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.becomes('waiting');
    const { messageId } = await say(core, 'hi');
    const unbound = core.relay.unbind(client(), { id: 'c1' });
    await core.clock.advance(10_000);
    await unbound;
    expect(await core.relay.delivered(messageId, 1)).toBe('failed');
  });
});

describe('a stop', () => {
  it('lets the delivery that is under way end, and begins no other', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.holdsSends = true;
    await say(core, '1');
    await say(core, '2');
    await settle();
    const stopped = core.relay.stop();
    await settle();
    await expect(say(core, '3')).rejects.toMatchObject({ code: 'stopping', status: 503 });
    genesys.waiting.shift()?.();
    await stopped;
    expect(genesys.texts).toEqual(['guest: 1']);
    expect(await core.store.nextInLane(genesys.bindingId)).toMatchObject({ text: '2', attempts: 0 });
  });

  it('does not wait longer than 10 s, and answers who waits for a delivery', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.holdsSends = true;
    const { messageId } = await say(core, '1');
    const delivered = core.relay.delivered(messageId, 60_000);
    await settle();
    const stopped = core.relay.stop();
    await core.clock.advance(10_000);
    await stopped;
    expect(await delivered).toBe('accepted');
    expect(await core.relay.delivered(messageId, 60_000)).toBe('accepted');
  });
});

it('a text with half a character is the same message when its key comes again, and is known on the platform', async () => {
  using folder = new StoreFolder();
  const store = await openStore(folder.file);
  const core = await startCore({ store });
  const genesys = await core.bind();
  genesys.holdsSends = true;
  const half = 'hi \ud83d';
  const first = await say(core, half, 'guest', 'k1');
  expect(await say(core, half, 'guest', 'k1')).toMatchObject({ messageId: first.messageId, repeated: true });
  await vi.waitFor(() => expect(genesys.waiting).toHaveLength(1));
  // The platform shows it before it is settled: its copy, as it was sent or as others write halves.
  for (const text of [half, 'hi \ufffd'])
    genesys.tell({ platformIds: ['platform-1'], participant: 'guest', text, time: '' });
  for (const go of genesys.waiting.splice(0)) go();
  await vi.waitFor(async () => expect(await store.nextInLane(genesys.bindingId)).toBeUndefined());
  const events = await store.events({ clientId: 'main', limit: 10 });
  expect(events.map(({ body }) => body.kind)).toEqual(['message', 'message-status']);
  for (const session of [half, 'half \ud83d']) {
    const naming = core.relay.bind(client(), 'c2', { guest: { kind: 'webmessaging' }, session });
    await expect(naming).rejects.toMatchObject({ code: 'request.invalid' });
  }
  await core.relay.stop();
  await store.close();
});

describe('when the time of day is set back', () => {
  const DAY_MS = 86_400_000;

  it('what was put off goes when it would have gone, and what was just taken at once', async () => {
    const wall = { offsetMs: 0 };
    const core = await startCore({ wall });
    const genesys = await core.bind();
    genesys.fates = ['rate'];
    await say(core, '1');
    await settle();
    wall.offsetMs = -DAY_MS;
    await core.clock.advance(7_000);
    expect(genesys.texts).toEqual(['guest: 1']);

    genesys.becomes('waiting');
    await say(core, '2');
    wall.offsetMs = -2 * DAY_MS;
    genesys.becomes('live');
    await settle();
    expect(genesys.texts).toEqual(['guest: 1', 'guest: 2']);
  });

  it('and the relay restarted, what was put off waits a minute at most', async () => {
    const [store, wall] = [new MemoryStore(), { offsetMs: 0 }];
    const first = await startCore({ store, wall });
    (await first.bind()).fates = ['rate'];
    await say(first, '1');
    await settle();
    await first.relay.stop();
    wall.offsetMs = -DAY_MS;
    const second = await startCore({ store, wall, clock: first.clock, name: 'again' });
    await second.clock.advance(60_000);
    expect(second.legs.of('c1').texts).toEqual(['guest: 1']);
  });
});

it('asking with a key for a message of a conversation that has ended leaves no lane behind', async () => {
  const core = await startCore();
  await core.bind();
  await core.relay.unbind(client(), { id: 'c1' });
  const lanes = vi.spyOn(Lanes.prototype, 'laneOf');
  const asked = core.relay.message(client(), {
    conversation: { id: 'c1' },
    participant: 'guest',
    text: 'hi',
    idempotencyKey: 'k1',
  });
  await expect(asked).rejects.toMatchObject({ code: 'conversation.ended' });
  expect(lanes).not.toHaveBeenCalled();
  lanes.mockRestore();
});

describe('after a restart', () => {
  it('what waits goes on in order, and what may have arrived is looked for first', async () => {
    const store = new MemoryStore();
    const first = await startCore({ store });
    const genesys = await first.bind();
    genesys.told = 'never';
    genesys.fates = ['answer-lost'];
    await say(first, '1');
    await say(first, '2');
    await say(first, '3');
    await settle();
    await first.relay.stop();
    const second = await startCore({ store, clock: first.clock, legs: new ScriptedLegs(first.legs), name: 'again' });
    await first.clock.advance(2_000);
    const after = second.legs.of('c1');
    expect(after.texts).toEqual(['guest: 1', 'guest: 2', 'guest: 3']);
    expect(after.histories).toBe(1);
  });

  it('a message of an agent goes as soon as the agent’s leg is found again', async () => {
    const store = new MemoryStore();
    const first = await startCore({ store });
    const genesys = await first.bind();
    genesys.agentIs('ann', 'connected');
    genesys.fates = ['stays'];
    await say(first, 'hi', 'agent:ann');
    await settle();
    await first.relay.stop();
    const second = await startCore({ store, clock: first.clock, name: 'again' });
    await first.clock.advance(600_000);
    const after = second.legs.of('c1');
    expect(after.texts).toEqual([]);
    after.agentIs('ann', 'connected');
    await settle();
    expect(after.texts).toEqual(['agent:ann: hi']);
  });

  describe('and before its conversation is linked again', () => {
    const restarted = async () => {
      const store = new MemoryStore();
      const first = await startCore({ store });
      const genesys = await first.bind();
      genesys.agentIs('ann', 'connected');
      await settle();
      await first.relay.stop();
      const second = await startCore({ store, clock: first.clock, name: 'again' });
      return { core: second, clock: first.clock, genesys: second.legs.of('c1') };
    };

    it('a message of an agent is accepted within 3 s, and goes when the agent’s leg is there', async () => {
      const { core, clock, genesys } = await restarted();
      const accepted = say(core, 'hi', 'agent:ann');
      await clock.advance(3_000);
      expect(await accepted).toMatchObject({ status: 'accepted' });
      await clock.advance(600_000);
      expect(genesys.texts).toEqual([]);
      genesys.agentIs('ann', 'connected');
      await settle();
      expect(genesys.texts).toEqual(['agent:ann: hi']);
    });

    it('a message waits only until it is known who is in it: then it is refused, or fails, where the agent is not', async () => {
      const { core, clock, genesys } = await restarted();
      const accepted = say(core, 'hi', 'agent:ann');
      await clock.advance(3_000);
      const { messageId } = await accepted;
      core.legs.relinked = async () => {
        genesys.isLinked = true;
      };
      await expect(say(core, 'more', 'agent:ann')).rejects.toMatchObject({ code: 'agent.absent' });
      await clock.advance(61_000);
      expect(await core.relay.delivered(messageId, 0)).toBe('failed');
    });

    it('a name that only Genesys can tell is not called unknown or absent, but not known yet', async () => {
      const { core, clock, genesys } = await restarted();
      const sayAs = (participant: string) =>
        core.relay.message(client(), { conversation: { id: 'c1' }, participant, text: 'hi' });
      for (const name of ['agent', 'communication-of-ann']) {
        const said = expect(sayAs(name)).rejects.toMatchObject({
          code: 'upstream.failed',
          status: 503,
          message: expect.stringContaining('not linked again yet after the restart'),
        });
        await clock.advance(3_000);
        await said;
      }
      const said = sayAs('agent');
      await clock.advance(1_000);
      genesys.agentIs('ann', 'connected');
      expect(await Promise.race([said, clock.advance(3_000).then(() => said)])).toMatchObject({
        participant: 'agent:ann',
      });
    });
  });

  it('the history that the leg tells first does not make a second message of what may have arrived', async () => {
    const store = new MemoryStore();
    const first = await startCore({ store });
    const genesys = await first.bind();
    genesys.told = 'never';
    genesys.fates = ['answer-lost'];
    await say(first, 'hi');
    await settle();
    await first.relay.stop();
    const legs = new ScriptedLegs(first.legs);
    legs.beginsAs = 'connecting';
    const second = await startCore({ store, clock: first.clock, legs, name: 'again' });
    const events = await second.listen(client(), { afterPosition: 0 });
    const after = second.legs.of('c1');
    for (const message of after.messages) after.tell(message);
    after.becomes('live');
    await first.clock.advance(2_000);
    expect(words(events)).toEqual(['guest says hi (accepted)', 'guest: sent']);
  });

  it('a conversation that ended while messages waited has none that wait', async () => {
    const store = new MemoryStore();
    const first = await startCore({ store });
    const genesys = await first.bind();
    genesys.becomes('waiting');
    await say(first, 'hi');
    await first.relay.stop();
    await store.apply([{ kind: 'update-binding', bindingId: genesys.bindingId, ended: { because: 'test' } }]);
    const second = await startCore({ store, clock: first.clock, name: 'again' });
    expect(await store.waitingLanes()).toEqual([]);
    expect((await second.relay.conversation(client(), { id: 'c1' })).binding.state).toBe('ended');
  });
});

// Real time and real sockets: many agents with one token of client credentials, between the client and the emulator over TCP.
// The bounds only end a test that hangs.
import { hostsAt } from '@backchannel/client';
import { AgentPlatform, AgentSession, TokenSource } from '@backchannel/client/agent';
import { GuestSession } from '@backchannel/client/guest';
import { type Emulator, startEmulator } from '@backchannel/emulator';
import { afterEach, describe, expect, it, vi } from 'vitest';

const PATIENCE = { timeout: 10_000, interval: 10 };
vi.setConfig({ testTimeout: 30_000 });

describe('a server that acts for all its agents with one token', () => {
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of closing.splice(0).reverse()) await each.close();
  });
  const keep = <Each extends { close(): Promise<void> }>(each: Each): Each => {
    closing.push(each);
    return each;
  };
  const start = async () => {
    const genesys = keep(await startEmulator({ port: 0, seed: 11 }));
    const hosts = hostsAt(genesys.url);
    const token = new TokenSource({ hosts, ...genesys.info.oauth });
    const platform = keep(new AgentPlatform({ hosts, token }));
    const agents = genesys.info.agents.map(({ id }) => new AgentSession({ platform, userId: id }));
    for (const settled of await Promise.all(agents.map((agent) => agent.connect()))) {
      expect(settled).toMatchObject({ outcome: 'sent' });
    }
    return { genesys, platform, ana: agents[0]!, ben: agents[1]! };
  };
  const guestOf = async (genesys: Emulator) => {
    const guest = keep(new GuestSession({ hosts: hostsAt(genesys.url), deploymentId: genesys.info.deploymentId }));
    await guest.connect();
    return guest;
  };
  const kinds = (genesys: Emulator, ending: string) =>
    genesys.journal.entries().filter(({ kind }) => kind.endsWith(ending)).length;

  // holds: AGENT-CLIENT-CREDENTIALS, NOTIFY-SUBSCRIPTIONS
  it('hears and speaks for each of them, with one token, one channel and one socket', async () => {
    const { genesys, ana, ben } = await start();
    const guest = await guestOf(genesys);
    await guest.send('Hello', { attributes: { order: '42' } });
    const anas = await ana.nextConversation();
    await vi.waitFor(
      () =>
        expect(anas.snapshot().participants.find(({ purpose }) => purpose === 'customer')?.attributes).toEqual({
          order: '42',
        }),
      PATIENCE,
    );
    const told: string[] = [];
    ana.on('message', ({ message }) => message.from === 'agent' && told.push(message.id));
    const sent = await anas.send('Hello, this is Ana.');
    expect(sent).toMatchObject({ outcome: 'sent' });
    expect(told).toEqual([sent.value?.id]);
    await anas.transfer({ userId: genesys.info.agents[1]!.id });
    const bens = await ben.nextConversation();
    await vi.waitFor(() => expect(bens.snapshot().messages.map(({ id }) => id)).toContain(sent.value?.id), PATIENCE);
    expect(bens.snapshot().participants.every(({ communicationId }) => communicationId !== undefined)).toBe(true);
    guest.typing.keystroke();
    await vi.waitFor(() => expect(bens.snapshot().guestTyping).toBe(true), PATIENCE);
    bens.typing.keystroke();
    await vi.waitFor(() => expect(guest.snapshot().agentTyping).toBe(true), PATIENCE);
    expect(kinds(genesys, '/oauth/token')).toBeLessThanOrEqual(1);
    expect(
      genesys.journal.entries().filter(({ surface, kind }) => surface === 'notifications' && kind === 'open'),
    ).toHaveLength(1);
  });

  it('takes in the conversations of before when it begins again', async () => {
    const { genesys, platform, ana } = await start();
    const guest = await guestOf(genesys);
    await guest.send('Is anybody there?');
    const { id } = await ana.nextConversation();
    await platform.close();
    const hosts = hostsAt(genesys.url);
    const token = new TokenSource({ hosts, ...genesys.info.oauth });
    const again = keep(new AgentPlatform({ hosts, token }));
    const [anas, bens] = genesys.info.agents.map((agent) => new AgentSession({ platform: again, userId: agent.id }));
    await Promise.all([anas?.connect(), bens?.connect()]);
    expect(anas?.snapshot().conversations).toEqual([]);
    expect(await bens?.adopt(id)).toMatchObject({ outcome: 'suppressed:no-conversation' });
    const adopted = await anas?.adopt(id);
    expect(adopted).toMatchObject({ outcome: 'sent', value: { id } });
    await vi.waitFor(
      () => expect(adopted?.value?.snapshot().messages.map(({ text }) => text)).toEqual(['Is anybody there?']),
      PATIENCE,
    );
    expect(await adopted?.value?.send('Again, yes.')).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(() => expect(guest.snapshot().messages.at(-1)?.text).toBe('Again, yes.'), PATIENCE);
  });
});

// Real time in the first part: a real server, a real fetch; nothing there waits for longer than an answer.
import { type AddressInfo, createServer } from 'node:net';
import { systemPorts } from '@backchannel/client';
import { HeldSessionsChannel, TypingBroadcaster, type TypingChannel } from '@backchannel/client/broadcaster';
import { AGENT_CHANNEL, RELAY_CHANNEL, Typing, type TypingSignal } from '@backchannel/client/typing';
import { describe, expect, it } from 'vitest';
import { FakePorts } from './support/fake-ports.ts';
import { CLIENT, FieldRelay, GUEST, SESSION } from './support/field-relay.ts';
import { checkLeaks } from './support/leaks.ts';

describe('a broadcaster over HTTP', () => {
  it('does what it says, with an address that ends in a slash', async () => {
    const relay = new FieldRelay(systemPorts().clock);
    const { url, close } = await relay.listen();
    try {
      await using broadcaster = new TypingBroadcaster({ ...CLIENT, apiBaseUrl: `${url}/` });
      expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({ success: true });
      expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing_stopped')).toMatchObject({ success: true });
      expect(relay.posted).toMatchObject([{ type: 'typing' }, { type: 'typing_stopped' }]);
      expect(broadcaster.getMetrics().auditLog[0]?.auditId).toMatch(/^[0-9a-f-]{36}$/);
    } finally {
      await close();
    }
  });

  it('deactivates while a server holds on to its requests', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const broadcaster = new TypingBroadcaster({ ...CLIENT, apiBaseUrl: `http://127.0.0.1:${port}` });
    const pending = broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    await broadcaster.deactivate();
    expect(await pending).toMatchObject({ outcome: 'aborted' });
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('a broadcaster over sessions that are held', () => {
  const track = checkLeaks();
  const make = (channel = AGENT_CHANNEL) => {
    const { ports } = track({ ports: new FakePorts() });
    const sent: TypingSignal[] = [];
    const typing = new Typing({ channel, ports, send: async (signal) => void sent.push(signal) });
    const held = new HeldSessionsChannel({ typingOf: (sessionId) => (sessionId === 'here' ? typing : undefined) });
    return { ports, sent, typing, broadcaster: new TypingBroadcaster({ channel: held, ports }) };
  };

  it('types in the session, with its policies, and ends by itself where no Off exists', async () => {
    const { broadcaster, sent, ports, typing } = make();
    expect(await broadcaster.broadcastTyping('here', GUEST, 'typing', 3_000)).toMatchObject({
      success: true,
      outcome: 'sent',
    });
    expect(sent).toEqual([{ kind: 'on', durationMs: expect.any(Number) }]);
    expect(await broadcaster.broadcastTyping('here', GUEST, 'paused')).toMatchObject({
      success: true,
      outcome: 'coalesced',
      reason: expect.stringContaining('no Off'),
    });
    await ports.clock.advance(20_000);
    expect(sent).toHaveLength(1);
    typing.close();
  });

  it('sends an Off where one exists', async () => {
    const { broadcaster, sent, typing } = make(RELAY_CHANNEL);
    await broadcaster.broadcastTyping('here', GUEST, 'typing');
    expect(await broadcaster.broadcastTyping('here', GUEST, 'typing_stopped')).toMatchObject({ outcome: 'sent' });
    expect(sent.map(({ kind }) => kind)).toEqual(['on', 'off']);
    typing.close();
  });

  it('says that no such session is held', async () => {
    const { broadcaster, sent } = make();
    for (const type of ['typing', 'paused'] as const) {
      expect(await broadcaster.broadcastTyping('elsewhere', GUEST, type)).toMatchObject({
        success: false,
        outcome: 'suppressed:no-conversation',
      });
    }
    expect(sent).toEqual([]);
  });
});

describe('a channel of the application’s', () => {
  const track = checkLeaks();
  const make = (channel: Partial<TypingChannel>) => {
    const { ports } = track({ ports: new FakePorts() });
    const complete: TypingChannel = {
      isActive: async () => ({ outcome: 'sent', reason: 'It is.', value: true }),
      typing: async () => ({ outcome: 'sent', reason: 'It left.' }),
      ...channel,
    };
    return { ports, broadcaster: new TypingBroadcaster({ channel: complete, ports }) };
  };

  it.each(['isActive', 'prepare', 'typing'] as const)(
    'that throws in %s fails that broadcast alone',
    async (method) => {
      let isBroken = true;
      const { broadcaster } = make({
        [method]: async () => {
          if (isBroken) throw new Error('the wire is cut');
          return { outcome: 'sent', reason: 'It works.', value: true };
        },
      });
      expect(await broadcaster.broadcastTyping('any', GUEST, 'typing')).toMatchObject({
        success: false,
        outcome: 'refused',
        reason: expect.stringContaining('the wire is cut'),
      });
      isBroken = false;
      expect(await broadcaster.broadcastTyping('other', GUEST, 'typing')).toMatchObject({ success: true });
    },
  );

  it('that does not heed its signal is not waited for', async () => {
    const { broadcaster, ports } = make({ typing: () => new Promise(() => undefined) });
    const typing = broadcaster.broadcastTyping('any', GUEST, 'typing', 500);
    await ports.clock.advance(500);
    expect(await typing).toMatchObject({ outcome: 'timeout' });
    const paused = broadcaster.broadcastTyping('any', GUEST, 'paused');
    await broadcaster.deactivate();
    expect(await paused).toMatchObject({ outcome: 'aborted' });
  });

  it('is not asked anything any more once a broadcast was given up between two tries', async () => {
    let prepared = 0;
    const { broadcaster, ports } = make({
      prepare: async () => {
        prepared += 1;
        return { outcome: 'sent', reason: 'Ready.' };
      },
      typing: async () => ({ outcome: 'refused', reason: 'Later.', retryAfterMs: 1_000 }),
    });
    const patience = new AbortController();
    const typing = broadcaster.broadcastTyping('any', GUEST, 'typing', 10_000, { signal: patience.signal });
    await ports.clock.advance(500);
    patience.abort();
    expect(await typing).toMatchObject({ outcome: 'aborted', attempts: 1 });
    await ports.clock.advance(10_000);
    expect(prepared).toBe(1);
  });

  it('that says sent without an answer to the activity is no success', async () => {
    const { broadcaster } = make({ isActive: async () => ({ outcome: 'sent', reason: 'Well.' }) });
    expect(await broadcaster.broadcastTyping('any', GUEST, 'typing')).toMatchObject({
      success: false,
      outcome: 'refused',
    });
  });
});

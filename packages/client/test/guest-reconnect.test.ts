import { retryNow, retryWhenOnline } from '@backchannel/client/guest/more';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';
import { checkLeaks } from './support/leaks.ts';

describe('a guest’s connection is lost', () => {
  const track = checkLeaks();
  const live = async () => {
    const genesys = track(new GuestService());
    const guest = genesys.session({ token: 'keep-me' });
    await guest.connect();
    return { genesys, guest, clock: genesys.ports.clock };
  };
  const lastConfigure = (genesys: GuestService) => genesys.sent('configureSession').at(-1);

  // holds: GUEST-NO-REPLAY
  it('says when it tries again, and comes back with the same token and what was missed', async () => {
    const { genesys, guest, clock } = await live();
    genesys.agentSays('before');
    genesys.ports.socket.drop(1006);
    expect(guest.snapshot()).toMatchObject({ state: 'waiting', reconnect: { attempt: 1, delayMs: 500 } });
    expect(guest.snapshot().reason).toContain('1006');
    genesys.store('Outbound', 'missed');
    const news: string[] = [];
    guest.on('message', ({ text }) => news.push(text));
    await clock.advance(500);
    expect(guest.snapshot()).toMatchObject({ state: 'live', reason: undefined, reconnect: undefined });
    expect(lastConfigure(genesys)).toMatchObject({ token: 'keep-me', startNew: false });
    expect(guest.snapshot().messages.map(({ text }) => text)).toEqual(['before', 'missed']);
    expect(news).toEqual(['missed']);
    await guest.close();
  });

  it('waits longer each time while the service is away', async () => {
    const { genesys, guest, clock } = await live();
    genesys.automatic = false;
    const delays: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      genesys.ports.socket.drop();
      const delayMs = guest.snapshot().reconnect?.delayMs ?? 0;
      delays.push(delayMs);
      await clock.advance(delayMs);
    }
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
    await guest.close();
  });

  it('reconnects at once when somebody knows that the line is back, and counts the delays from the start', async () => {
    const { genesys, guest, clock } = await live();
    genesys.automatic = false;
    expect(retryNow(guest), 'nothing waits').toBe(false);
    for (let attempt = 0; attempt < 9; attempt++) {
      genesys.ports.socket.drop();
      await clock.advance(guest.snapshot().reconnect?.delayMs ?? 0);
    }
    genesys.ports.socket.drop();
    expect(guest.snapshot().reconnect?.delayMs).toBeGreaterThan(100_000);
    expect(retryNow(guest)).toBe(true);
    expect(guest.snapshot().state).toBe('connecting');
    expect(retryNow(guest), 'it is under way').toBe(false);
    genesys.ports.socket.drop();
    expect(guest.snapshot().reconnect).toEqual({ attempt: 2, delayMs: 1_000 });
    genesys.automatic = true;
    retryNow(guest);
    await settle();
    expect(guest.snapshot().state).toBe('live');
    await guest.close();
  });

  it('reconnects when the browser is online, also after every attempt was spent, and not when it was closed', async () => {
    const { genesys, guest, clock } = await live();
    const browser = new EventTarget();
    const stop = retryWhenOnline(guest, browser);
    const online = () => {
      browser.dispatchEvent(new Event('online'));
      return settle();
    };
    genesys.ports.socket.drop();
    await online();
    expect(guest.snapshot().state).toBe('live');
    genesys.automatic = false;
    genesys.ports.socket.drop();
    await clock.advance(4_000_000);
    expect(guest.snapshot().state).toBe('failed');
    genesys.automatic = true;
    await online();
    expect(guest.snapshot().state).toBe('live');
    await guest.close();
    await online();
    expect(guest.snapshot().state).toBe('closed');
    stop();
    await guest.connect();
    genesys.ports.socket.drop();
    await online();
    expect(guest.snapshot().state, 'nobody listens any more').toBe('waiting');
    await guest.close();
  });

  it('gives up after the attempts are spent, and connects again when asked', async () => {
    const { genesys, guest, clock } = await live();
    genesys.automatic = false;
    genesys.ports.socket.drop();
    await clock.advance(4_000_000);
    expect(guest.snapshot()).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('connect() begins a new one'),
    });
    genesys.automatic = true;
    expect((await guest.connect()).outcome).toBe('sent');
    await guest.close();
  });

  it('never comes back after another connection took its place', async () => {
    const { genesys, guest, clock } = await live();
    genesys.ports.socket.frame({ type: 'message', class: 'ConnectionClosedEvent', code: 200, body: {} });
    expect(guest.snapshot()).toMatchObject({ state: 'closed', token: 'keep-me' });
    await clock.advance(600_000);
    expect(genesys.ports.sockets).toHaveLength(1);
  });

  it('takes a new token when somebody signed in on another device', async () => {
    const { genesys, guest } = await live();
    genesys.ports.socket.frame({
      type: 'message',
      class: 'ConnectionClosedEvent',
      code: 200,
      body: { reason: 'signedIn' },
    });
    expect(guest.snapshot().state).toBe('closed');
    expect(guest.snapshot().token).not.toBe('keep-me');
  });

  it.each([
    ['expires', { class: 'SessionExpiredEvent', code: 200, body: {} }, 'expired'],
    ['expires, by code', { class: 'string', code: 4006, body: 'session expired' }, 'expired'],
    ['is unknown', { class: 'string', code: 4007, body: 'session not found' }, 'does not know'],
    ['belongs to somebody signed in', { class: 'string', code: 4017, body: 'cannot downgrade' }, 'signed-in'],
  ])('fails for good when the session %s', async (_, frame, reason) => {
    const { genesys, guest, clock } = await live();
    genesys.ports.socket.frame({ type: 'response', ...frame });
    expect(guest.snapshot()).toMatchObject({ state: 'failed', reason: expect.stringContaining(reason) });
    await clock.advance(600_000);
    expect(genesys.ports.sockets).toHaveLength(1);
  });

  it('configures again after the time that a rate refusal asks for', async () => {
    const genesys = track(new GuestService());
    genesys.automatic = false;
    const guest = genesys.session();
    const connecting = guest.connect();
    await settle();
    genesys.ports.socket.open();
    await settle();
    const body = { errorCode: 429, errorMessage: 'ConfigureSession rate too high for this session', retryAfter: 3 };
    genesys.ports.socket.frame({ type: 'response', class: 'TooManyRequestsErrorMessage', code: 429, body });
    genesys.automatic = true;
    await genesys.ports.clock.advance(2_900);
    expect(genesys.sent('configureSession')).toHaveLength(1);
    await genesys.ports.clock.advance(1_000);
    expect((await connecting).outcome).toBe('sent');
    expect(genesys.sent('configureSession')).toHaveLength(2);
    await guest.close();
  });

  it('asks a silent connection whether it lives, once, and keeps it when it answers', async () => {
    const { genesys, guest, clock } = await live();
    await clock.advance(44_900);
    expect(genesys.sent('echo')).toHaveLength(0);
    await clock.advance(200);
    expect(genesys.sent('echo')).toHaveLength(1);
    await clock.advance(40_000);
    expect(genesys.sent('echo')).toHaveLength(1);
    expect(genesys.ports.sockets).toHaveLength(1);
    expect(guest.snapshot().messages).toEqual([]);
    await guest.close();
  });

  it('asks at most twice a minute', async () => {
    const { genesys, guest, clock } = await live();
    await clock.advance(600_000);
    expect(genesys.sent('echo').length).toBeLessThanOrEqual(600 / 30);
    expect(genesys.sent('echo').length).toBeGreaterThan(5);
    await guest.close();
  });

  it('takes a connection that answers nothing for lost', async () => {
    const { genesys, guest, clock } = await live();
    genesys.automatic = false;
    await clock.advance(54_900);
    expect(guest.snapshot().state).toBe('live');
    genesys.automatic = true;
    await clock.advance(2_000);
    expect(genesys.ports.sockets).toHaveLength(2);
    expect(genesys.ports.sockets[0]?.readyState).toBe(3);
    expect(guest.snapshot().state).toBe('live');
    await guest.close();
  });

  it('does not ask while frames come', async () => {
    const { genesys, guest, clock } = await live();
    for (let index = 0; index < 10; index++) {
      await clock.advance(30_000);
      genesys.agentTypes(1_000);
    }
    expect(genesys.sent('echo')).toEqual([]);
    await guest.close();
  });

  it('can only be read after a read-only disconnect', async () => {
    const { genesys, guest } = await live();
    genesys.ports.socket.frame(
      genesys.event({ eventType: 'Presence', presence: { type: 'Disconnect' } }, { readOnly: 'true' }),
    );
    expect(guest.snapshot().state).toBe('readOnly');
    expect(await guest.send('hello?')).toMatchObject({ outcome: 'offline' });
    await guest.close();
  });

  it('drops what it can not read with a notice, and goes on', async () => {
    const { genesys, guest } = await live();
    const notices: string[] = [];
    guest.on('notice', ({ code }) => notices.push(code));
    genesys.ports.socket.frame('not json');
    genesys.ports.socket.frame({ class: 'StructuredMessage', code: 200, body: { id: 7 } });
    genesys.ports.socket.frame('x'.repeat(300_000));
    genesys.ports.socket.onmessage?.({ data: new Uint8Array(3) });
    genesys.ports.socket.frame({ type: 'message', class: 'SomethingNew', code: 200, body: {} });
    expect(notices).toEqual([
      'frame.unreadable',
      'frame.unreadable',
      'frame.unreadable',
      'frame.unreadable',
      'frame.unrecognised',
    ]);
    expect((await guest.send('still here')).outcome).toBe('sent');
    await guest.close();
  });

  it('begins a new conversation when the service has lost the session, whose messages count from the start again', async () => {
    const { genesys, guest, clock } = await live();
    await guest.send('before');
    genesys.agentTypes(5_000, '2026-01-05T12:00:00.000Z');
    genesys.agentSays('answer');
    genesys.restart();
    genesys.ports.socket.drop();
    await clock.advance(1_000);
    expect(guest.snapshot()).toMatchObject({ state: 'live', messages: [] });
    expect(await guest.send('after')).toMatchObject({ outcome: 'sent', value: { id: 'm-1', status: 'sent' } });
    expect(guest.snapshot().messages).toMatchObject([{ text: 'after', status: 'sent' }]);
    // Its clock begins anew, too.
    genesys.agentTypes(5_000, '2026-01-05T10:00:05.000Z');
    expect(guest.snapshot().agentTyping).toBe(true);
    await guest.close();
  });

  it('keeps, in a new session, the message that never arrived, as failed', async () => {
    const { genesys, guest, clock } = await live();
    genesys.losesMessages = true;
    const sending = guest.send('mine');
    await settle();
    genesys.restart();
    genesys.ports.socket.drop();
    await clock.advance(1_000);
    expect(await sending).toMatchObject({ value: { status: 'failed' } });
    expect(guest.snapshot().messages).toMatchObject([{ text: 'mine', status: 'failed' }]);
    await guest.close();
  });

  it('signals no typing into a new session before a conversation is open', async () => {
    const { genesys, guest, clock } = await live();
    const settled: string[] = [];
    guest.on('typingSettled', ({ settled: { outcome } }) => settled.push(outcome));
    await guest.send('before');
    genesys.restart();
    genesys.ports.socket.drop();
    await clock.advance(1_000);
    guest.typing.keystroke();
    await settle();
    expect(settled).toEqual(['suppressed:no-conversation']);
    expect(genesys.typingFrames()).toEqual([]);
    await guest.close();
  });

  it('signals no typing into a new session that waited for its place in the old one', async () => {
    const { genesys, guest, clock } = await live();
    const settled: string[] = [];
    guest.on('typingSettled', ({ settled: { outcome } }) => settled.push(outcome));
    await Promise.all([guest.send('1'), guest.send('2')]);
    guest.typing.keystroke();
    genesys.restart();
    genesys.ports.socket.drop();
    await clock.advance(5_000);
    expect(settled).toEqual(['suppressed:no-conversation']);
    expect(genesys.typingFrames()).toEqual([]);
    await guest.close();
  });

  it('spends no place in the limits on what waited for a connection that is gone', async () => {
    const { genesys, guest, clock } = await live();
    genesys.config.autoStart = true;
    await guest.close();
    await guest.connect();
    await Promise.all([guest.send('1'), guest.send('2')]);
    // Join of each of the two new sessions has to wait for the two messages; only the second is still of use.
    for (let loss = 0; loss < 2; loss++) {
      genesys.restart();
      genesys.ports.socket.drop();
      await clock.advance(550);
    }
    const joins = () => genesys.sent('onMessage').filter((frame) => JSON.stringify(frame).includes('"Join"'));
    expect(joins()).toHaveLength(0);
    await clock.advance(200);
    expect(joins()).toHaveLength(1);
    const sending = guest.send('3');
    await settle();
    expect(genesys.texts()).toHaveLength(3);
    await sending;
    await guest.close();
  });

  // holds: class:SessionClearedEvent
  it('empties the conversation when it was cleared', async () => {
    const { genesys, guest } = await live();
    genesys.agentSays('hello');
    genesys.ports.socket.frame({ type: 'message', class: 'SessionClearedEvent', code: 200, body: {} });
    expect(guest.snapshot().messages).toEqual([]);
    await guest.close();
  });

  it('does not let a listener that throws stop the session', async () => {
    const { genesys, guest } = await live();
    const uncaught: unknown[] = [];
    const collect = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', collect);
    const others = process.listeners('uncaughtException').filter((each) => each !== collect);
    for (const other of others) process.off('uncaughtException', other);
    guest.on('message', () => {
      throw new Error('the application’s own');
    });
    genesys.agentSays('hello');
    await settle();
    process.off('uncaughtException', collect);
    for (const other of others) process.on('uncaughtException', other);
    expect(guest.snapshot().messages).toHaveLength(1);
    expect(uncaught).toMatchObject([{ message: 'the application’s own' }]);
    await guest.close();
  });
});

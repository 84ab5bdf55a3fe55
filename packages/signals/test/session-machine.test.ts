import { describe, expect, test } from 'vitest';
import {
  CONFIGURE_RETRY_MAX_MS,
  GUEST_RECONNECT_CAP_MS,
  HANDSHAKE_TIMEOUT_MS,
  IllegalTransition,
  RECONNECT_ATTEMPTS_MAX,
  RECONNECT_CAP_MS,
  reconnectDelayMs,
  type SessionEvent,
  SessionMachine,
  type SessionState,
  transition,
} from '../src/index.ts';

const answer = (part: Partial<Extract<SessionEvent, { kind: 'sessionResponse' }>> = {}): SessionEvent => ({
  kind: 'sessionResponse',
  atMs: 0,
  connected: true,
  newSession: true,
  readOnly: false,
  ...part,
});
const lost = (atMs: number, random = 0.5): SessionEvent => ({ kind: 'lost', atMs, random });
const due = (atMs: number): SessionEvent => ({ kind: 'due', atMs, random: 0.5 });

/** A machine to which these events have happened, and what it did at the last of them. */
function after(...events: SessionEvent[]) {
  const machine = new SessionMachine();
  let effects: ReturnType<SessionMachine['apply']> = [];
  for (const event of events) effects = machine.apply(event);
  return { machine, state: machine.state, effects, did: effects.map((effect) => effect.kind) };
}

const connect: SessionEvent = { kind: 'connect', atMs: 0 };
const opened: SessionEvent = { kind: 'opened', atMs: 0 };

describe('connecting', () => {
  test('opens a socket, configures with the same token, and is live with the session response', () => {
    const first = after(connect);
    expect(first.state).toEqual({ kind: 'connecting', attempt: 0, dueAtMs: HANDSHAKE_TIMEOUT_MS });
    expect(first.did).toEqual(['open-socket', 'start-timer', 'tell']);
    const second = after(connect, opened);
    expect(second.state).toMatchObject({ kind: 'configuring', attempt: 0 });
    expect(second.effects[0]).toEqual({ kind: 'send-configure', startNew: false });
    const third = after(connect, opened, answer());
    expect(third.state).toEqual({ kind: 'live', newSession: true });
    expect(third.did).toEqual(['stop-timer', 'tell']);
    expect(third.effects.at(-1)).toEqual({ kind: 'tell', state: third.state });
  });

  test('joins a new session where conversations start by themselves, and only there', () => {
    expect(after(connect, opened, answer({ autoStart: true })).did).toContain('send-join');
    expect(after(connect, opened, answer({ autoStart: true, newSession: false })).did).not.toContain('send-join');
    expect(after(connect, opened, answer({ autoStart: true, readOnly: true })).did).not.toContain('send-join');
  });

  test('fetches the history of a session that goes on', () => {
    expect(after(connect, opened, answer({ newSession: false })).did).toEqual([
      'stop-timer',
      'refetch-history',
      'tell',
    ]);
  });

  test('a conversation that is over is read only', () => {
    expect(after(connect, opened, answer({ readOnly: true })).state).toEqual({ kind: 'readOnly' });
    expect(after(connect, opened, answer({ readOnly: true, connected: false })).state).toEqual({ kind: 'readOnly' });
  });

  test('a session that is not connected has ended', () => {
    const { state, did } = after(connect, opened, answer({ connected: false }));
    expect(state).toEqual({ kind: 'closed', reason: 'ended' });
    expect(did).toEqual(['stop-timer', 'close-socket', 'tell']);
  });

  test('a refused upgrade is final', () => {
    const { state, did } = after(connect, { kind: 'refused', atMs: 0 });
    expect(state).toEqual({ kind: 'failed', reason: 'denied', code: 403 });
    expect(did).not.toContain('start-timer');
  });

  test('a socket that does not open and a configure without an answer count as lost', () => {
    expect(after(connect, due(HANDSHAKE_TIMEOUT_MS)).state).toMatchObject({ kind: 'waiting', attempt: 1 });
    const unanswered = after(connect, opened, due(HANDSHAKE_TIMEOUT_MS));
    expect(unanswered.state).toMatchObject({ kind: 'waiting', attempt: 1 });
    expect(unanswered.did).toEqual(['close-socket', 'start-timer', 'tell']);
  });

  test('a timer that fires early is set again', () => {
    const { state, effects } = after(connect, due(HANDSHAKE_TIMEOUT_MS - 1));
    expect(state.kind).toBe('connecting');
    expect(effects).toEqual([{ kind: 'start-timer', dueAtMs: HANDSHAKE_TIMEOUT_MS }]);
  });
});

describe('losing the connection', () => {
  const live = [connect, opened, answer()];

  test('waits, connects again with the same token, and fetches what was missed', () => {
    const waiting = after(...live, lost(1_000));
    expect(waiting.state).toEqual({ kind: 'waiting', attempt: 1, dueAtMs: 1_500 });
    const again = after(...live, lost(1_000), due(1_500));
    expect(again.state).toMatchObject({ kind: 'connecting', attempt: 1 });
    const back = after(
      ...live,
      lost(1_000),
      due(1_500),
      { kind: 'opened', atMs: 1_600 },
      answer({ newSession: false }),
    );
    expect(back.state.kind).toBe('live');
    expect(back.did).toContain('refetch-history');
  });

  test('waits longer each time, until a session response resets it', () => {
    const machine = after(...live, lost(0)).machine;
    const attempts: number[] = [];
    for (let index = 0; index < 3; index++) {
      const state = machine.state;
      if (state.kind !== 'waiting') throw new Error(state.kind);
      attempts.push(state.attempt);
      machine.apply(due(state.dueAtMs));
      machine.apply(lost(state.dueAtMs));
    }
    expect(attempts).toEqual([1, 2, 3]);
    const { state } = machine;
    machine.apply(due('dueAtMs' in state ? state.dueAtMs : 0));
    machine.apply({ kind: 'opened', atMs: 0 });
    machine.apply(answer());
    machine.apply(lost(0));
    expect(machine.state).toMatchObject({ kind: 'waiting', attempt: 1 });
  });

  test('is not waited for when somebody knows that the line is back, and its delays begin anew', () => {
    const { machine, state } = after(connect, opened, answer(), lost(0), due(500), lost(500), due(1_500), lost(1_500));
    expect(state).toMatchObject({ kind: 'waiting', attempt: 3 });
    expect(machine.apply({ kind: 'retry', atMs: 1_600 }).map(({ kind }) => kind)).toContain('open-socket');
    expect(machine.state).toMatchObject({ kind: 'connecting', attempt: 1 });
    expect(machine.apply({ kind: 'retry', atMs: 1_600 }), 'an attempt that is under way').toEqual([]);
    machine.apply(lost(1_700));
    expect(machine.state).toMatchObject({ kind: 'waiting', attempt: 2, dueAtMs: 2_700 });
  });

  test('gives up after the last attempt', () => {
    const machine = after(...live).machine;
    let losses = 0;
    for (; machine.state.kind !== 'failed'; losses++) {
      machine.apply(lost(0, 0));
      if (machine.state.kind === 'waiting') machine.apply(due(machine.state.dueAtMs));
    }
    expect(losses).toBe(RECONNECT_ATTEMPTS_MAX + 1);
    expect(machine.state).toEqual({ kind: 'failed', reason: 'unreachable', code: undefined });
  });

  test('a read-only conversation is kept up as well', () => {
    expect(after(connect, opened, answer({ readOnly: true }), lost(0)).state.kind).toBe('waiting');
  });

  test('what the abandoned socket still says changes nothing', () => {
    const { machine, state } = after(...live, lost(0));
    for (const leftover of [lost(1), opened, answer(), { kind: 'refused', atMs: 1 } as const]) {
      expect(machine.apply(leftover)).toEqual([]);
      expect(machine.state).toBe(state);
    }
  });
});

describe('the end of a session', () => {
  test.each([
    [4006, 'expired'],
    [4007, 'not-found'],
    [4017, 'downgrade'],
  ] as const)('error %i is final: %s', (code, reason) => {
    const error: SessionEvent = { kind: 'errorFrame', code, atMs: 0, random: 0 };
    for (const before of [
      [connect, opened],
      [connect, opened, answer()],
    ]) {
      const { state, did } = after(...before, error);
      expect(state).toEqual({ kind: 'failed', reason, code });
      expect(did.includes('discard-token')).toBe(code === 4017);
    }
  });

  test('an expired session is final', () => {
    const { state, did } = after(connect, opened, answer(), { kind: 'sessionExpired', atMs: 0 });
    expect(state).toMatchObject({ kind: 'failed', reason: 'expired' });
    expect(did).toEqual(['stop-timer', 'close-socket', 'tell']);
  });

  test('a connection that another one replaced never reconnects', () => {
    const { machine, state } = after(connect, opened, answer(), { kind: 'connectionClosed', atMs: 0 });
    expect(state).toEqual({ kind: 'closed', reason: 'superseded' });
    expect(machine.apply(lost(1))).toEqual([]);
    expect(machine.state).toBe(state);
  });

  test('a sign-in elsewhere makes the token useless', () => {
    expect(after(connect, opened, answer(), { kind: 'connectionClosed', atMs: 0, signedIn: true }).did).toContain(
      'discard-token',
    );
  });

  test('the application may close at any time, and connect again', () => {
    const close: SessionEvent = { kind: 'close', atMs: 0 };
    for (const before of [[], [connect], [connect, opened], [connect, opened, answer()], [connect, lost(0)]]) {
      const { machine, state, did } = after(...before, close);
      expect(state).toEqual({ kind: 'closed', reason: 'closed' });
      expect(did).toEqual(['stop-timer', 'close-socket', 'tell']);
      expect(machine.apply(close)).toEqual([]);
      machine.apply(connect);
      expect(machine.state.kind).toBe('connecting');
    }
  });

  test('the service ends the conversation: read only if it says so', () => {
    const ended = (readOnly: boolean): SessionEvent => ({ kind: 'conversationEnded', atMs: 0, readOnly });
    expect(after(connect, opened, answer(), ended(true)).state).toEqual({ kind: 'readOnly' });
    expect(after(connect, opened, answer(), ended(false)).state.kind).toBe('live');
    expect(after(connect, opened, answer(), ended(true), answer()).state.kind).toBe('live');
  });
});

describe('errors while configuring', () => {
  const error = (code: number): SessionEvent => ({ kind: 'errorFrame', code, atMs: 0, random: 0.5 });

  test('a refusal is final, a fault of the service is tried again', () => {
    expect(after(connect, opened, error(403)).state).toEqual({ kind: 'failed', reason: 'not-configured', code: 403 });
    expect(after(connect, opened, error(503)).state).toMatchObject({ kind: 'waiting', attempt: 1 });
  });

  test('later the same codes speak of one request', () => {
    expect(after(connect, opened, answer(), error(403)).state.kind).toBe('live');
    expect(after(connect, opened, error(4011)).state.kind).toBe('configuring');
  });

  const rateRefused = (retryAfterMs: number): SessionEvent => ({
    kind: 'rateRefused',
    retryAfterMs,
    atMs: 0,
    random: 0,
  });

  test('a refusal for rate waits as long as the service asks, on the same socket', () => {
    const { machine, state, did } = after(connect, opened, rateRefused(3_000));
    expect(state).toEqual({ kind: 'configuring', attempt: 1, dueAtMs: 3_000, rateRefused: true });
    expect(did).toEqual(['start-timer', 'tell']);
    expect(machine.apply(due(3_000)).map((effect) => effect.kind)).toEqual(['send-configure', 'start-timer', 'tell']);
  });

  test.each([
    [Number.POSITIVE_INFINITY, CONFIGURE_RETRY_MAX_MS],
    [Number.NaN, 0],
    [-1, 0],
  ])('a wait of %s is taken for %s', (retryAfterMs, dueAtMs) => {
    expect(after(connect, opened, rateRefused(retryAfterMs)).state).toMatchObject({ dueAtMs });
  });

  test('refusals for rate are counted as attempts', () => {
    const { machine } = after(connect, opened);
    for (let index = 0; index < RECONNECT_ATTEMPTS_MAX; index++) {
      machine.apply(rateRefused(0));
      machine.apply(due(0));
    }
    machine.apply(rateRefused(0));
    expect(machine.state).toMatchObject({ kind: 'failed', reason: 'unreachable' });
  });

  test('once live, a refusal for rate speaks of one request', () => {
    expect(after(connect, opened, answer(), rateRefused(3_000)).state.kind).toBe('live');
  });
});

describe('mistakes', () => {
  test.each<[SessionState['kind'], SessionEvent['kind'], SessionEvent[], SessionEvent]>([
    ['connecting', 'connect', [connect], connect],
    ['waiting', 'connect', [connect, lost(0)], connect],
    ['live', 'connect', [connect, opened, answer()], connect],
    ['idle', 'opened', [], opened],
    ['configuring', 'opened', [connect, opened], opened],
    ['live', 'opened', [connect, opened, answer()], opened],
    ['live', 'refused', [connect, opened, answer()], { kind: 'refused', atMs: 0 }],
    ['idle', 'lost', [], lost(0)],
    ['idle', 'sessionResponse', [], answer()],
  ])('in %s, %s is illegal, is named, and changes nothing', (kind, event, before, mistake) => {
    const { machine, state } = after(...before);
    const thrown = expect(() => machine.apply(mistake));
    thrown.toThrow(IllegalTransition);
    thrown.toThrow(`"${event}" can't happen while "${kind}"`);
    expect(machine.state).toBe(state);
  });
});

describe('the delays', () => {
  test('follow the table: doubled up to the cap', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 20].map((attempt) => reconnectDelayMs(attempt, 1));
    expect(bounds).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, RECONNECT_CAP_MS, RECONNECT_CAP_MS]);
    expect(reconnectDelayMs(4, 0)).toBe(0);
    expect(reconnectDelayMs(4, 0.25)).toBe(2_000);
  });

  // holds: LIMIT-DEPLOYMENT-CONNECTIONS
  test('of guests go on doubling, so that many of them come below the rate of a deployment', () => {
    const bounds = [6, 7, 8, 9, 10, 20].map((attempt) => reconnectDelayMs(attempt, 1, GUEST_RECONNECT_CAP_MS));
    expect(bounds).toEqual([32_000, 64_000, 128_000, 256_000, 300_000, 300_000]);
    const { machine } = after(connect, opened, answer(), lost(0));
    const delays: number[] = [];
    for (let atMs = 0; delays.length < 10; ) {
      if (machine.state.kind !== 'waiting') throw new Error(machine.state.kind);
      const { dueAtMs } = machine.state;
      delays.push(dueAtMs - atMs);
      atMs = dueAtMs;
      machine.apply(due(atMs));
      machine.apply(lost(atMs));
    }
    expect(delays.slice(-3)).toEqual([64_000, 128_000, 150_000]);
  });

  test('together stay below eight minutes and a bit', () => {
    let sum = 0;
    for (let attempt = 1; attempt <= RECONNECT_ATTEMPTS_MAX; attempt++) sum += reconnectDelayMs(attempt, 1);
    expect(sum).toBe(481_000);
  });
});

test('explain tells each event and the way it led', () => {
  expect(after(connect, opened, answer(), lost(5)).machine.explain()).toEqual([
    { atMs: 0, what: 'connect', why: 'idle → connecting', count: 1 },
    { atMs: 0, what: 'opened', why: 'connecting → configuring', count: 1 },
    { atMs: 0, what: 'sessionResponse', why: 'configuring → live', count: 1 },
    { atMs: 5, what: 'lost', why: 'live → waiting', count: 1 },
  ]);
});

test('a moment that goes back counts as the newest', () => {
  const { machine } = after({ kind: 'connect', atMs: 10_000 }, { kind: 'opened', atMs: 4 });
  expect(machine.state).toMatchObject({ dueAtMs: 10_000 + HANDSHAKE_TIMEOUT_MS });
});

test('the transition function is pure', () => {
  const state: SessionState = Object.freeze({ kind: 'live', newSession: false });
  const first = transition(state, lost(7));
  expect(transition(state, lost(7))).toEqual(first);
  expect(state).toEqual({ kind: 'live', newSession: false });
});

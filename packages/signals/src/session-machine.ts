import { laterOf } from './moment.ts';
import { GUEST_RECONNECT_CAP_MS, RECONNECT_ATTEMPTS_MAX, reconnectDelayMs } from './session-backoff.ts';
import { Timeline, type TimelineEntry } from './timeline.ts';

/** How long a socket may take to open, and then a session to be answered, before the attempt counts as lost. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Why a session was closed; nothing is wrong. */
export type SessionCloseReason =
  /** The application closed it. */
  | 'closed'
  /** The service says that this session is not connected any more. */
  | 'ended'
  /** Another connection, or a sign-in, took the place of this one. */
  | 'superseded'
  /** The guest signed in elsewhere, and the service closed this connection. */
  | 'signed-in'
  /** The guest cleared its conversation. */
  | 'cleared'
  /** The guest's sign-in was revoked. */
  | 'logged-out';

/** Why a session has failed; `connect` tries anew. */
export type SessionFailure =
  /** Every reconnect attempt was spent. */
  | 'unreachable'
  /** The upgrade was refused: wrong deployment, domain not allowed, or the feature is off. */
  | 'denied'
  /** The session has expired. */
  | 'expired'
  /** The service does not know the session. */
  | 'not-found'
  /** The token belongs to an authenticated session and can't be used without signing in. */
  | 'downgrade'
  /** The service refused to configure the session. */
  | 'not-configured';

/** Where a guest’s connection stands. Only `live` may send. */
export type SessionState =
  | { readonly kind: 'idle' }
  /** The socket is being opened. `attempt`: 0, or which reconnect attempt in a row. */
  | { readonly kind: 'connecting'; readonly attempt: number; readonly dueAtMs: number }
  /** The socket is open. `rateRefused`: configure goes again at `dueAtMs`; else that is when patience ends. */
  | { readonly kind: 'configuring'; readonly attempt: number; readonly dueAtMs: number; readonly rateRefused: boolean }
  /** Everything may be sent. */
  | { readonly kind: 'live'; readonly newSession: boolean }
  /** The conversation is over; frames arrive, nothing may be sent. */
  | { readonly kind: 'readOnly' }
  /** Reconnect attempt `attempt` begins at `dueAtMs`. */
  | { readonly kind: 'waiting'; readonly attempt: number; readonly dueAtMs: number }
  | { readonly kind: 'closed'; readonly reason: SessionCloseReason }
  /** `code`: the service's own, where it gave one. */
  | { readonly kind: 'failed'; readonly reason: SessionFailure; readonly code?: number | undefined };

/** The moment of a guest's next turn where guests take turns to reconnect (`ReconnectTurns`). */
type Turn = { readonly turnAtMs?: number | undefined };

/** A lost attempt needs a moment and a chance in [0, 1) for the delay of the next; or its turn. */
type Chance = Turn & { readonly atMs: number; readonly random: number };

/** What can happen to a session, with the local moment at which it did. */
export type SessionEvent =
  /** The application wants a session. */
  | { readonly kind: 'connect'; readonly atMs: number }
  /** The application wants it no more. */
  | { readonly kind: 'close'; readonly atMs: number }
  /**
   * Whoever knows that the line is back wants the reconnect that waits to begin now; its delays begin anew. Where guests take
   * turns it changes nothing: such news reaches all of them together.
   */
  | ({ readonly kind: 'retry'; readonly atMs: number } & Turn)
  /** The timer of the newest `start-timer` has run out. */
  | ({ readonly kind: 'due' } & Chance)
  /** The socket opened. */
  | { readonly kind: 'opened'; readonly atMs: number }
  /** The upgrade was answered with 403, which is final (documented: `GUEST-UPGRADE-403`). */
  | { readonly kind: 'refused'; readonly atMs: number }
  /** The socket closed or broke, for whatever reason. */
  | ({ readonly kind: 'lost' } & Chance)
  /** `SessionResponse`. `autoStart`: the deployment begins conversations by itself. */
  | {
      readonly kind: 'sessionResponse';
      readonly atMs: number;
      readonly connected: boolean;
      readonly newSession: boolean;
      readonly readOnly: boolean;
      readonly autoStart?: boolean | undefined;
    }
  /** A frame whose code is not 200, except for rate. */
  | ({ readonly kind: 'errorFrame'; readonly code: number } & Chance)
  /** A 429 or 4029 frame. */
  | ({ readonly kind: 'rateRefused'; readonly retryAfterMs: number } & Chance)
  /** Presence Disconnect from the service. */
  | { readonly kind: 'conversationEnded'; readonly atMs: number; readonly readOnly: boolean }
  /** `SessionExpiredEvent`. */
  | { readonly kind: 'sessionExpired'; readonly atMs: number }
  /** `ConnectionClosedEvent` or `LogoutEvent`. `signedIn`: the token is of no use. `reason`: default `superseded`. */
  | {
      readonly kind: 'connectionClosed';
      readonly atMs: number;
      readonly signedIn?: boolean | undefined;
      readonly reason?: SessionCloseReason | undefined;
    };

/** What the driver has to do, in this order. */
export type SessionEffect =
  | { readonly kind: 'open-socket' }
  | { readonly kind: 'close-socket' }
  /** Always the same token and `startNew: false`: whatever session there is goes on. */
  | { readonly kind: 'send-configure'; readonly startNew: false }
  /** Once per new session where the deployment starts conversations by itself (documented: `GUEST-JOIN`). */
  | { readonly kind: 'send-join' }
  /** Replaces the timer before it. */
  | { readonly kind: 'start-timer'; readonly dueAtMs: number }
  | { readonly kind: 'stop-timer' }
  /** The socket does not replay what was missed (documented: `GUEST-NO-REPLAY`). */
  | { readonly kind: 'refetch-history' }
  /** The stored token is of no use any more. */
  | { readonly kind: 'discard-token' }
  /** The application hears of the new state. */
  | { readonly kind: 'tell'; readonly state: SessionState };

/** The next state, and what the driver has to do. */
export type SessionTransition = { readonly state: SessionState; readonly effects: readonly SessionEffect[] };

/** Our own mistake: an event that cannot happen in this state. The state has not changed. */
export class IllegalTransition extends Error {
  readonly code = 'illegal-transition';
  readonly state: SessionState['kind'];
  readonly event: SessionEvent['kind'];

  constructor(state: SessionState['kind'], event: SessionEvent['kind']) {
    super(
      `illegal-transition: "${event}" can't happen while "${state}". Keep one socket; connect only when idle or over.`,
    );
    this.name = 'IllegalTransition';
    this.state = state;
    this.event = event;
  }
}

/** The longest that a rate refusal while configuring is obeyed; 3 s is what the service has been seen to ask. */
export const CONFIGURE_RETRY_MAX_MS = 60_000;

/** Codes that end a session for good, as for the official SDK (documented: `GUEST-CODES`). */
const FATAL: Readonly<Record<number, SessionFailure>> = { 4006: 'expired', 4007: 'not-found', 4017: 'downgrade' };

const STAY: readonly SessionEffect[] = [];

/**
 * The one transition function.
 *
 * Three sorts of events. *Commands* (`connect`, `close`) and *facts about our one socket* (`opened`, `refused`, `lost`)
 * have their places; elsewhere they are our mistake and throw {@link IllegalTransition}, except that what an abandoned
 * socket still reports (while waiting, closed or failed) is let go. *Frames and timers* come from outside in any order
 * and are never illegal once `connect` was called: those that mean nothing in a state change nothing.
 */
export function transition(state: SessionState, event: SessionEvent): SessionTransition {
  const { kind } = state;
  if (!isLegal(kind, event.kind)) throw new IllegalTransition(kind, event.kind);
  const stay: SessionTransition = { state, effects: STAY };
  const attempt = 'attempt' in state ? state.attempt : 0;
  if (event.kind === 'connect') return connect(0, event.atMs);
  if (isOver(kind)) return stay;
  switch (event.kind) {
    case 'close':
      return end({ kind: 'closed', reason: 'closed' });
    case 'opened':
      return kind === 'connecting' ? configure(attempt, event.atMs) : stay;
    case 'refused':
      return kind === 'connecting' ? fail('denied', 403) : stay;
    case 'retry':
      return kind === 'waiting' && !event.turnAtMs ? connect(1, event.atMs) : stay;
    case 'lost':
      return kind === 'waiting' ? stay : retry(attempt, event);
    case 'due':
      if (!('dueAtMs' in state)) return stay;
      // Timers may fire early; without a new one nothing would ever happen.
      if (event.atMs < state.dueAtMs) return { state, effects: [{ kind: 'start-timer', dueAtMs: state.dueAtMs }] };
      if (kind === 'waiting') return connect(attempt, event.atMs);
      return 'rateRefused' in state && state.rateRefused ? configure(attempt, event.atMs) : retry(attempt, event);
    case 'sessionResponse':
      // In a read-only session `connected: false` answers the closeSession that goes before a new start (GUEST-CLOSE-SESSION).
      if (kind === 'readOnly' && !event.connected) return stay;
      return kind === 'connecting' || kind === 'waiting' ? stay : answered(event);
    case 'errorFrame': {
      const { code } = event;
      const failure = FATAL[code];
      if (failure) return fail(failure, code);
      // Only while configuring does an HTTP-like error speak of the session; later it speaks of one request.
      if (kind !== 'configuring' || code < 300 || code > 599) return stay;
      return code < 500 ? fail('not-configured', code) : retry(attempt, event);
    }
    case 'rateRefused': {
      if (kind !== 'configuring') return stay;
      if (attempt >= RECONNECT_ATTEMPTS_MAX) return fail('unreachable');
      const askedMs = event.retryAfterMs > 0 ? Math.min(event.retryAfterMs, CONFIGURE_RETRY_MAX_MS) : 0;
      const dueAtMs = event.atMs + askedMs + reconnectDelayMs(1, event.random);
      return to({ kind, attempt: attempt + 1, dueAtMs, rateRefused: true }, { kind: 'start-timer', dueAtMs });
    }
    case 'conversationEnded':
      return kind === 'live' && event.readOnly ? to({ kind: 'readOnly' }) : stay;
    case 'sessionExpired':
      return fail('expired');
    case 'connectionClosed':
      return end({ kind: 'closed', reason: event.reason ?? 'superseded' }, event.signedIn);
  }
}

function isOver(kind: SessionState['kind']): boolean {
  return kind === 'closed' || kind === 'failed';
}

function isLegal(kind: SessionState['kind'], event: SessionEvent['kind']): boolean {
  switch (event) {
    case 'close':
      return true;
    case 'connect':
      return kind === 'idle' || isOver(kind);
    case 'opened':
    case 'refused':
      return kind === 'connecting' || kind === 'waiting' || isOver(kind);
    default:
      return kind !== 'idle';
  }
}

/** The application hears of every new state, and last: when it does, what follows from the state is under way. */
function to(state: SessionState, ...effects: readonly SessionEffect[]): SessionTransition {
  return { state, effects: [...effects, { kind: 'tell', state }] };
}

function end(state: SessionState, discardToken?: boolean | undefined): SessionTransition {
  const discards: readonly SessionEffect[] = discardToken ? [{ kind: 'discard-token' }] : STAY;
  return to(state, { kind: 'stop-timer' }, { kind: 'close-socket' }, ...discards);
}

function fail(reason: SessionFailure, code?: number | undefined): SessionTransition {
  return end({ kind: 'failed', reason, code }, reason === 'downgrade');
}

function connect(attempt: number, atMs: number): SessionTransition {
  const dueAtMs = atMs + HANDSHAKE_TIMEOUT_MS;
  return to({ kind: 'connecting', attempt, dueAtMs }, { kind: 'open-socket' }, { kind: 'start-timer', dueAtMs });
}

function configure(attempt: number, atMs: number): SessionTransition {
  const dueAtMs = atMs + HANDSHAKE_TIMEOUT_MS;
  return to(
    { kind: 'configuring', attempt, dueAtMs, rateRefused: false },
    { kind: 'send-configure', startNew: false },
    { kind: 'start-timer', dueAtMs },
  );
}

function retry(attempt: number, { atMs, random, turnAtMs }: Chance): SessionTransition {
  if (attempt >= RECONNECT_ATTEMPTS_MAX) return fail('unreachable');
  const dueAtMs = turnAtMs ?? atMs + reconnectDelayMs(attempt + 1, random, GUEST_RECONNECT_CAP_MS);
  return to(
    { kind: 'waiting', attempt: attempt + 1, dueAtMs },
    { kind: 'close-socket' },
    { kind: 'start-timer', dueAtMs },
  );
}

function answered(event: Extract<SessionEvent, { kind: 'sessionResponse' }>): SessionTransition {
  const { connected, newSession, readOnly, autoStart } = event;
  if (!connected && !readOnly) return end({ kind: 'closed', reason: 'ended' });
  const effects: SessionEffect[] = [{ kind: 'stop-timer' }];
  if (!newSession) effects.push({ kind: 'refetch-history' });
  else if (autoStart && !readOnly) effects.push({ kind: 'send-join' });
  return to(readOnly ? { kind: 'readOnly' } : { kind: 'live', newSession }, ...effects);
}

/**
 * The states of a guest's connection.
 *
 * ```
 *   idle ─connect→ connecting ─opened→ configuring ─sessionResponse→ live ⇄ readOnly
 *                   ↑     │                │                           │       │
 *                  due    └──── lost, no answer in time, 5xx ──────────┴───────┘
 *                   │                      ↓
 *                   └────────────────── waiting ── attempts spent ──→ failed 'unreachable'
 *
 *   anywhere: close → closed · superseded → closed, never reconnects · expired, unknown, denied → failed
 * ```
 *
 * `apply` returns what the driver has to do, in order. A session response resets the attempts. Moments never go back.
 */
export class SessionMachine {
  readonly #timeline = new Timeline();
  #state: SessionState = { kind: 'idle' };
  #nowMs = 0;

  /** The state of this moment. */
  get state(): SessionState {
    return this.#state;
  }

  /** @throws IllegalTransition when the event can't happen now; the state is then unchanged. */
  apply(event: SessionEvent): readonly SessionEffect[] {
    this.#nowMs = laterOf(this.#nowMs, event.atMs);
    const { state, effects } = transition(this.#state, { ...event, atMs: this.#nowMs });
    const from = this.#state.kind;
    this.#state = state;
    this.#timeline.add(this.#nowMs, event.kind, from === state.kind ? from : `${from} → ${state.kind}`);
    return effects;
  }

  /** The latest events and what they led to, oldest first. */
  explain(): readonly TimelineEntry[] {
    return this.#timeline.entries();
  }
}

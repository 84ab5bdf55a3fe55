import type { Clock } from '../ports.ts';
import { DURATION_MIN_MS } from './broadcast.ts';
import type { PendingBroadcast, Verdict } from './pending-broadcast.ts';

/** The least time between two `typing` of one session. */
export const TYPING_GAP_MS = 2_000;

/** How long a request of a session is waited for when a newer broadcast wants its turn. */
export const HANDOVER_MS = 1_000;

/**
 * Sessions that are remembered. For a new one the one is forgotten that was used longest ago and has nothing under way, no
 * `typing` within {@link TYPING_GAP_MS} and no pause; when there is none, the new one is refused.
 */
export const SESSIONS_MAX = 10_000;

/** What is known of one session. */
export interface SessionMemory {
  /** When the newest request with a `typing` left. */
  lastTypingAtMs: number;
  /** The other side asked for silence until then. */
  quietUntilMs: number;
  /** Whether it had a conversation, and how long that is taken for granted. */
  activity: { readonly isActive: boolean; readonly reason: string; readonly untilMs: number } | undefined;
}

interface Session extends SessionMemory {
  running: PendingBroadcast | undefined;
  /** Goes when the running one has ended. */
  next: PendingBroadcast | undefined;
  /** A `typing` that waits for the limit. */
  queued: PendingBroadcast | undefined;
  /** Stops the timer that ends the running one for the next. */
  cancelHandover: (() => void) | undefined;
}

interface Pause {
  readonly outcome: 'suppressed:gap' | 'suppressed:quiet';
  readonly forMs: number;
  readonly why: string;
}

export interface SessionTurnsOptions {
  readonly clock: Clock;
  /** Brings one broadcast to its end. Never rejects. */
  readonly deliver: (pending: PendingBroadcast, session: SessionMemory) => Promise<Verdict>;
}

/**
 * Whose turn it is in each session: one request at a time, so that a stop can't overtake the typing that it ends, and the
 * newest word counts. At most three broadcasts of a session are under way:
 *
 * ```
 *   typing ──(2 s since the last)──► running ──► end        a stop, or a typing whose time has come, while one runs:
 *      │                               ▲                    it is next; the running one is not tried again, and is
 *      └─(too early, may wait)─► queued┘                    withdrawn, after 1 s when its request is on its way
 * ```
 *
 * A stop is never refused. A `typing` that waits never pushes a stop aside before it goes itself.
 */
export class SessionTurns {
  readonly #clock: Clock;
  readonly #deliver: SessionTurnsOptions['deliver'];
  /** In the order in which they were last used. */
  readonly #sessions = new Map<string, Session>();
  readonly #runs = new Set<Promise<void>>();

  constructor({ clock, deliver }: SessionTurnsOptions) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs);
  }

  /** Takes a broadcast to its end, which it tells by itself. */
  offer(pending: PendingBroadcast): void {
    const session = this.#sessionOf(pending.broadcast.sessionId);
    if (session) this.#admit(session, pending);
    else {
      const reason = `${SESSIONS_MAX} sessions have broadcasts under way or within the last ${TYPING_GAP_MS} ms.`;
      pending.end({ outcome: 'suppressed:budget', reason, taken: false, retryAfterMs: TYPING_GAP_MS });
    }
  }

  #admit(session: Session, pending: PendingBroadcast): void {
    const pause = pending.isTyping ? this.#pauseOf(session) : undefined;
    if (pause) {
      this.#queue(session, pending, pause);
      return;
    }
    session.queued?.giveWayTo(pending);
    session.next?.giveWayTo(pending);
    if (!session.running) {
      this.#start(session, pending);
      return;
    }
    session.next = pending;
    this.#handOver(session, session.running, pending);
  }

  /** An answer that does not come must not keep the newest word from being said. */
  #handOver(session: Session, running: PendingBroadcast, newer: PendingBroadcast): void {
    running.giveWayTo(newer);
    if (!running.isCarried || session.cancelHandover) return;
    session.cancelHandover = this.#clock.after(HANDOVER_MS, () => {
      const reason = `No answer came within ${HANDOVER_MS} ms after a newer broadcast of the session was made.`;
      running.withdraw({ outcome: 'timeout', reason, taken: false });
    });
  }

  /** Lets a `typing` wait for the end of the pause; or ends it, when it would not be true, or wanted, by then. */
  #queue(session: Session, pending: PendingBroadcast, { outcome, forMs, why }: Pause): void {
    const { queueForMs } = pending.broadcast;
    const deadlineMs = Math.min(pending.calledAtMs + queueForMs, pending.expiresAtMs - DURATION_MIN_MS);
    if (queueForMs === 0) {
      pending.end({ outcome, reason: why, retryAfterMs: forMs, taken: false });
      return;
    }
    if (this.#clock.now() + forMs > deadlineMs) {
      const reason = `${why} It may go in ${Math.ceil(forMs)} ms, which is after its deadline.`;
      pending.end({ outcome: 'suppressed:stale', reason, retryAfterMs: forMs, taken: false });
      return;
    }
    session.queued?.giveWayTo(pending);
    session.queued = pending;
    const leave = () => {
      cancelTimer();
      if (session.queued === pending) session.queued = undefined;
    };
    const cancelTimer = this.#clock.after(forMs, () => {
      pending.signal.removeEventListener('abort', leave);
      session.queued = undefined;
      this.#admit(session, pending);
    });
    pending.signal.addEventListener('abort', leave, { once: true });
  }

  #start(session: Session, pending: PendingBroadcast): void {
    session.running = pending;
    const run = this.#run(session, pending).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  async #run(session: Session, pending: PendingBroadcast): Promise<void> {
    pending.end(await this.#deliver(pending, session));
    session.cancelHandover?.();
    session.cancelHandover = undefined;
    session.running = undefined;
    const { next } = session;
    session.next = undefined;
    if (next) this.#start(session, next);
  }

  #pauseOf({ running, lastTypingAtMs, quietUntilMs }: Session): Pause | undefined {
    const now = this.#clock.now();
    if (quietUntilMs > now) {
      const why = 'The other side has asked for a pause in this session.';
      return { outcome: 'suppressed:quiet', forMs: quietUntilMs - now, why };
    }
    // One that has not left yet will leave soon, and the gap begins then.
    const isUnderWay = running?.isTyping && running.attempts === 0;
    const forMs = isUnderWay ? TYPING_GAP_MS : lastTypingAtMs + TYPING_GAP_MS - now;
    if (forMs <= 0) return undefined;
    return { outcome: 'suppressed:gap', forMs, why: `A session has one typing in ${TYPING_GAP_MS} ms.` };
  }

  #sessionOf(id: string): Session | undefined {
    const known = this.#sessions.get(id);
    if (!known && this.#sessions.size >= SESSIONS_MAX && !this.#forgetOne()) return undefined;
    const session: Session = known ?? {
      lastTypingAtMs: -Infinity,
      quietUntilMs: -Infinity,
      activity: undefined,
      running: undefined,
      next: undefined,
      queued: undefined,
      cancelHandover: undefined,
    };
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session;
  }

  #forgetOne(): boolean {
    const now = this.#clock.now();
    for (const [id, { running, queued, lastTypingAtMs, quietUntilMs }] of this.#sessions) {
      const isFree = !running && !queued && Math.max(lastTypingAtMs + TYPING_GAP_MS, quietUntilMs) <= now;
      if (isFree) return this.#sessions.delete(id);
    }
    return false;
  }
}

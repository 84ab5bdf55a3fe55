import { RETRY_AFTER_MAX_MS } from '@backchannel/signals';
import { withDeadline } from '../core/deadline.ts';
import { BackchannelError } from '../error.ts';
import type { Clock, Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { DURATION_MIN_MS } from './broadcast.ts';
import type { PendingBroadcast, Verdict } from './pending-broadcast.ts';
import type { SessionMemory } from './session-turns.ts';
import type { TypingChannel } from './typing-channel.ts';

/** How often one broadcast is tried at most. */
export const ATTEMPTS_MAX = 3;

/** The first wait after a refusal that names no longer one; doubled for each further one. */
export const RETRY_BASE_MS = 500;

/** A wait is made longer by up to this share of it, by chance, and never shorter: Retry-After is kept. */
const JITTER = 0.25;

/** How long an active session is taken for active. */
export const ACTIVE_CACHE_MS = 5_000;

/** How long a session that is not active is taken for that: short, because its first message changes it. */
export const INACTIVE_CACHE_MS = 1_000;

/** Durations are sent in steps of this, so that a round one stays round while a request is made ready. */
const DURATION_STEP_MS = 100;

export interface DeliveryOptions {
  readonly channel: TypingChannel;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
}

const STALE = 'The broadcast is not true any more: a late typing signal says something that has passed.';

/**
 * Tries one broadcast while it is true: is the session active, then the signal, then again when the other side asks for a
 * later try. A wait that would end after its lifetime is not begun; what leaves late says only the time that is left.
 */
export async function deliver(
  options: DeliveryOptions,
  pending: PendingBroadcast,
  session: SessionMemory,
): Promise<Verdict> {
  const { clock } = options.ports;
  const timeoutMs = pending.expiresAtMs - clock.now();
  if (timeoutMs < DURATION_MIN_MS) return stale(STALE);
  try {
    const result = await withDeadline({ clock, timeoutMs, signal: pending.signal }, (signal) =>
      tryRepeatedly(options, pending, session, signal),
    );
    if (result.kind === 'done') return result.value;
    if (result.kind === 'aborted') return { outcome: 'aborted', reason: 'It was withdrawn.', taken: false };
    if (!pending.isCarried) return stale(STALE);
    return { outcome: 'timeout', reason: `No answer came within ${timeoutMs} ms, while it was true.`, taken: false };
  } catch (thrown) {
    const error = BackchannelError.from(thrown);
    return { outcome: 'refused', reason: error.message, error, taken: false };
  }
}

async function tryRepeatedly(
  options: DeliveryOptions,
  pending: PendingBroadcast,
  session: SessionMemory,
  signal: AbortSignal,
): Promise<Verdict> {
  const { clock, random } = options.ports;
  for (let attempt = 1; ; attempt += 1) {
    const verdict = await tryOnce(options, pending, session, signal);
    if (verdict.retryAfterMs === undefined || signal.aborted) return verdict;
    const now = clock.now();
    const askedMs = Math.min(verdict.retryAfterMs, RETRY_AFTER_MAX_MS);
    const leastMs = Math.max(askedMs, RETRY_BASE_MS * 2 ** (attempt - 1));
    const refused = { ...verdict, retryAfterMs: leastMs };
    session.quietUntilMs = Math.max(session.quietUntilMs, now + leastMs);
    if (attempt === ATTEMPTS_MAX) return { ...refused, reason: `${verdict.reason} It was tried ${attempt} times.` };
    if (pending.successor) return pending.successor;
    const delayMs = leastMs * (1 + JITTER * random.next());
    if (now + delayMs > pending.expiresAtMs - DURATION_MIN_MS) {
      const reason = `${verdict.reason} The next try would be in ${Math.ceil(delayMs)} ms, when it is not true any more.`;
      return { ...refused, outcome: 'suppressed:stale', reason };
    }
    await wait(clock, delayMs, signal);
    if (signal.aborted) return stale(STALE);
  }
}

async function tryOnce(
  { channel, ports: { clock } }: DeliveryOptions,
  pending: PendingBroadcast,
  session: SessionMemory,
  signal: AbortSignal,
): Promise<Verdict> {
  const { sessionId, guestId, type, durationMs } = pending.broadcast;
  // A stop is always told: to a session that is over it does no harm.
  if (pending.isTyping) {
    const inactive = await refusalOfInactive(channel, clock, sessionId, session, signal);
    if (inactive) return inactive;
  }
  const prepared = await channel.prepare?.(sessionId, { signal });
  if (prepared && prepared.outcome !== 'sent') return { ...prepared, taken: false };
  const now = clock.now();
  const leftMs = pending.expiresAtMs - now;
  if (signal.aborted || leftMs < DURATION_MIN_MS) return stale(STALE);
  if (pending.isTyping) session.lastTypingAtMs = now;
  pending.attempts += 1;
  pending.isCarried = true;
  const stepsMs = Math.ceil(leftMs / DURATION_STEP_MS) * DURATION_STEP_MS;
  const carriedMs = pending.isTyping ? Math.min(stepsMs, durationMs) : stepsMs;
  const settled = await channel.typing({ sessionId, guestId, type, durationMs: carriedMs }, { signal });
  pending.isCarried = false;
  const taken = settled.outcome === 'sent' || settled.outcome === 'coalesced';
  // The session may have ended since it was asked for. A pause says nothing of that.
  if (!taken && settled.retryAfterMs === undefined) session.activity = undefined;
  return { ...settled, taken };
}

/** Nothing when the session is active; else why nothing can be shown in it. */
async function refusalOfInactive(
  channel: TypingChannel,
  clock: Clock,
  sessionId: string,
  session: SessionMemory,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  if (!session.activity || session.activity.untilMs <= clock.now()) {
    const { value: isActive, ...settled }: Settled<boolean> = await channel.isActive(sessionId, { signal });
    if (isActive === undefined) return { ...settled, taken: false };
    const untilMs = clock.now() + (isActive ? ACTIVE_CACHE_MS : INACTIVE_CACHE_MS);
    session.activity = { isActive, reason: settled.reason, untilMs };
  }
  const { isActive, reason } = session.activity;
  if (isActive) return undefined;
  const text = `The session is not active, so there is nobody to show typing to. ${reason}`;
  return { outcome: 'suppressed:no-conversation', reason: text, taken: false };
}

const stale = (reason: string): Verdict => ({ outcome: 'suppressed:stale', reason, taken: false });

/** Resolves after that time, or when the signal is aborted. */
function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancelTimer = clock.after(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    const stop = () => {
      cancelTimer();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

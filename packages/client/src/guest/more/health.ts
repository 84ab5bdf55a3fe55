import type { Settled } from '../../settled.ts';
import type { GuestSession } from '../guest-session.ts';
import { PARTS } from '../session-parts.ts';
import { ask } from './ask.ts';

/** How long before the end of a session its notice comes, as in the official mobile SDK. */
export const EXPIRY_NOTICE_MS = 300_000;

/** What a health check tells of the session's life; absent where the service does not say. */
export interface SessionLife {
  /** ISO 8601. */
  readonly expiresAt?: string | undefined;
  /** Inactivity lifetime: each message begins it anew (third-party, GUEST-SESSION-LIFE). */
  readonly durationSeconds?: number | undefined;
}

/** The furthest moment that a date can name, in epoch milliseconds. */
const EPOCH_MS_MAX = 8.64e15;

/** ISO 8601; absent for a number that is no date, because a service's mistake must not throw here. */
const isoOf = (epochMs: number): string | undefined =>
  Math.abs(epochMs) <= EPOCH_MS_MAX ? new Date(epochMs).toISOString() : undefined;

const lifeOf = (durationSeconds: number, expirationDate: number): SessionLife => ({
  expiresAt: expirationDate > 0 ? isoOf(expirationDate * 1_000) : undefined,
  durationSeconds: durationSeconds > 0 ? durationSeconds : undefined,
});

/**
 * Asks the service whether the connection and the session live (documented, GUEST-HEALTH-CHECK). Two a minute are allowed per
 * connection (third-party, LIMIT-GUEST-HEALTH-CHECKS), one in 30 s is asked: an earlier call waits for its turn.
 */
export async function healthCheck(
  guest: GuestSession,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Settled<SessionLife>> {
  const parts = guest[PARTS];
  const answer = await ask(parts, parts.frames.echo(), signal, ['connection', 'health']);
  if (answer.value?.class !== 'StructuredMessage') return { ...answer, value: undefined };
  const { durationSeconds, expirationDate } = answer.value.body.metadata ?? {};
  return { outcome: 'sent', reason: 'It lives.', value: lifeOf(Number(durationSeconds), Number(expirationDate)) };
}

/** Tells that the session ends soon, or that it goes on after all. */
export interface ExpiryNotice {
  readonly expiring: boolean;
  /** ISO 8601. */
  readonly expiresAt?: string | undefined;
}

/**
 * Tells `listener` once when the session is about to expire, and again when it goes on after all: a message has prolonged it,
 * or another session has begun. The end is estimated from the newest SessionResponse and the messages since, and checked with
 * the service before anything is told. Also a notice `session.expiring` of the session. Returns what stops it.
 *
 * Clocks of devices are wrong by minutes: the estimate counts from what the service said, on a monotonic clock, wherever it
 * gives a duration.
 */
export function watchExpiry(
  guest: GuestSession,
  listener: (notice: ExpiryNotice) => void,
  { noticeMs = EXPIRY_NOTICE_MS }: { readonly noticeMs?: number } = {},
): () => void {
  const parts = guest[PARTS];
  const { clock, wallTime } = parts.ports;
  let cancelTimer: (() => void) | undefined;
  let expiresAtMs = Number.POSITIVE_INFINITY;
  let told = false;
  const abort = new AbortController();

  const remainingMs = (expirationDate: number): number => expirationDate * 1_000 - Date.parse(wallTime());
  const estimate = (leftMs: number): void => {
    expiresAtMs = clock.now() + leftMs;
    if (leftMs > noticeMs) tell(false);
    arm();
  };
  const tell = (expiring: boolean): void => {
    if (told === expiring) return;
    told = expiring;
    const expiresAt = isoOf(Date.parse(wallTime()) + expiresAtMs - clock.now());
    if (expiring) parts.notice('session.expiring', `The session expires at ${expiresAt} unless somebody writes.`);
    listener({ expiring, expiresAt });
  };
  const arm = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    const waitMs = expiresAtMs - noticeMs - clock.now();
    if (waitMs !== Number.POSITIVE_INFINITY && !told) cancelTimer = clock.after(Math.max(0, waitMs), () => void look());
  };
  /** The service has the last word; when it says nothing, the estimate stands. */
  const look = async (): Promise<void> => {
    const { value } = await healthCheck(guest, { signal: abort.signal });
    if (abort.signal.aborted) return;
    if (value?.expiresAt !== undefined) expiresAtMs = clock.now() + remainingMs(Date.parse(value.expiresAt) / 1_000);
    if (expiresAtMs - clock.now() <= noticeMs) tell(true);
    else arm();
  };
  const configured = (): void => {
    const { durationSeconds, expirationDate, newSession } = parts.session() ?? {};
    if (newSession && durationSeconds !== undefined) estimate(durationSeconds * 1_000);
    else if (expirationDate !== undefined) estimate(remainingMs(expirationDate));
  };
  const ended = (): void => {
    cancelTimer?.();
    expiresAtMs = Number.POSITIVE_INFINITY;
  };

  const stops = [
    guest.on('state', ({ kind }) =>
      kind === 'live' ? configured() : kind === 'closed' || kind === 'failed' ? ended() : undefined,
    ),
    guest.on('message', () => {
      const durationSeconds = parts.session()?.durationSeconds;
      if (durationSeconds !== undefined) estimate(durationSeconds * 1_000);
    }),
  ];
  if (guest.snapshot().state === 'live') configured();
  return () => {
    abort.abort();
    cancelTimer?.();
    for (const stop of stops) stop();
  };
}

import { describe } from '@backchannel/protocol';
import { BackchannelError } from '../error.ts';

/** What a broadcast can say: somebody types, pauses with a draft, or has stopped. The last two both end the indicator. */
export const INDICATORS = ['typing', 'paused', 'typing_stopped'] as const;

/** One of {@link INDICATORS}. */
export type Indicator = (typeof INDICATORS)[number];

/** Shortest duration of a broadcast, in milliseconds. */
export const DURATION_MIN_MS = 100;

/** Longest duration of a broadcast, in milliseconds. */
export const DURATION_MAX_MS = 10_000;

/** Duration of a broadcast that gives none, in milliseconds. */
export const DURATION_DEFAULT_MS = 3_000;

/** Longest id of a session or a guest, in characters. */
export const ID_CHARACTERS_MAX = 128;

/** What a call of `broadcastTyping` says, in one object: an entry of `broadcastMany`. */
export interface Broadcast {
  /** Whose indicator it is: the session's; one `typing` per 2 s. */
  readonly sessionId: string;
  readonly guestId: string;
  readonly type: Indicator;
  /** How long it is true from the moment of the call: 100 to 10,000 ms, default 3,000. */
  readonly durationMs?: number | undefined;
  /**
   * What the rate limit refuses may wait this long for its turn: 0 (the default) to 10,000 ms, and never longer than it is
   * true. Of several `typing` that wait, the latest goes.
   */
  readonly queueForMs?: number | undefined;
}

/** A broadcast with its defaults. */
export type CheckedBroadcast = { readonly [Name in keyof Broadcast]-?: NonNullable<Broadcast[Name]> };

// Of the categories C (control, format, lone surrogates, unassigned) none belongs in an id or can stand in a URL.
const UNPRINTABLE = /\p{C}/u;

/**
 * Checks a broadcast before anything leaves. What comes in is data of other systems more often than a programmer's
 * constant, so a mistake is an answer here and not an exception.
 */
export function checkBroadcast(broadcast: Broadcast): CheckedBroadcast | BackchannelError {
  if (typeof broadcast !== 'object' || broadcast === null) {
    return new BackchannelError('broadcast.invalid', `Nothing was broadcast: it is ${describe(broadcast)}, no object.`);
  }
  const { sessionId, guestId, type, durationMs = DURATION_DEFAULT_MS, queueForMs = 0 } = broadcast;
  const problem =
    problemOfId('sessionId', sessionId) ??
    problemOfId('guestId', guestId) ??
    (INDICATORS.includes(type)
      ? undefined
      : `type is ${describe(type)}. It is one of ${INDICATORS.map((indicator) => `"${indicator}"`).join(', ')}.`) ??
    problemOfTime('durationMs', durationMs, DURATION_MIN_MS) ??
    problemOfTime('queueForMs', queueForMs, 0);
  if (problem !== undefined) return new BackchannelError('broadcast.invalid', `Nothing was broadcast: ${problem}`);
  return { sessionId, guestId, type, durationMs, queueForMs };
}

function problemOfId(field: string, id: unknown): string | undefined {
  const fits = typeof id === 'string' && id.length >= 1 && id.length <= ID_CHARACTERS_MAX && !UNPRINTABLE.test(id);
  // A segment of dots would lead to another path.
  if (fits && id !== '.' && id !== '..') return undefined;
  return `${field} is ${describe(id)}. It is a text of 1 to ${ID_CHARACTERS_MAX} printable characters, not "." or "..".`;
}

function problemOfTime(field: string, value: unknown, minMs: number): string | undefined {
  if (Number.isInteger(value) && Number(value) >= minMs && Number(value) <= DURATION_MAX_MS) return undefined;
  return `${field} is ${describe(value)}. It is a whole number of milliseconds from ${minMs} to ${DURATION_MAX_MS}.`;
}

import type { UnreadField } from './unread.ts';

/** Seen from the emulator: `in` came from a client, `out` went to one. */
export type Direction = 'in' | 'out';

/** The surfaces by name, for whoever asks for one. */
export const JOURNAL_SURFACES = ['guest', 'rest', 'oauth', 'notifications', 'config', 'webhooks', 'emulator'] as const;

/** Where on the wire an entry happened; `emulator` is what the emulator has to say by itself. */
export type JournalSurface = (typeof JOURNAL_SURFACES)[number];

/** One thing that went over the wire, or that the emulator has to say about it. */
export interface JournalEntry {
  /** Counts from 1 and never goes back, not even with `reset`. */
  readonly seq: number;
  /** Milliseconds since the emulator started. */
  readonly atMs: number;
  /** ISO 8601. */
  readonly time: string;
  /** Seen from the emulator. */
  readonly direction: Direction;
  readonly surface: JournalSurface;
  /** What it is, in a word: `configureSession`, `typing`, `POST …/typing`, `SessionResponse`, `heartbeat`. */
  readonly kind: string;
  /** Bytes. */
  readonly size: number;
  readonly conversationId?: string | undefined;
  /** HTTP status or in-band code of an answer. */
  readonly status?: number | undefined;
  /** Why something was dropped or refused, and what would work. */
  readonly note?: string | undefined;
  /** Fields of a request that nobody asked for: misspelt ones do nothing and say nothing. */
  readonly unread?: readonly UnreadField[] | undefined;
  /** Id of the fault rule that did this: it would not have happened on its own. */
  readonly fault?: string | undefined;
  /** The JSON value without its secrets; a cut or broken one as text. */
  readonly payload?: unknown;
}

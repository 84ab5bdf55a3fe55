import type { KeystrokeKind, SignalOutcome } from '@backchannel/signals';
import type { Conversation, EndKind } from '../traces/trace.ts';
import type { LabChannel } from '../world/channel.ts';

/** What a writer does: the only thing that a policy sees. */
export type FactKind = KeystrokeKind | EndKind;

export interface TypingFrame {
  readonly kind: 'on' | 'off';
  /** On, when the policy declares how long it holds, in ms. */
  readonly durationMs?: number | undefined;
}

/** One conversation's way out, given to a policy. */
export interface Wire {
  /** Hands a frame to the platform now, and hears at once what became of it. */
  send(frame: TypingFrame, nowMs: number): SignalOutcome;
  /** Wakes the sender at this moment instead of any other that it had named; `Infinity`: no more. */
  wakeAt(atMs: number): void;
}

/** What a policy does for one conversation. Facts come in order; at most one alarm waits. */
export interface Sender {
  fact(kind: FactKind, nowMs: number): void;
  wake(nowMs: number): void;
}

/** Whether a message may go now, as far as a policy has a say in it. */
export type MessageAdmission = { readonly granted: true } | { readonly granted: false; readonly retryAtMs: number };

/** All senders of one run. On a shared budget they are of one party and may know of each other. */
export interface Party {
  /** `conversation` is what will be, for the references that know the future; all others must not look. */
  join(conversation: Conversation, wire: Wire): Sender;
  /** What the party as a whole asked to be woken for, with `Setting.wakeAt`. */
  wake?(nowMs: number): void;
  /** Asked before each message where messages and signals share a limit. Absent: always granted. */
  message?(nowMs: number): MessageAdmission;
}

export interface SharedLimit {
  readonly perMinute: number;
  /** `typing`: messages don't count. `all`: they do. */
  readonly counts: 'typing' | 'all';
}

export interface Setting {
  readonly channel: LabChannel;
  /** The limit that all conversations share. Absent: each conversation is alone. */
  readonly shared?: SharedLimit | undefined;
  /** Wakes the party at this moment instead of any other that it had named. */
  wakeAt(atMs: number): void;
}

/** How a product's display departs from `TypingDisplay`. */
export interface DisplayQuirks {
  /** Goes on showing this long after the typing has ended. */
  readonly holdMs: number;
  /** The sender's message ends the typing at once. */
  readonly clearedByMessage: boolean;
}

export const NO_QUIRKS: DisplayQuirks = { holdMs: 0, clearedByMessage: true };

export interface Policy {
  readonly name: string;
  /** Where the timings come from. */
  readonly source: string;
  /** What of the product is not played, when something is not. */
  readonly approximation?: string | undefined;
  readonly display: DisplayQuirks;
  /** Ours, known products, references. */
  readonly group: 'ours' | 'known' | 'field' | 'reference';
  start(setting: Setting): Party;
}

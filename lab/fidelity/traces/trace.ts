import type { KeystrokeKind } from '@backchannel/signals';

/** When, in ms from the start of the conversation, and what sort of key; never which character. */
export type Key = readonly [atMs: number, kind: KeystrokeKind];

/** `send`: the message went. `clear`: the draft became empty. `leave`: the field lost the focus or the page was hidden. */
export type EndKind = 'send' | 'clear' | 'leave';

/** One draft, from its first key to its end. */
export interface Episode {
  readonly keys: readonly Key[];
  readonly end: { readonly atMs: number; readonly kind: EndKind };
}

/** What one participant does in one conversation. */
export interface Conversation {
  readonly id: string;
  readonly episodes: readonly Episode[];
}

export const KEY_KINDS: readonly KeystrokeKind[] = ['letter', 'space', 'stop', 'newline', 'delete', 'paste', 'commit'];
export const END_KINDS: readonly EndKind[] = ['send', 'clear', 'leave'];

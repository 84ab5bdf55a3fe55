/** The two people of a conversation. */
export type Side = 'guest' | 'agent';

/** What happens in the conversation, as the screens show it. The robots tell it; a stage makes it visible. */
export type StageEvent =
  /** What stands in `from`'s own input, not sent yet. Nobody else sees it. */
  | { readonly kind: 'draft'; readonly from: Side; readonly text: string }
  /** The other side is shown that `from` is typing, or no longer. */
  | { readonly kind: 'typing'; readonly from: Side; readonly name: string; readonly typing: boolean }
  /** The other side is shown a message of `from`. */
  | { readonly kind: 'message'; readonly from: Side; readonly name: string; readonly text: string };

/** Where the conversation is shown: in place on a terminal, line by line in a log, as events for machines. */
export interface Stage {
  tell(event: StageEvent): void;
  /** Leaves the output as a next line of plain text expects it. Nothing is told afterwards. */
  close(): void;
}

export const otherSide = (side: Side): Side => (side === 'guest' ? 'agent' : 'guest');

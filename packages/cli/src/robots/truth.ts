/** What the record of a conversation holds, counted. */
export interface Truth {
  /** Entries of the transcript that somebody sent as a message. */
  readonly messages: number;
  /** Entries of the transcript that nobody sent as a message: what a typing indicator must never become. */
  readonly typingEntries: number;
  /** Typing signals that crossed the wire meanwhile. */
  readonly typingSignals: number;
}

interface RecordedConversation {
  readonly transcript: readonly { readonly text: string }[];
  readonly typing: readonly unknown[];
}

/** Counts the emulator's record against what was really sent; each message accounts for one entry. */
export function truthOf(recorded: RecordedConversation, sent: readonly string[]): Truth {
  const expected = [...sent];
  let messages = 0;
  for (const { text } of recorded.transcript) {
    const index = expected.indexOf(text);
    if (index < 0) continue;
    expected.splice(index, 1);
    messages += 1;
  }
  return { messages, typingEntries: recorded.transcript.length - messages, typingSignals: recorded.typing.length };
}

export const truthLine = ({ messages, typingEntries }: Truth): string =>
  `transcript: ${counted(messages, 'message', 'messages')}, ${counted(typingEntries, 'typing entry', 'typing entries')}`;

export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

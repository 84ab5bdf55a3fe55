import type { BackchannelError } from './error.ts';

/** Something that a session wants known and that is no answer to a call. */
export interface Notice {
  /** Stable: `frame.unreadable`, `history.unread`, `typing.refused`, … */
  readonly code: string;
  /** One sentence for a person. */
  readonly text: string;
  readonly error?: BackchannelError | undefined;
}

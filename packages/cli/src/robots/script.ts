import type { Side } from '../stage/stage.ts';

export interface Line {
  readonly from: Side;
  readonly text: string;
}

/** By it the agent's robot knows its conversation: a page may have opened another one at the same moment. */
export const OPENING = 'Is anybody there?';

/** Three messages in about eight seconds. Nobody is looking yet while the first is typed; the other two are seen coming. */
export const SCRIPT: readonly Line[] = [
  { from: 'guest', text: OPENING },
  { from: 'agent', text: 'Yes, I am. How can I help?' },
  { from: 'guest', text: 'I only watched the dots.' },
];

/** Runs `task` once when this turn of the event loop has handled what came with it. */
export type EndOfTurn = (task: () => void) => void;

/** Node's own: after the input of this turn, before timers. */
export const endOfTurn: EndOfTurn = (task) => void setImmediate(task);

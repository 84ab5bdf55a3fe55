import { endOfTurn } from './end-of-turn.ts';

/**
 * What is to be done at the end of this turn of the event loop, one after the other. A task must not throw.
 *
 * For writes to sockets: each wakes the process that reads at the other end, which costs more than the rest of a signal. Of
 * many that follow one another only the first does, since the reader is still awake then. At full load that is a quarter of
 * the relay's time (measured: `npm run bench -- relay-typing`); a turn with one task is as late as its end.
 */
export function together(): (task: () => void) => void {
  let tasks: (() => void)[] = [];
  return (task) => {
    tasks.push(task);
    if (tasks.length > 1) return;
    endOfTurn(() => {
      const now = tasks;
      tasks = [];
      for (const each of now) each();
    });
  };
}

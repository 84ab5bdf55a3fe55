import { endOfTurn } from './end-of-turn.ts';

/**
 * What is to be done at the end of this turn of the event loop, one after the other. A task must not throw.
 *
 * For writes to sockets: each wakes the process that reads at the other end, if that has fallen asleep. Of many that follow
 * one another only the first does. At full load the relay answers a fifth more signals in a second for it (measured:
 * docs/decisions/0016-what-is-asked-in-one-turn-leaves-together.md); a turn with one task is as late as its end.
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

import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { together } from '../src/adapters/together.ts';

it('does nothing before the end of the turn, then everything in its order', async () => {
  const done: number[] = [];
  const atEnd = together();
  for (const each of [1, 2, 3]) atEnd(() => done.push(each));
  await Promise.resolve();
  expect(done).toEqual([]);
  await endOfTurn();
  expect(done).toEqual([1, 2, 3]);
});

it('does what a task asks for in the next turn, so that sockets are read in between', async () => {
  const done: string[] = [];
  const atEnd = together();
  atEnd(() => {
    done.push('first');
    atEnd(() => done.push('asked for by the first'));
  });
  atEnd(() => done.push('second'));
  await endOfTurn();
  expect(done).toEqual(['first', 'second']);
  await endOfTurn();
  expect(done).toEqual(['first', 'second', 'asked for by the first']);
});

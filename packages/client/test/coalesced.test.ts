import { describe, expect, it } from 'vitest';
import { Coalesced } from '../src/core/coalesced.ts';
import { settle } from './support/fake-clock.ts';

describe('a task that many ask for', () => {
  const start = () => {
    const runs: ((value: string) => void)[] = [];
    const failures: ((error: Error) => void)[] = [];
    const task = new Coalesced<string>(
      () =>
        new Promise((resolve, reject) => {
          runs.push(resolve);
          failures.push(reject);
        }),
    );
    return { task, runs, failures };
  };

  it('runs once for all who ask in one turn', async () => {
    const { task, runs } = start();
    const all = Promise.all([task.run(), task.run(), task.run()]);
    expect(runs).toHaveLength(0);
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.('done');
    expect(await all).toEqual(['done', 'done', 'done']);
  });

  it('runs once more for all who ask meanwhile, and not before the first has ended', async () => {
    const { task, runs } = start();
    const first = task.run();
    await settle();
    const rest = Promise.all([task.run(), task.run()]);
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.('first');
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.('second');
    expect([await first, ...(await rest)]).toEqual(['first', 'second', 'second']);
  });

  it('goes on after a failure, which only those hear of who asked for that run', async () => {
    const { task, runs, failures } = start();
    const failing = task.run();
    await settle();
    const next = task.run();
    failures[0]?.(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    await settle();
    runs[1]?.('fine');
    expect(await next).toBe('fine');
  });
});

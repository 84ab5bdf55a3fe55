import { expect, test } from 'vitest';
import { STOP_WITHIN_MS, stopAll } from '../src/dev/stopping.ts';
import { FakeClock } from './support/fake-clock.ts';

test('closes the last opened part first and leaves no timer', async () => {
  const clock = new FakeClock();
  const closed: string[] = [];
  const part = (name: string) => ({
    name,
    close: async () => {
      closed.push(name);
    },
  });
  await stopAll([part('the emulator'), part('the page'), part('the robots')], clock);
  expect(closed).toEqual(['the robots', 'the page', 'the emulator']);
  expect(clock.pending).toBe(0);
});

test('a part that fails to close does not keep the others open, and its error is told', async () => {
  const closed: string[] = [];
  const parts = [
    { name: 'the page', close: async () => void closed.push('the page') },
    { name: 'the robots', close: () => Promise.reject(new Error('no')) },
  ];
  await expect(stopAll(parts, new FakeClock())).rejects.toThrow('no');
  expect(closed).toEqual(['the page']);
});

test('what hangs is named after a second, with what waits behind it', async () => {
  const clock = new FakeClock();
  const parts = [
    { name: 'the emulator', close: async () => undefined },
    { name: 'the page', close: () => new Promise<void>(() => undefined) },
    { name: 'the robots', close: async () => undefined },
  ];
  const stopping = stopAll(parts, clock);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(STOP_WITHIN_MS);
  await expect(stopping).rejects.toThrow('stop.late: Not stopped after 1 s, so it was ended: the emulator, the page.');
});

import { afterEach, expect, test, vi } from 'vitest';
import { processIo } from '../src/adapters/process-io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Those of the test runner stay. */
const before = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));

afterEach(() => {
  vi.restoreAllMocks();
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener);
  }
});

test('the first Ctrl-C asks to stop, the second ends the process with 130', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  const io = processIo();
  const asked = vi.fn();
  io.onStop(asked);

  process.emit('SIGINT');
  expect(asked).toHaveBeenCalledTimes(1);
  expect(exit).not.toHaveBeenCalled();

  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(130);
});

test('a listener that was taken back is not asked', () => {
  const io = processIo();
  const asked = vi.fn();
  io.onStop(asked)();
  process.emit('SIGTERM');
  expect(asked).not.toHaveBeenCalled();
});

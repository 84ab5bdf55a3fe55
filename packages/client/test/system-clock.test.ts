import { systemPorts } from '@backchannel/client';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
});

it.each([
  ['a moment that has passed is due at once', -0.05, 0],
  ['a moment beyond the longest timer waits as long as it can', 2 ** 40, 2 ** 31 - 1],
  ['any other moment is left as it is', 1_500, 1_500],
])('%s', (_, delayMs, expected) => {
  const timer = vi.fn();
  vi.stubGlobal('setTimeout', timer);
  systemPorts().clock.after(delayMs, () => undefined);
  expect(timer).toHaveBeenCalledWith(expect.any(Function), expected);
});

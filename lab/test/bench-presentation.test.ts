import { expect, test } from 'vitest';
import { type Measurement, median, verdictOf } from '../bench/support/measurement.ts';
import { performancePage, table } from '../bench/support/presentation.ts';

const machine = {
  cores: 2,
  processor: 'Test',
  memoryGb: 8,
  node: 'v24.0.0',
  platform: 'linux x64',
  commit: 'abc1234',
};
const measured = (value: number, target?: Measurement['target']): Measurement => ({
  what: 'facts',
  value,
  unit: 'million/s',
  ...(target && { target }),
});

test('a target is met at its very value, and missed beyond it', () => {
  expect(verdictOf(measured(5, { atLeast: 5 }))).toBe('met');
  expect(verdictOf(measured(4.999, { atLeast: 5 }))).toBe('MISSED');
  expect(verdictOf(measured(250, { atMost: 250 }))).toBe('met');
  expect(verdictOf(measured(250.1, { atMost: 250 }))).toBe('MISSED');
  expect(verdictOf(measured(1))).toBe('');
});

test('one disturbed round does not move the median', () => {
  expect(median([0.61, 0.02, 0.6])).toBe(0.6);
  expect(() => median([])).toThrow('The median of nothing');
});

test('a benchmark that failed shows its reason and no number', () => {
  const text = table(
    [{ name: 'signals', repeat: 'npm run bench -- signals', seconds: 1, measurements: [], failure: 'no gc' }],
    machine,
  );
  expect(text).toContain('NOT MEASURED: no gc');
  expect(text).not.toContain('met');
});

test('the page names the machine, the command and the verdict beside each number', () => {
  const page = performancePage(
    [
      {
        name: 'signals',
        repeat: 'npm run bench -- signals',
        seconds: 1,
        measurements: [measured(70.512, { atLeast: 5 }), measured(3)],
      },
    ],
    machine,
  );
  expect(page).toContain('2 cores (Test), 8 GB, linux x64, Node v24.0.0, commit abc1234');
  expect(page).toContain('## `npm run bench -- signals`');
  expect(page).toContain('| facts | 70.5 million/s | ≥ 5 million/s | met |');
  expect(page).toContain('| facts | 3 million/s |  |  |');
});

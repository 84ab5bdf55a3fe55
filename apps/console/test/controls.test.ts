import { expect, test } from 'vitest';
import { Controls, describeFault } from '../src/controls/controls.ts';

const RULE = { id: 'fault-1', frame: 'text', first: 3, status: 429, fired: 1 };
const CLOCK = { frozen: true, atMs: 5, time: '2026-11-21T09:00:00.000Z' };

/** An emulator that answers what it is told to, and remembers what it was asked. */
function setUp(answers: Readonly<Record<string, [status: number, body: unknown]>> = {}) {
  const asked: string[] = [];
  const request = async (url: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const call = `${init?.method} ${new URL(String(url)).pathname}`;
    asked.push(`${call} ${init?.body ?? ''}`.trim());
    const standard: Record<string, [number, unknown]> = {
      'GET /_emulator/faults': [200, { rules: [RULE] }],
      'GET /_emulator/clock': [200, CLOCK],
    };
    const [status, body] = answers[call] ?? standard[call] ?? [204, undefined];
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  };
  return { asked, controls: new Controls('http://127.0.0.1:4100', request) };
}

test.each([
  ['cut', (each: Controls) => each.cut('guests'), 'POST /_emulator/cut {"sockets":"guests"}'],
  [
    'refuse',
    (each: Controls) => each.refuseNext('guest messages', 3),
    'POST /_emulator/faults {"frame":"text","surface":"guest","first":3,"status":429}',
  ],
  ['heal', (each: Controls) => each.heal(), 'DELETE /_emulator/faults'],
  ['freeze', (each: Controls) => each.freeze(), 'POST /_emulator/clock {"freeze":true}'],
  ['resume', (each: Controls) => each.resume(), 'POST /_emulator/clock {"resume":true}'],
  ['advance', (each: Controls) => each.advance(5_000), 'POST /_emulator/clock {"advance":5000}'],
] as const)('%s asks the emulator, and then how it stands', async (_name, act, call) => {
  const { asked, controls } = setUp();
  let told = 0;
  controls.subscribe(() => {
    told += 1;
  });
  await act(controls);
  expect(asked).toEqual([call, 'GET /_emulator/faults', 'GET /_emulator/clock']);
  expect(controls.snapshot()).toEqual({ faults: [RULE], clock: CLOCK, trouble: undefined });
  expect(told).toBe(1);
});

test('what the emulator refuses is told in its words, and what was known stays', async () => {
  const { controls } = setUp({ 'POST /_emulator/clock': [400, { message: 'option.invalid: No.' }] });
  await controls.refresh();
  await controls.freeze();
  expect(controls.snapshot()).toEqual({ faults: [RULE], clock: CLOCK, trouble: 'option.invalid: No.' });
});

test('a rule is described with how often it fired', () => {
  expect(describeFault(RULE)).toBe('text answered 429 · 1 of 3');
  expect(describeFault({ id: 'fault-2', operation: 'getUsersMe', effect: 'drop', fired: 2 })).toBe(
    'getUsersMe drop · 2',
  );
});

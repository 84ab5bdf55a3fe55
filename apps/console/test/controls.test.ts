import { expect, test } from 'vitest';
import { describeFault, describeRobot } from '../src/controls/control-answers.ts';
import { Controls } from '../src/controls/controls.ts';

const RULE = { id: 'fault-1', frame: 'text', first: 3, status: 429, fired: 1 };
const ROBOT = { id: 'robot-1', role: 'guest', state: 'running', done: 1, steps: 4 } as const;
const SWITCH = {
  name: 'agentTypingStatus',
  value: 202,
  default: 204,
  values: [204, 200, 202],
  mark: 'assumed',
  says: 'Agent typing is answered 204.',
};
const TENANT = { name: 'tenant-1', baseUrl: 'http://127.0.0.1:4100/_tenants/tenant-1' };
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
      'GET /_emulator/robots': [200, { robots: [ROBOT] }],
      'GET /_emulator/switches': [200, { switches: [SWITCH] }],
      'GET /_emulator/limits': [200, { limits: [{ value: null, windowMs: 60_000 }, { value: 7 }] }],
      'GET /_emulator/tenants': [200, { tenants: [TENANT] }],
    };
    const [status, body] = answers[call] ?? standard[call] ?? [204, undefined];
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  };
  return { asked, controls: new Controls('http://127.0.0.1:4100', request) };
}

const KNOWN = {
  faults: [RULE],
  clock: CLOCK,
  robots: [ROBOT],
  switches: [SWITCH],
  limited: false,
  tenants: [TENANT],
};

test.each([
  ['cut', (each: Controls) => each.cut('guests'), 'POST /_emulator/cut {"sockets":"guests"}'],
  [
    'refuse',
    (each: Controls) => each.refuseNext('guest messages', 3),
    'POST /_emulator/faults {"frame":"text","surface":"guest","first":3,"status":429}',
  ],
  ['add a fault', (each: Controls) => each.addFault('text:drop'), 'POST /_emulator/faults "text:drop"'],
  [
    'bring a guest',
    (each: Controls) => each.startRobot('guest'),
    'POST /_emulator/robots {"role":"guest","steps":[{"say":"Hello, is anybody there?"},{"hear":true},{"say":"Thanks, that helps!"},{"leave":true}]}',
  ],
  ['stop the robots', (each: Controls) => each.stopRobots(), 'DELETE /_emulator/robots'],
  [
    'move a switch',
    (each: Controls) => each.moveSwitch('agentTypingStatus', 202),
    'POST /_emulator/switches {"agentTypingStatus":202}',
  ],
  ['let limits go', (each: Controls) => each.enforceLimits(false), 'POST /_emulator/limits "off"'],
  ['enforce limits', (each: Controls) => each.enforceLimits(true), 'POST /_emulator/limits "on"'],
  ['add a tenant', (each: Controls) => each.addTenant(), 'POST /_emulator/tenants {}'],
  ['reset', (each: Controls) => each.reset(), 'POST /_emulator/reset'],
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
  expect(await act(controls)).toBe(true);
  expect(asked[0]).toBe(call);
  expect(asked.slice(1).toSorted()).toEqual(
    ['clock', 'faults', 'limits', 'robots', 'switches', 'tenants'].map((each) => `GET /_emulator/${each}`),
  );
  expect(controls.snapshot()).toEqual({ ...KNOWN, trouble: undefined });
  expect(told).toBe(1);
});

test('what the emulator refuses is told in its words, and what was known stays', async () => {
  const { controls } = setUp({ 'POST /_emulator/clock': [400, { message: 'option.invalid: No.' }] });
  await controls.refresh();
  expect(await controls.freeze()).toBe(false);
  expect(controls.snapshot()).toEqual({ ...KNOWN, trouble: 'option.invalid: No.' });
});

test('a rule is described with how often it fired', () => {
  expect(describeFault(RULE)).toBe('text answered 429 · 1 of 3');
  expect(describeFault({ id: 'fault-2', operation: 'getUsersMe', effect: 'drop', rate: 0.5, fired: 2 })).toBe(
    'getUsersMe drop · 2, at 50%',
  );
  expect(describeFault({ id: 'fault-3', frame: 'text', surface: 'webhooks', delayMs: 800, fired: 0 })).toBe(
    'webhooks text delay 800 ms · 0 of 1',
  );
});

test('a robot is described with how far it is, and why it is no further', () => {
  expect(describeRobot(ROBOT)).toBe('robot-1, a guest: running, 1 of 4');
  expect(describeRobot({ ...ROBOT, role: 'agent', state: 'failed', reason: 'Nobody came.' })).toBe(
    'robot-1, an agent: failed, 1 of 4. Nobody came.',
  );
});

import { BOUNDS, EmulatorError } from '@backchannel/emulator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ControlledClock } from '../src/controlled-clock.ts';
import { clientToken, configured, listening, rest, start, startAtRest } from './support/emulator.ts';
import { ManualClock } from './support/manual-clock.ts';

test('while it runs it follows the clock underneath; frozen it stands still and nothing falls due', async () => {
  const base = new ManualClock();
  const clock = new ControlledClock(base);
  const ran: number[] = [];
  clock.after(100, () => ran.push(clock.now() - 1_000));
  base.advance(40);
  clock.freeze();
  base.advance(500);
  expect([clock.now() - 1_000, ran]).toEqual([40, []]);
  clock.resume();
  base.advance(59);
  expect(ran).toEqual([]);
  base.advance(1);
  expect(ran).toEqual([100]);
  expect(base.waiting).toBe(0);
});

test('advance runs what is due in order and at its own time, also what that makes due', async () => {
  const clock = new ControlledClock(new ManualClock());
  clock.freeze();
  const ran: [string, number][] = [];
  const at = (name: string, more?: () => void) => () => {
    ran.push([name, clock.now() - 1_000]);
    more?.();
  };
  clock.after(30, at('c'));
  clock.after(
    10,
    at('a', () =>
      clock.after(
        10,
        at('b', () => clock.after(500, at('never'))),
      ),
    ),
  );
  clock.after(30, at('d'));
  const cancel = clock.after(20, at('cancelled'));
  cancel();
  await clock.advance(50);
  expect(ran).toEqual([
    ['a', 10],
    ['b', 20],
    ['c', 30],
    ['d', 30],
  ]);
  expect([clock.now() - 1_000, clock.frozen]).toEqual([50, true]);
});

test('a task that throws is told to whoever moved the clock, and the clock can be moved again and runs', async () => {
  const base = new ManualClock();
  const clock = new ControlledClock(base);
  clock.after(10, () => {
    throw new Error('an expectation of the test');
  });
  await expect(clock.advance(50)).rejects.toThrow('an expectation of the test');
  let ran = false;
  clock.after(20, () => {
    ran = true;
  });
  await clock.advance(10);
  base.advance(10);
  expect(ran).toBe(true);
});

test('advancing a clock that runs leaves it running, ahead of the clock underneath', async () => {
  const base = new ManualClock();
  const clock = new ControlledClock(base);
  let ran = 0;
  clock.after(5_000, () => {
    ran += 1;
  });
  await clock.advance(4_000);
  expect([clock.frozen, ran]).toEqual([false, 0]);
  base.advance(1_000);
  expect(ran).toBe(1);
});

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('advance waits for work that was begun on the way before it goes on', async () => {
  // Real turns of the event loop stand for a request on its way.
  const clock = new ControlledClock(new ManualClock());
  clock.freeze();
  const seen: string[] = [];
  clock.after(10, () =>
    clock.working(
      turns(50).then(() => {
        seen.push(`answered at ${clock.now() - 1_000}`);
        clock.after(5, () => seen.push('retried'));
      }),
    ),
  );
  clock.after(100, () => seen.push('later'));
  await clock.advance(200);
  expect(seen).toEqual(['answered at 10', 'retried', 'later']);
});

test('however it is stopped, moved and let go, everything runs once, in order and never early', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('base' as const), ms: fc.nat(50) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.nat(50) }),
    fc.record({ do: fc.constantFrom('freeze' as const, 'resume' as const), ms: fc.constant(0) }),
    fc.record({ do: fc.constant('after' as const), ms: fc.nat(80) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const base = new ManualClock();
      const clock = new ControlledClock(base);
      const ran: { due: number; at: number }[] = [];
      let asked = 0;
      for (const { do: what, ms } of steps) {
        if (what === 'base') base.advance(ms);
        else if (what === 'advance') await clock.advance(ms);
        else if (what === 'freeze') clock.freeze();
        else if (what === 'resume') clock.resume();
        else {
          const due = clock.now() + ms;
          asked += 1;
          clock.after(ms, () => ran.push({ due, at: clock.now() }));
        }
      }
      clock.resume();
      base.advance(1_000);
      expect(ran).toHaveLength(asked);
      for (const { due, at } of ran) expect(at).toBeGreaterThanOrEqual(due);
      expect(ran.map(({ at }) => at)).toEqual(ran.map(({ at }) => at).toSorted((left, right) => left - right));
      expect(base.waiting).toBe(0);
    }),
    { verbose: true },
  );
});

test.each([-1, Number.NaN, BOUNDS.advanceMs + 1, '5'])('it cannot be advanced by %j', async (ms) => {
  const clock = new ControlledClock(new ManualClock());
  expect(() => clock.advance(ms as number)).toThrow(EmulatorError);
});

test('tokens, heartbeats and dates of an emulator follow its clock', async () => {
  const { genesys } = await startAtRest();
  const token = await clientToken(genesys);
  const [agent] = genesys.info.agents;
  const socket = await listening(genesys, [`v2.users.${agent?.id}.conversations.messages`]);
  await genesys.clock.advance(61_000);
  expect((await socket.next()).eventBody.message).toBe('WebSocket Heartbeat');
  expect((await socket.next()).eventBody.message).toBe('WebSocket Heartbeat');
  const answer = await rest(genesys, 'GET', '/api/v2/notifications/channels', { token });
  expect([answer.status, answer.headers.get('date')]).toEqual([200, 'Mon, 05 Jan 2026 10:01:01 GMT']);
  // A day of heartbeats need not be read.
  await socket.close();
  await genesys.clock.advance(86_400_000);
  const late = await rest(genesys, 'GET', '/api/v2/notifications/channels', { token });
  expect([late.status, late.headers.get('date')]).toEqual([401, 'Tue, 06 Jan 2026 10:01:01 GMT']);
});

test('a session that has had its time expires while the clock is moved over it', async () => {
  const { genesys } = await startAtRest({ deployment: { sessionDurationSeconds: 600 } });
  const guest = await configured(genesys);
  await genesys.clock.advance(599_000);
  expect(guest.frames.at(-1).class).toBe('SessionResponse');
  await genesys.clock.advance(2_000);
  expect((await guest.next()).class).toBe('SessionExpiredEvent');
});

test('by HTTP: freeze, advance and resume, in one request or in several', async () => {
  const genesys = await start();
  const tell = (body: object) => rest(genesys, 'POST', '/_emulator/clock', { body });
  const frozen = await tell({ freeze: true });
  expect(frozen).toMatchObject({ status: 200, body: { frozen: true } });
  const moved = await tell({ advance: 60_000 });
  expect(moved.body.atMs).toBe(frozen.body.atMs + 60_000);
  expect((await rest(genesys, 'GET', '/_emulator/clock')).body).toEqual(moved.body);
  expect((await tell({ advance: 1_000, resume: true })).body.frozen).toBe(false);
});

test.each([
  [{}, 'nothing'],
  [{ freze: true }, 'Did you mean \\"freeze\\"?'],
  [{ freeze: 'yes' }, 'freeze cannot be'],
  [{ advance: '5 s' }, 'The clock cannot be advanced by 5 s (string)'],
])('by HTTP %j is refused with a reason', async (body, reason) => {
  const genesys = await start();
  const answer = await rest(genesys, 'POST', '/_emulator/clock', { body });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(reason);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RECONNECT_ATTEMPTS_MAX, type SessionEffect, type SessionEvent, SessionMachine } from '../src/index.ts';

/**
 * The world as a driver and a service see it: sockets, one timer, and what was promised. It knows nothing of the
 * machine's states and checks what must hold of its effects, whatever the order of events.
 */
class World {
  now = 0;
  socket: 'none' | 'opening' | 'open' = 'none';
  configured = false;
  timerMs: number | undefined;
  /** The application asked for a session and has not been told that it is over. */
  wanted = false;
  /** Reconnects since the last session response. */
  attempts = 0;
  told = 'idle';
}

type Real = SessionMachine;

function perform(world: World, machine: SessionMachine, event: SessionEvent): void {
  const before = world.told;
  const effects = machine.apply(event);
  for (const effect of effects) carryOut(world, effect);
  // The application is told of every change, last, and the truth.
  expect(world.told).toBe(machine.state.kind);
  if (effects.some((effect) => effect.kind !== 'start-timer')) expect(effects.at(-1)?.kind).toBe('tell');
  const over = world.told === 'closed' || world.told === 'failed';
  if (over) {
    expect(world.socket).toBe('none');
    expect(world.timerMs).toBeUndefined();
    world.wanted = false;
  }
  // Whoever wants a session and has none is on the way: something will happen by itself.
  if (world.wanted && !world.configured) expect(world.timerMs).toBeDefined();
  if (world.told === 'live') expect(world.configured && world.socket === 'open').toBe(true);
  if (before === 'closed' || before === 'failed') {
    if (event.kind !== 'connect') expect(effects).toEqual([]);
  }
}

function carryOut(world: World, effect: SessionEffect): void {
  switch (effect.kind) {
    case 'open-socket':
      expect(world.socket).toBe('none');
      world.socket = 'opening';
      world.attempts++;
      expect(world.attempts).toBeLessThanOrEqual(RECONNECT_ATTEMPTS_MAX + 1);
      break;
    case 'close-socket':
      world.socket = 'none';
      world.configured = false;
      break;
    case 'send-configure':
      expect(world.socket).toBe('open');
      expect(effect.startNew).toBe(false);
      break;
    case 'send-join':
    case 'refetch-history':
      expect(world.configured).toBe(true);
      break;
    case 'start-timer':
      expect(effect.dueAtMs).toBeGreaterThanOrEqual(world.now);
      expect(effect.dueAtMs - world.now).toBeLessThan(120_000);
      world.timerMs = effect.dueAtMs;
      break;
    case 'stop-timer':
      world.timerMs = undefined;
      break;
    case 'tell':
      world.told = effect.state.kind;
      break;
    case 'discard-token':
      expect(['closed', 'failed']).not.toContain(world.told);
      break;
  }
}

/** One event, with when it can happen in the world and what it does to the world. */
function command(
  event: SessionEvent,
  can: (world: World) => boolean,
  happens: (world: World) => void = () => undefined,
): fc.Command<World, Real> {
  return {
    check: can,
    run(world, machine) {
      world.now += event.atMs;
      happens(world);
      perform(world, machine, { ...event, atMs: world.now });
    },
    toString: () => JSON.stringify(event),
  };
}

const afterMs = fc.nat(5_000);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const open = (world: World) => world.socket === 'open';
const asked = (world: World) => world.told !== 'idle';

const commands = [
  afterMs.map((atMs) =>
    command(
      { kind: 'connect', atMs },
      (world) => !world.wanted,
      (world) => {
        world.wanted = true;
        world.attempts = 0;
      },
    ),
  ),
  afterMs.map((atMs) => command({ kind: 'close', atMs }, () => true)),
  afterMs.map((atMs) =>
    command({ kind: 'retry', atMs }, asked, (world) => {
      if (world.told === 'waiting') world.attempts = 0;
    }),
  ),
  afterMs.map((atMs) =>
    command(
      { kind: 'opened', atMs },
      (world) => world.socket === 'opening',
      (world) => {
        world.socket = 'open';
      },
    ),
  ),
  afterMs.map((atMs) => command({ kind: 'refused', atMs }, (world) => world.socket === 'opening')),
  fc.tuple(afterMs, random).map(([atMs, chance]) =>
    command(
      { kind: 'lost', atMs, random: chance },
      (world) => world.socket !== 'none',
      (world) => {
        world.socket = 'none';
        world.configured = false;
      },
    ),
  ),
  fc.tuple(fc.nat(60_000), random).map(
    ([early, chance]): fc.Command<World, Real> => ({
      // The timer fires when it is due, or a little early.
      check: (world) => world.timerMs !== undefined,
      run(world, machine) {
        world.now = Math.max(world.now, (world.timerMs ?? 0) - (early < 2 ? early : 0));
        world.timerMs = undefined;
        perform(world, machine, { kind: 'due', atMs: world.now, random: chance });
      },
      toString: () => `due, ${early < 2 ? early : 0} ms early`,
    }),
  ),
  fc
    .record({
      atMs: afterMs,
      connected: fc.boolean(),
      newSession: fc.boolean(),
      readOnly: fc.boolean(),
      autoStart: fc.boolean(),
    })
    .map((response) =>
      command({ kind: 'sessionResponse', ...response }, open, (world) => {
        world.configured = true;
        world.attempts = 0;
      }),
    ),
  fc
    .tuple(afterMs, random, fc.constantFrom(400, 403, 409, 500, 503, 4006, 4007, 4011, 4017, 5000))
    .map(([atMs, chance, code]) => command({ kind: 'errorFrame', code, atMs, random: chance }, open)),
  fc
    .tuple(afterMs, random, fc.double())
    .map(([atMs, chance, retryAfterMs]) => command({ kind: 'rateRefused', retryAfterMs, atMs, random: chance }, open)),
  fc
    .tuple(afterMs, fc.boolean())
    .map(([atMs, readOnly]) => command({ kind: 'conversationEnded', atMs, readOnly }, open)),
  // These two may still come from a socket that was given up.
  afterMs.map((atMs) => command({ kind: 'sessionExpired', atMs }, asked)),
  fc
    .tuple(afterMs, fc.boolean())
    .map(([atMs, signedIn]) => command({ kind: 'connectionClosed', atMs, signedIn }, asked)),
];

test('one socket, one timer, bounded attempts, nothing after the end, and never stuck, in whatever order things happen', () => {
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 120, size: 'max' }), (run) => {
      fc.modelRun(() => ({ model: new World(), real: new SessionMachine() }), run);
    }),
    { numRuns: 600 },
  );
});

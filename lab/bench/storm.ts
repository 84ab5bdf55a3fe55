// Everybody reconnects at once: 10,000 guests on a virtual clock, and 120 real ones against an emulator that is restarted.
import { setTimeout as delay } from 'node:timers/promises';
import { hostsAt, systemPorts } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import { spreadReconnects } from '@backchannel/client/guest/more';
import { startEmulator } from '@backchannel/emulator';
import { LIMITS } from '@backchannel/protocol';
import { reconnectRoundMs } from '@backchannel/signals';
import { type Measurement, report } from './support/measurement.ts';
import { mostInAMinute, reconnectStorm } from './support/reconnect-storm.ts';

const GUESTS = 10_000;
const RATE = LIMITS.guestConnectionsPerDeployment.limit;
const MINUTE_MS = 60_000;

/** Real guests: a hundredth of the platform's rate and of its guests, on clocks that run this much faster. */
const REAL_GUESTS = 120;
const REAL_RATE = 40;
const FASTER = 20;
const REAL_PATIENCE_MS = 45_000;

/** The system's clock, faster. Client and emulator run on the same one. */
const fastClock = (() => {
  const { clock } = systemPorts();
  return {
    now: () => clock.now() * FASTER,
    after: (delayMs: number, task: () => void) => clock.after(delayMs / FASTER, task),
  };
})();

function virtual(): Measurement[] {
  const storm = reconnectStorm({ guests: GUESTS, downMs: 2_000 });
  const withinRate = storm.offeredPerMinute.findIndex((_, minute) =>
    storm.offeredPerMinute.slice(minute).every((offered) => offered <= RATE),
  );
  const turns = { guests: GUESTS, perMinute: RATE };
  const spread = reconnectStorm({ guests: GUESTS, downMs: 2_000, turns });
  const long = reconnectStorm({ guests: GUESTS, downMs: 15 * MINUTE_MS, turns });
  const roundMinutes = reconnectRoundMs(turns) / MINUTE_MS;
  return [
    {
      what: '10,000 guests after a restart of 2 s: back',
      value: storm.back,
      unit: 'guests',
      target: { atLeast: GUESTS },
      note: `SDK's SessionMachine on a virtual clock; the deployment takes ${RATE} new connections in any minute and refuses the others (429), so ${GUESTS / RATE} minutes are the least`,
    },
    { what: 'until the last one is back', value: storm.durationMs / MINUTE_MS, unit: 'min', target: { atMost: 15 } },
    { what: 'attempts of one guest, at most', value: storm.attemptsMax, unit: 'attempts', target: { atMost: 20 } },
    { what: 'attempts in any minute, at most', value: storm.mostInAMinute, unit: 'attempts' },
    {
      what: 'attempts (with the refused ones) are within the rate after',
      value: withinRate,
      unit: 'min',
      note: `a guest does not know how many others there are; attempts by minute: ${storm.offeredPerMinute.join(', ')}`,
    },
    {
      what: 'the same with spreadReconnects: back',
      value: spread.back,
      unit: 'guests',
      target: { atLeast: GUESTS },
      note: `each guest has one turn in a round of ${roundMinutes.toFixed(1)} minutes; attempts by minute: ${spread.offeredPerMinute.join(', ')}`,
    },
    {
      what: 'with spreadReconnects: until the last one is back',
      value: spread.durationMs / MINUTE_MS,
      unit: 'min',
      target: { atMost: 15 },
    },
    {
      what: 'with spreadReconnects: attempts of one guest, at most',
      value: spread.attemptsMax,
      unit: 'attempts',
      target: { atMost: 20 },
    },
    {
      what: 'with spreadReconnects: attempts in any minute, at most',
      value: spread.mostInAMinute,
      unit: 'attempts',
      target: { atMost: RATE },
      note: 'those that failed while the service was away, and those that it refused, are counted',
    },
    {
      what: 'with spreadReconnects, 15 minutes away: attempts in any minute, at most',
      value: long.mostInAMinute,
      unit: 'attempts',
      target: { atMost: RATE },
      note: `${long.back} guests are back ${(long.durationMs / MINUTE_MS).toFixed(1)} minutes after its return`,
    },
  ];
}

async function real({ spread }: { readonly spread: boolean }): Promise<Measurement[]> {
  const limits = { guestConnectionsPerDeployment: REAL_GUESTS };
  let genesys = await startEmulator({ port: 0, seed: 1, limits, ports: { clock: fastClock } });
  const port = Number(new URL(genesys.url).port);
  const hosts = hostsAt(genesys.url);
  const { deploymentId } = genesys.info;
  const { openSocket } = systemPorts();
  let attempts: number[] = [];
  const ports = {
    clock: fastClock,
    openSocket: (url: string) => {
      attempts.push(fastClock.now());
      return openSocket(url);
    },
  };
  const guests = Array.from({ length: REAL_GUESTS }, () => new GuestSession({ hosts, deploymentId, ports }));
  if (spread) for (const guest of guests) spreadReconnects(guest, { guests: REAL_GUESTS, perMinute: REAL_RATE });
  const live = (): number => guests.filter((guest) => guest.snapshot().state === 'live').length;
  // A handshake has half a second of real time here: not everybody at once, on a busy machine.
  for (let first = 0; first < REAL_GUESTS; first += 10) {
    await Promise.all(guests.slice(first, first + 10).map((guest) => guest.connect()));
  }
  if (live() !== REAL_GUESTS) throw new Error(`Only ${live()} of ${REAL_GUESTS} guests were connected to begin with.`);

  const until = async (is: () => boolean): Promise<void> => {
    const giveUpAtMs = performance.now() + REAL_PATIENCE_MS;
    while (!is() && performance.now() < giveUpAtMs) await delay(20);
  };
  attempts = [];
  await genesys.close();
  await until(() => live() === 0);
  genesys = await startEmulator({
    port,
    seed: 1,
    limits: { guestConnectionsPerDeployment: REAL_RATE },
    ports: { clock: fastClock },
  });
  const startedAtMs = fastClock.now();
  await until(() => live() === REAL_GUESTS);
  const minutes = (fastClock.now() - startedAtMs) / MINUTE_MS;
  const back = live();
  await Promise.all(guests.map((guest) => guest.close()));
  await genesys.close();
  const note = `GuestSession over sockets, emulator restarted on its port; clocks ${FASTER} times faster, ${REAL_RATE} new connections a minute`;
  const which = spread ? 'with spreadReconnects: ' : '';
  return [
    {
      what: `${which}120 real guests after a real restart: back`,
      value: back,
      unit: 'guests',
      target: { atLeast: REAL_GUESTS },
      ...(spread ? {} : { note }),
    },
    { what: `${which}until the last one is back, in their time`, value: minutes, unit: 'min' },
    {
      what: `${which}their attempts in any minute, at most`,
      value: mostInAMinute(attempts),
      unit: 'attempts',
      ...(spread ? { target: { atMost: REAL_RATE } } : {}),
    },
  ];
}

// Two services at a time: what they wait for is the clock.
const [without, withSpread] = await Promise.all([real({ spread: false }), real({ spread: true })]);
report([...virtual(), ...without, ...withSpread]);

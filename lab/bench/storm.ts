// Everybody reconnects at once: 10,000 guests on a virtual clock, and 120 real ones against an emulator that is restarted.
import { setTimeout as delay } from 'node:timers/promises';
import { hostsAt, systemPorts } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import { startEmulator } from '@backchannel/emulator';
import { LIMITS } from '@backchannel/protocol';
import { type Measurement, report } from './support/measurement.ts';
import { reconnectStorm } from './support/reconnect-storm.ts';

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
    {
      what: 'attempts (with the refused ones) are within the rate after',
      value: withinRate,
      unit: 'min',
      note: `a guest does not know how many others there are; attempts by minute: ${storm.offeredPerMinute.join(', ')}`,
    },
  ];
}

async function real(): Promise<Measurement[]> {
  const limits = { guestConnectionsPerDeployment: REAL_GUESTS };
  let genesys = await startEmulator({ port: 0, seed: 1, limits, ports: { clock: fastClock } });
  const port = Number(new URL(genesys.url).port);
  const hosts = hostsAt(genesys.url);
  const { deploymentId } = genesys.info;
  const guests = Array.from(
    { length: REAL_GUESTS },
    () => new GuestSession({ hosts, deploymentId, ports: { clock: fastClock } }),
  );
  const live = (): number => guests.filter((guest) => guest.snapshot().state === 'live').length;
  await Promise.all(guests.map((guest) => guest.connect()));
  if (live() !== REAL_GUESTS) throw new Error(`Only ${live()} of ${REAL_GUESTS} guests were connected to begin with.`);

  const until = async (is: () => boolean): Promise<void> => {
    const giveUpAtMs = performance.now() + REAL_PATIENCE_MS;
    while (!is() && performance.now() < giveUpAtMs) await delay(20);
  };
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
  return [
    {
      what: '120 real guests after a real restart: back',
      value: back,
      unit: 'guests',
      target: { atLeast: REAL_GUESTS },
      note: `GuestSession over sockets, emulator restarted on its port; clocks ${FASTER} times faster, ${REAL_RATE} new connections a minute`,
    },
    { what: 'until the last one is back, in their time', value: minutes, unit: 'min' },
  ];
}

report([...virtual(), ...(await real())]);

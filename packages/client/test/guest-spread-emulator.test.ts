// Real sockets, because a restart of the emulator is what is tested. Time is the fake clock's, for client and emulator alike: it
// goes on when no guest waits for an answer from the network.
import { hostsAt, systemPorts } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import { spreadReconnects } from '@backchannel/client/guest/more';
import { startEmulator } from '@backchannel/emulator';
import { reconnectRoundMs } from '@backchannel/signals';
import { expect, it } from 'vitest';
import { FakeClock, settle } from './support/fake-clock.ts';

const GUESTS = 500;
const PER_MINUTE = 50;
const MINUTE_MS = 60_000;
const STEP_MS = 1_000;
const SEED = 1;

/** Mulberry32: the same seed, the same crowd. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The most moments in any minute that begins anywhere. */
const mostInAMinute = (moments: readonly number[]): number =>
  Math.max(0, ...moments.map((from) => moments.filter((at) => at >= from && at < from + MINUTE_MS).length));

async function crowd() {
  const clock = new FakeClock();
  const { openSocket } = systemPorts();
  const attempts: number[] = [];
  const ports = {
    clock,
    random: { next: chanceOf(SEED) },
    openSocket: (url: string) => {
      attempts.push(clock.now());
      return openSocket(url);
    },
  };
  const start = (port: number, guestConnectionsPerDeployment: number) =>
    startEmulator({ port, seed: 1, limits: { guestConnectionsPerDeployment }, ports: { clock } });
  let genesys = await start(0, GUESTS);
  const { deploymentId } = genesys.info;
  const hosts = hostsAt(genesys.url);
  const guests = Array.from({ length: GUESTS }, () => new GuestSession({ hosts, deploymentId, ports }));
  const states = () => guests.map((guest) => guest.snapshot().state);
  const settled = async (): Promise<void> => {
    while (states().some((state) => state === 'connecting' || state === 'configuring')) await settle();
  };
  const back = new Set<GuestSession>();
  return {
    attempts,
    guests,
    back,
    /** Connects everybody. */
    begin: async (): Promise<void> => {
      await Promise.all(guests.map((guest) => guest.connect()));
      attempts.length = 0;
    },
    pass: async (durationMs: number): Promise<void> => {
      for (let passedMs = 0; passedMs < durationMs; passedMs += STEP_MS) {
        await clock.advance(STEP_MS);
        await settled();
      }
    },
    goAway: async (): Promise<void> => {
      await genesys.close();
      while (states().includes('live')) await settle();
      // Whoever is back has no more to show, and asks no more whether its connection lives.
      for (const guest of guests)
        guest.on('state', ({ kind }) => {
          if (kind !== 'live') return;
          back.add(guest);
          void guest.close();
        });
    },
    comeBack: async (): Promise<void> => {
      genesys = await start(Number(new URL(genesys.url).port), PER_MINUTE);
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      for (const guest of guests) await guest.close();
      await genesys.close();
    },
  };
}

// holds: LIMIT-DEPLOYMENT-CONNECTIONS
it('500 guests who take turns are all back after a restart, at no more than 50 attempts in any minute, none refused', async () => {
  await using there = await crowd();
  const { attempts, guests, back } = there;
  for (const guest of guests) spreadReconnects(guest, { guests: GUESTS, perMinute: PER_MINUTE });
  await there.begin();
  await there.goAway();
  await there.pass(10_000);
  const inVain = attempts.length;
  await there.comeBack();
  await there.pass(reconnectRoundMs({ guests: GUESTS, perMinute: PER_MINUTE }) + STEP_MS);
  expect(back.size).toBe(GUESTS);
  expect(attempts, 'nobody was refused').toHaveLength(inVain + GUESTS);
  expect(mostInAMinute(attempts)).toBeLessThanOrEqual(PER_MINUTE);
}, 120_000);

it('500 guests who don’t take turns make more attempts than that', async () => {
  await using there = await crowd();
  await there.begin();
  await there.goAway();
  await there.comeBack();
  await there.pass(5_000);
  expect(mostInAMinute(there.attempts)).toBeGreaterThan(PER_MINUTE);
}, 120_000);

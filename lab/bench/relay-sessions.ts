// 10,000 headless guests of one relay: their memory against bare `ws` clients, and how fast they are back after a restart.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './support/child.ts';
import { openFilesMax } from './support/machine.ts';
import { type Measurement, report } from './support/measurement.ts';
import type { RelayReady } from './support/relay-child.ts';

const GUESTS = 10_000;
/** Memory is compared between so many and all: what a process has before its first guest is then no part of it. */
const FIRST_GUESTS = 3_000;
/** Sources, libraries, standard streams. */
const FILES_BESIDES_SOCKETS = 200;

/** The restart, on a clock that runs faster. */
const FASTER = 10;
const PER_MINUTE = 1_000;
const MINUTES = 2;
const RESTARTED_GUESTS = PER_MINUTE * (MINUTES + 1);

interface Memory {
  readonly rss: number;
  readonly heap: number;
}

const filesMax = openFilesMax();
if (filesMax !== undefined && filesMax < GUESTS + FILES_BESIDES_SOCKETS) {
  throw new Error(
    `${GUESTS} connections need ${GUESTS + FILES_BESIDES_SOCKETS} open files in one process, and ${filesMax} are allowed. ` +
      `Raise the limit: ulimit -Hn ${GUESTS + FILES_BESIDES_SOCKETS} (as root), or /etc/security/limits.conf.`,
  );
}

await using stub = await Child.start<{ url: string }>('genesys-stub');
const genesysUrl = stub.ready.url;

const starts: Readonly<Record<'relay' | 'bare', () => Promise<Child<unknown>>>> = {
  relay: () =>
    Child.start('relay', [
      JSON.stringify({ genesysUrl, guestConversations: FIRST_GUESTS, guestConversationsLater: GUESTS }),
    ]),
  bare: () => Child.start('bare-guests', [genesysUrl, String(FIRST_GUESTS), String(GUESTS)]),
};

/** Kilobytes of one more guest. */
async function perGuest(who: 'relay' | 'bare'): Promise<Memory> {
  await using child = await starts[who]();
  const first = await child.ask<Memory>('memory');
  await child.ask('allGuests');
  const all = await child.ask<Memory>('memory');
  const slope = (member: keyof Memory) => (all[member] - first[member]) / (GUESTS - FIRST_GUESTS) / 1e3;
  return { rss: slope('rss'), heap: slope('heap') };
}

/** Guests that are back when so many minutes of their clock have gone by since the relay began again. */
async function back(folder: string): Promise<number> {
  const settings = { genesysUrl, store: join(folder, 'relay.db'), faster: FASTER };
  {
    await using before = await Child.start<RelayReady>('relay', [
      JSON.stringify({ ...settings, guestConversations: RESTARTED_GUESTS }),
    ]);
    await before.ask('close');
  }
  await using after = await Child.start<RelayReady>('relay', [
    JSON.stringify({ ...settings, connectionsPerMinute: PER_MINUTE }),
  ]);
  const [startedAtMs, atStart] = [performance.now(), await after.ask<number>('liveGuests')];
  await delay((MINUTES * 60_000) / FASTER);
  const atEnd = await after.ask<number>('liveGuests');
  const minutes = ((performance.now() - startedAtMs) * FASTER) / 60_000;
  return (atEnd - atStart) / minutes / PER_MINUTE;
}

const folder = mkdtempSync(join(tmpdir(), 'backchannel-bench-'));
try {
  const bare = await perGuest('bare');
  const relay = await perGuest('relay');
  const measurements: Measurement[] = [
    {
      what: '10,000 headless guests, resident memory of one over a bare ws client',
      value: relay.rss - bare.rss,
      unit: 'kB',
      target: { atMost: 25 },
      note: `the whole relay, with its conversations; by the difference between ${FIRST_GUESTS.toLocaleString('en')} and ${GUESTS.toLocaleString('en')} guests: ${relay.rss.toFixed(1)} kB against ${bare.rss.toFixed(1)} kB`,
    },
    {
      what: 'the same, of the heap after a collection',
      value: relay.heap - bare.heap,
      unit: 'kB',
      target: { atMost: 25 },
      note: `${relay.heap.toFixed(1)} kB against ${bare.heap.toFixed(1)} kB`,
    },
    {
      what: 'guests back after a restart, of the permitted connection rate',
      value: await back(folder),
      unit: '×',
      target: { atLeast: 0.95 },
      note: `${RESTARTED_GUESTS} guests of a database, ${PER_MINUTE} connections a minute permitted, over ${MINUTES} minutes of a clock that runs ${FASTER} times faster`,
    },
  ];
  report(measurements);
} finally {
  rmSync(folder, { recursive: true });
}

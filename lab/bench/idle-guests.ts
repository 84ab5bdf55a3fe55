// Memory of an emulator with 10,000 guests who are connected and say nothing.
import { Child } from './support/child.ts';
import { openFilesMax } from './support/machine.ts';
import { type Measurement, report } from './support/measurement.ts';

const GUESTS = 10_000;
/** Sources, libraries, standard streams. */
const FILES_BESIDES_SOCKETS = 200;

const filesMax = openFilesMax();
if (filesMax !== undefined && filesMax < GUESTS + FILES_BESIDES_SOCKETS) {
  throw new Error(
    `${GUESTS} connections need ${GUESTS + FILES_BESIDES_SOCKETS} open files in one process, and ${filesMax} are allowed. ` +
      `Raise the limit: ulimit -Hn ${GUESTS + FILES_BESIDES_SOCKETS} (as root), or /etc/security/limits.conf.`,
  );
}

await using emulator = await Child.start<{ url: string; deploymentId: string }>('emulator');
const before = await emulator.ask<{ rss: number }>('memory');
await using guests = await Child.start<unknown>('idle-guests', [
  emulator.ready.url,
  emulator.ready.deploymentId,
  String(GUESTS),
]);
const after = await emulator.ask<{ rss: number }>('memory');
const open = await guests.ask<number>('open');
if (open !== GUESTS) throw new Error(`Only ${open} of ${GUESTS} guests were still connected when memory was read.`);

const measurements: Measurement[] = [
  {
    what: 'emulator with 10,000 idle guest sessions, resident memory in all',
    value: after.rss / 1e6,
    unit: 'MB',
    target: { atMost: 250 },
    note: `${(before.rss / 1e6).toFixed(0)} MB before the first guest; open files allowed per process: ${filesMax ?? 'unknown'}`,
  },
  { what: 'the same, per guest', value: (after.rss - before.rss) / GUESTS / 1e3, unit: 'kB' },
];
report(measurements);

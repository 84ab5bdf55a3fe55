import type { Emulator, JournalEntry } from '@backchannel/emulator';
import { FRAME_KINDS, type FrameSurface } from '../../src/faults/targets.ts';

/** What clients send that cannot be read, and is refused or ignored: there is nothing that a fault could take away from it. */
const NO_FRAMES = ['malformed', 'onMessage', 'unknown action', 'ignored'];

const isFrameSurface = (surface: string): surface is FrameSurface => Object.hasOwn(FRAME_KINDS, surface);

/** `guest out typing`, when a frame went over the wire that no fault can be aimed at. Notes of the emulator have no size. */
function notAimable({ surface, direction, kind, size }: JournalEntry): string | undefined {
  if (!isFrameSurface(surface) || size === 0 || NO_FRAMES.includes(kind)) return undefined;
  return FRAME_KINDS[surface][direction].includes(kind) ? undefined : `${surface} ${direction} ${kind}`;
}

/** Looks at the wire from now on; the returned function tells which frames no fault can be aimed at. */
export function watchAim(genesys: Emulator): () => readonly string[] {
  const missed = new Set<string>();
  genesys.journal.subscribe((entry) => {
    const name = notAimable(entry);
    if (name !== undefined) missed.add(name);
  });
  return () => [...missed];
}

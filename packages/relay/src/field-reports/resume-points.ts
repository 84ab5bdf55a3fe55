import type { Ports } from '@backchannel/client';
import type { RelayCommands } from '../domain/commands.ts';
import type { Log } from '../observe/log.ts';

/** Listeners whose places are in memory; beyond, those of who has been away longest are read from the store when they come. */
export const SUBJECTS_MAX = 10_000;

/** After a start nobody knows how many listeners there were: all who come within this time begin at the place that was stored. */
export const RETURN_WITHIN_MS = 60_000;

/** A place that has moved is stored after this time: what a crash can cause to be told twice. */
export const SAVE_AFTER_MS = 1_000;

type ResumeRelay = Pick<RelayCommands, 'cursor' | 'saveCursor' | 'position'>;

export interface ResumePointsOptions {
  readonly relay: ResumeRelay;
  readonly ports: Pick<Ports, 'clock'>;
  readonly log: Log;
}

/** All listeners of one caller: as many as it has sockets. */
interface Subject {
  readonly bindingId: string | undefined;
  readonly stored: Promise<number | undefined>;
  readonly open: Set<ResumePoint>;
  /** The lowest place at which one of them has left, and how many have left since and not come back. */
  floor: number | undefined;
  left: number;
  /** Until then the floor holds, whoever has come back. */
  holdUntilMs: number;
  saved: number | undefined;
  cancelSave: (() => void) | undefined;
}

/**
 * Where listeners go on who name no place of their own (F8, F10): where they left. A caller may have several sockets, which
 * can't be told apart when they come back, so each begins at the lowest place that one of them has left and not come back
 * to: what it has seen may come twice, and nothing is missed.
 */
export class ResumePoints {
  readonly #options: ResumePointsOptions;
  readonly #subjects = new Map<string, Subject>();

  constructor(options: ResumePointsOptions) {
    this.#options = options;
  }

  /**
   * A listener has come. `subject`: who it is, the same after a restart; `bindingId`: the only one that it hears, so that its
   * place is forgotten with it.
   */
  async begin(subject: string, bindingId?: string): Promise<ResumePoint> {
    const { relay, ports } = this.#options;
    const known = this.#subjects.get(subject) ?? this.#load(subject, bindingId);
    const stored = await known.stored;
    if (stored !== undefined && known.saved === undefined) {
      known.saved = stored;
      known.floor = stored;
      known.holdUntilMs = ports.clock.now() + RETURN_WITHIN_MS;
    }
    const position = this.#floorOf(known) ?? relay.position();
    known.left = Math.max(0, known.left - 1);
    const point = new ResumePoint(position, {
      moved: () => this.#saveLater(subject, known),
      left: () => this.#left(subject, known, point),
    });
    known.open.add(point);
    this.#saveLater(subject, known);
    return point;
  }

  /** The lowest place that somebody may come back to; it is given up when all have. */
  #floorOf(known: Subject): number | undefined {
    if (known.left === 0 && this.#options.ports.clock.now() >= known.holdUntilMs) known.floor = undefined;
    return known.floor;
  }

  #load(subject: string, bindingId: string | undefined): Subject {
    for (const [name, { open, cancelSave }] of this.#subjects) {
      if (this.#subjects.size < SUBJECTS_MAX) break;
      if (open.size === 0 && !cancelSave) this.#subjects.delete(name);
    }
    const loaded: Subject = {
      bindingId,
      stored: this.#options.relay.cursor(subject),
      open: new Set(),
      floor: undefined,
      left: 0,
      holdUntilMs: 0,
      saved: undefined,
      cancelSave: undefined,
    };
    this.#subjects.set(subject, loaded);
    loaded.stored.catch(() => this.#subjects.delete(subject));
    return loaded;
  }

  #left(subject: string, known: Subject, point: ResumePoint): void {
    known.open.delete(point);
    known.floor = Math.min(this.#floorOf(known) ?? point.position, point.position);
    known.left += 1;
    this.#save(subject, known);
  }

  #saveLater(subject: string, known: Subject): void {
    known.cancelSave ??= this.#options.ports.clock.after(SAVE_AFTER_MS, () => this.#save(subject, known));
  }

  #save(subject: string, known: Subject): void {
    const { relay, log } = this.#options;
    known.cancelSave?.();
    known.cancelSave = undefined;
    const places = [...known.open].map(({ position }) => position);
    const place = Math.min(...places, this.#floorOf(known) ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(place) || place === known.saved) return;
    known.saved = place;
    // Not stored means told again, never missed: the place that is stored is an earlier one.
    relay
      .saveCursor(subject, place, known.bindingId)
      .catch((error: unknown) => log.warn('listener place not stored', { error }));
  }
}

/** How far one listener has got. */
export class ResumePoint {
  #position: number;
  readonly #told: { readonly moved: () => void; readonly left: () => void };

  constructor(position: number, told: { readonly moved: () => void; readonly left: () => void }) {
    this.#position = position;
    this.#told = told;
  }

  /** Everything up to here has arrived. */
  get position(): number {
    return this.#position;
  }

  reached(position: number): void {
    if (position <= this.#position) return;
    this.#position = position;
    this.#told.moved();
  }

  /** The listener has gone. */
  leave(): void {
    this.#told.left();
  }
}

import type { Ports } from '@backchannel/client';
import type { RelayCommands } from '../domain/commands.ts';
import type { Log } from '../observe/log.ts';

/** Listeners whose places are in memory; beyond, those of who has been away longest are read from the store when they come. */
export const SUBJECTS_MAX = 10_000;

/** After a start nobody knows how many listeners there were: all who come within this time begin at the place that was stored. */
export const RETURN_WITHIN_MS = 60_000;

/** Whoever has left is waited for this long while others of the same caller are connected; then they alone count. */
export const RETURN_BESIDE_MS = 300_000;

/** Places that are kept for a caller; beyond, those who leave last share one, the lowest of theirs. */
export const PLACES_MAX = 100;

/** A place that has moved is stored after this time: what a crash can cause to be told twice. */
export const SAVE_AFTER_MS = 1_000;

type ResumeRelay = Pick<RelayCommands, 'cursor' | 'saveCursor' | 'position'>;

export interface ResumePointsOptions {
  readonly relay: ResumeRelay;
  readonly ports: Pick<Ports, 'clock'>;
  readonly log: Log;
}

/** Where somebody left. */
interface Place {
  readonly position: number;
  /** How long the caller had had somebody connected by then. */
  readonly attendedMs: number;
  readonly leavers: number;
}

/** All listeners of one caller: as many as it has sockets. */
interface Subject {
  readonly bindingId: string | undefined;
  readonly stored: Promise<number | undefined>;
  readonly open: Set<ResumePoint>;
  /** Where they left, the first to leave first: all of them, since who has come back can't be told. */
  readonly places: Place[];
  /** How many of those have not come back. */
  left: number;
  /** How long somebody was connected, up to when that was last added up. */
  attendedMs: number;
  attendedUntilMs: number;
  /** The place that was stored when the relay started, and until when it is everybody's. */
  start: number | undefined;
  startUntilMs: number;
  saved: number | undefined;
  cancelSave: (() => void) | undefined;
}

/**
 * Where listeners go on who name no place of their own (F8, F10): where they left. A caller may have several sockets, which
 * can't be told apart when they come back, so each begins at the lowest place that one of them has left and not come back
 * to: what it has seen may come twice, and nothing is missed. Only one that stays away while others of its caller are
 * connected is given up in the end (`RETURN_BESIDE_MS`), or they would be told everything since for ever.
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
      known.start = stored;
      known.startUntilMs = ports.clock.now() + RETURN_WITHIN_MS;
    }
    const position = this.#lowest(known) ?? relay.position();
    known.left = Math.max(0, known.left - 1);
    const point = new ResumePoint(position, {
      moved: () => this.#saveLater(subject, known),
      left: () => this.#left(subject, known, point),
    });
    known.open.add(point);
    this.#saveLater(subject, known);
    return point;
  }

  /** The lowest place that somebody may come back to; `undefined` when all have. */
  #lowest(known: Subject): number | undefined {
    const { places, start, startUntilMs } = known;
    const attendedMs = this.#attended(known);
    while (places[0] !== undefined && attendedMs - places[0].attendedMs >= RETURN_BESIDE_MS) places.shift();
    const leavers = places.reduce((sum, place) => sum + place.leavers, 0);
    known.left = Math.min(known.left, leavers);
    if (known.left === 0) places.length = 0;
    const positions = places.map(({ position }) => position);
    if (start !== undefined && this.#options.ports.clock.now() < startUntilMs) positions.push(start);
    return positions.length === 0 ? undefined : Math.min(...positions);
  }

  /** Adds up how long somebody was connected; to be called before anybody comes or goes. */
  #attended(known: Subject): number {
    const nowMs = this.#options.ports.clock.now();
    if (known.open.size > 0) known.attendedMs += nowMs - known.attendedUntilMs;
    known.attendedUntilMs = nowMs;
    return known.attendedMs;
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
      places: [],
      left: 0,
      attendedMs: 0,
      attendedUntilMs: this.#options.ports.clock.now(),
      start: undefined,
      startUntilMs: 0,
      saved: undefined,
      cancelSave: undefined,
    };
    this.#subjects.set(subject, loaded);
    loaded.stored.catch(() => this.#subjects.delete(subject));
    return loaded;
  }

  #left(subject: string, known: Subject, point: ResumePoint): void {
    const attendedMs = this.#attended(known);
    known.open.delete(point);
    // The newest of the places, when there is no room for one more.
    const shared = known.places.length < PLACES_MAX ? undefined : known.places.pop();
    const position = Math.min(point.position, shared?.position ?? point.position);
    known.places.push({ position, attendedMs, leavers: 1 + (shared?.leavers ?? 0) });
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
    const place = Math.min(...places, this.#lowest(known) ?? Number.POSITIVE_INFINITY);
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

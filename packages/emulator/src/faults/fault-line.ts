import { BOUNDS } from '../bounds.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalSurface } from '../journal/journal-entry.ts';
import type { Timeline } from '../timeline.ts';
import type { Fired } from './fired.ts';
import type { FaultDirection, FrameSurface } from './targets.ts';

/** A connection that faults can strike. Implemented by the connections of both sockets. */
export interface FaultyConnection {
  readonly surface: Exclude<FrameSurface, 'webhooks'> & JournalSurface;
  readonly conversationId?: string | undefined;
  /** Ends it as a network does. */
  cut(): void;
  /** Stops and starts reading: a peer that is gone without a word reads nothing. */
  pause(): void;
  resume(): void;
}

interface Frame {
  readonly kind: string;
  readonly size: number;
}

interface Held {
  readonly dueMs: number;
  readonly deliver: () => void;
}

/** One direction of a line: frames that wait for their time, in order, and one that waits to be overtaken. */
class Lane {
  readonly waiting: Held[] = [];
  overtaken: Held | undefined;
  cancel: (() => void) | undefined;

  get empty(): boolean {
    return this.waiting.length === 0 && this.overtaken === undefined;
  }
}

/**
 * A connection that a fault has struck, until it is whole again. A delayed frame holds what follows it, as one connection
 * does; only `reorder` lets a frame overtake another.
 */
export class FaultLine {
  readonly #connection: FaultyConnection;
  readonly #timeline: Timeline;
  readonly #journal: Journal;
  readonly #whole: () => void;
  readonly #lanes: Readonly<Record<FaultDirection, Lane>> = { in: new Lane(), out: new Lane() };
  #halfOpen: string | undefined;
  #ended = false;

  constructor(connection: FaultyConnection, timeline: Timeline, journal: Journal, whole: () => void) {
    this.#connection = connection;
    this.#timeline = timeline;
    this.#journal = journal;
    this.#whole = whole;
  }

  /** A frame that no rule is about. */
  pass(direction: FaultDirection, { kind, size }: Frame, deliver: () => void): void {
    if (this.#halfOpen === undefined) {
      this.#arrive(direction, deliver, 0);
      this.#endIfWhole();
      return;
    }
    const note = `Injected (${this.#halfOpen}): lost, the connection is half-open.`;
    this.#note(direction, kind, size, note, this.#halfOpen);
  }

  /** A frame that a rule is about. */
  strike({ id, rule }: Fired, direction: FaultDirection, { kind, size }: Frame, deliver: () => void): void {
    const lane = this.#lanes[direction];
    switch (rule.effect) {
      case 'delay':
        this.#arrive(direction, deliver, rule.delayMs);
        break;
      case 'duplicate':
        this.#arrive(direction, deliver, 0);
        this.#arrive(direction, deliver, 0);
        break;
      case 'reorder':
        if (lane.overtaken === undefined) {
          lane.overtaken = { dueMs: this.#timeline.nowMs() + BOUNDS.reorderWaitMs, deliver };
          this.#arm(direction);
        } else {
          this.#note(direction, kind, size, 'Another frame waits to be overtaken already: this one overtakes it.', id);
          this.#arrive(direction, deliver, 0);
        }
        break;
      case 'half-open':
        this.#halfOpen = id;
        this.#connection.pause();
        break;
      case 'cut':
        this.#connection.cut();
        break;
      case 'drop':
      case 'status': // answered before it came here
        break;
    }
    this.#endIfWhole();
  }

  /** Everything that is held back arrives now, and the connection carries again. */
  heal(): void {
    for (const each of this.#takeHeld()) if (!this.#ended) each.deliver();
    this.end();
  }

  /** Everything that is held back is lost, and the connection carries again. */
  lose(): void {
    this.#takeHeld();
    this.end();
  }

  /** Nothing is left to carry: the connection has ended, or it is whole. */
  end(): void {
    this.#ended = true;
    for (const lane of Object.values(this.#lanes)) lane.cancel?.();
    this.#whole();
  }

  #takeHeld(): readonly Held[] {
    if (this.#halfOpen !== undefined) {
      this.#halfOpen = undefined;
      this.#connection.resume();
    }
    return Object.values(this.#lanes).flatMap((lane) => {
      lane.cancel?.();
      const held = [...lane.waiting.splice(0), ...(lane.overtaken === undefined ? [] : [lane.overtaken])];
      lane.overtaken = undefined;
      return held;
    });
  }

  #arrive(direction: FaultDirection, deliver: () => void, delayMs: number): void {
    const lane = this.#lanes[direction];
    const now = this.#timeline.nowMs();
    const dueMs = now + delayMs;
    if (lane.waiting.length > 0 || dueMs > now) {
      if (lane.waiting.length >= BOUNDS.heldFrames) {
        const note = `${BOUNDS.heldFrames} frames wait behind a delayed one: the connection is cut.`;
        this.#note(direction, 'bound', 0, note);
        this.#connection.cut();
        return;
      }
      lane.waiting.push({ dueMs, deliver });
      this.#arm(direction);
      return;
    }
    deliver();
    this.#overtake(lane);
  }

  #overtake(lane: Lane): void {
    const { overtaken } = lane;
    lane.overtaken = undefined;
    if (!this.#ended) overtaken?.deliver();
  }

  #arm(direction: FaultDirection): void {
    const lane = this.#lanes[direction];
    lane.cancel?.();
    const dueMs = Math.min(
      lane.waiting[0]?.dueMs ?? Number.POSITIVE_INFINITY,
      lane.overtaken?.dueMs ?? Number.POSITIVE_INFINITY,
    );
    if (dueMs === Number.POSITIVE_INFINITY) return;
    lane.cancel = this.#timeline.wake(dueMs, () => this.#release(direction));
  }

  #release(direction: FaultDirection): void {
    const lane = this.#lanes[direction];
    const now = this.#timeline.nowMs();
    while (!this.#ended && lane.waiting[0] !== undefined && lane.waiting[0].dueMs <= now) {
      lane.waiting.shift()?.deliver();
      this.#overtake(lane);
    }
    // Nothing came behind it: there is nothing that it could come after.
    if (lane.overtaken !== undefined && lane.overtaken.dueMs <= now) this.#overtake(lane);
    if (this.#ended) return;
    this.#arm(direction);
    this.#endIfWhole();
  }

  #endIfWhole(): void {
    if (this.#ended || this.#halfOpen !== undefined || !this.#lanes.in.empty || !this.#lanes.out.empty) return;
    this.end();
  }

  #note(direction: FaultDirection, kind: string, size: number, note: string, fault?: string): void {
    const { surface, conversationId } = this.#connection;
    this.#journal.record({ direction, surface, kind, size, conversationId, note, fault });
  }
}

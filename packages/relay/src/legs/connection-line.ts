import type { Clock, Random } from '@backchannel/client';
import { RollingWindow } from '@backchannel/signals';

/** While the window has room, connections follow one another by about this much, so that their handshakes don't pile up. */
export const SPACING_MAX_MS = 50;

/** A turn that came late, because the process was busy, is made up for, but no more than this. */
const LATE_MAX_MS = 1_000;

export interface ConnectionLineOptions {
  readonly connectionsPerMinute: number;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Who may open a connection, one after the other: a deployment takes so many in a minute (third-party,
 * LIMIT-DEPLOYMENT-CONNECTIONS), and after a restart every guest wants one. In any minute there are at most that many, and
 * while some wait nearly as many; each comes a little before or after its time, so that no two relays keep in step.
 *
 * As long as the guests that wait: their number is bounded where they are made (`limits.conversationsMax`).
 */
export class ConnectionLine {
  readonly #window: RollingWindow;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #spacingMs: number;
  readonly #waiting = new Set<{ readonly go: () => void }>();
  #nextAtMs = -Infinity;
  #cancelWake: (() => void) | undefined;

  constructor({ connectionsPerMinute, clock, random }: ConnectionLineOptions) {
    const windowMs = 60_000;
    this.#window = new RollingWindow({ limit: connectionsPerMinute, windowMs });
    this.#clock = clock;
    this.#random = random;
    this.#spacingMs = Math.min(SPACING_MAX_MS, windowMs / connectionsPerMinute);
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.size;
  }

  /** Calls `go` once, when it is its turn, perhaps at once. Returns what leaves the line. */
  enter(go: () => void): () => void {
    const place = { go };
    this.#waiting.add(place);
    this.#advance();
    return () => {
      this.#waiting.delete(place);
      if (this.#waiting.size === 0) this.#stop();
    };
  }

  #stop(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
  }

  #advance(): void {
    this.#stop();
    for (const place of this.#waiting) {
      const now = this.#clock.now();
      const dueAtMs = Math.max(this.#window.freeAtMs(), this.#nextAtMs);
      if (dueAtMs > now) {
        this.#cancelWake = this.#clock.after(dueAtMs - now, () => this.#advance());
        return;
      }
      this.#waiting.delete(place);
      this.#window.use(now);
      this.#nextAtMs = Math.max(this.#nextAtMs, now - LATE_MAX_MS) + this.#spacingMs * (0.5 + this.#random.next());
      place.go();
    }
  }
}

import { nextTurn, systemClock } from './adapters/system-clock.ts';
import { BOUNDS } from './bounds.ts';
import { EmulatorError } from './emulator-error.ts';
import type { Clock } from './ports.ts';

/** Turns of the event loop in which the work of one moment spreads: a task, its answer on a socket, what the answer starts. */
const SETTLING_TURNS = 3;

interface Task {
  readonly dueMs: number;
  readonly run: () => void;
  /** Takes the wait back from the clock underneath; only while the time runs. */
  disarm: (() => void) | undefined;
}

/**
 * A clock that can be stopped and moved by hand. While it runs, it follows the clock underneath; frozen, it stands still
 * and nothing falls due; advanced, it goes from one due moment to the next, so that whatever was waiting happens in order
 * and at its own time, as if that time had passed.
 */
export class ControlledClock implements Clock {
  readonly #base: Clock;
  /** In the order in which they were asked for: of two that are due at once, the older runs first. */
  readonly #tasks = new Set<Task>();
  readonly #working = new Set<Promise<unknown>>();
  #aheadMs = 0;
  #heldAtMs: number | undefined;
  #frozen = false;
  #advancing: Promise<void> = Promise.resolve();

  constructor(base: Clock) {
    this.#base = base;
  }

  /** Whether the time stands still until it is moved. */
  get frozen(): boolean {
    return this.#frozen;
  }

  now(): number {
    return this.#heldAtMs ?? this.#base.now() + this.#aheadMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const task: Task = { dueMs: this.now() + delayMs, run, disarm: undefined };
    this.#tasks.add(task);
    if (this.#heldAtMs === undefined) this.#arm(task);
    return () => {
      this.#tasks.delete(task);
      task.disarm?.();
    };
  }

  /** Stops the time. */
  freeze(): void {
    this.#frozen = true;
    this.#hold();
  }

  /** Lets the time run on from where it stands. */
  resume(): void {
    this.#frozen = false;
    this.#release();
  }

  /**
   * Moves the time by `byMs` milliseconds (0 to `BOUNDS.advanceMs`), frozen or not. Resolves when everything that was due on
   * the way has run and what the emulator began with it has settled. Throws `EmulatorError` (`option.invalid`) for another value.
   */
  advance(byMs: number): Promise<void> {
    if (typeof byMs !== 'number' || !(byMs >= 0 && byMs <= BOUNDS.advanceMs)) {
      throw new EmulatorError(
        'option.invalid',
        `The clock cannot be advanced by ${String(byMs)} (${typeof byMs}): use milliseconds from 0 to ${BOUNDS.advanceMs} (a week).`,
      );
    }
    const advanced = this.#advancing.then(() => this.#advance(byMs));
    // What a task throws is for whoever moved the clock then, and not for those who move it later.
    this.#advancing = advanced.catch(() => undefined);
    return advanced;
  }

  /** Work that has begun at this moment and ends outside, such as a request on its way: `advance` waits for it. */
  working(work: Promise<unknown>): void {
    this.#working.add(work);
    const done = (): boolean => this.#working.delete(work);
    work.then(done, done);
  }

  async #advance(byMs: number): Promise<void> {
    this.#hold();
    try {
      await this.#runUntil(this.now() + byMs);
    } finally {
      if (!this.#frozen) this.#release();
    }
  }

  async #runUntil(untilMs: number): Promise<void> {
    let patient = true;
    for (;;) {
      const next = this.#earliest(untilMs);
      this.#heldAtMs = Math.max(this.now(), next?.dueMs ?? untilMs);
      if (next !== undefined) {
        this.#tasks.delete(next);
        next.run();
        // Everything of one moment belongs together; the work of the next moment begins after it.
        if (this.#earliest(this.#heldAtMs) !== undefined) continue;
      }
      patient = await this.#settle(patient);
      if (next === undefined && this.#earliest(untilMs) === undefined) return;
    }
  }

  #earliest(untilMs: number): Task | undefined {
    let earliest: Task | undefined;
    for (const task of this.#tasks) {
      if (task.dueMs <= untilMs && (earliest === undefined || task.dueMs < earliest.dueMs)) earliest = task;
    }
    return earliest;
  }

  /** Returns whether it is worth waiting again: work that itself waits for this clock would wait for ever. */
  async #settle(patient: boolean): Promise<boolean> {
    for (let turn = 0; turn < SETTLING_TURNS; turn += 1) await nextTurn();
    if (!patient) return false;
    let late = false;
    let cancel = (): void => undefined;
    const patience = new Promise<void>((resolve) => {
      cancel = systemClock.after(BOUNDS.settleMs, () => {
        late = true;
        resolve();
      });
    });
    while (this.#working.size > 0 && !late) {
      await Promise.race([Promise.allSettled(this.#working), patience]);
      await nextTurn();
    }
    cancel();
    return !late;
  }

  #hold(): void {
    if (this.#heldAtMs !== undefined) return;
    this.#heldAtMs = this.now();
    for (const task of this.#tasks) {
      task.disarm?.();
      task.disarm = undefined;
    }
  }

  #release(): void {
    if (this.#heldAtMs === undefined) return;
    this.#aheadMs = this.#heldAtMs - this.#base.now();
    this.#heldAtMs = undefined;
    for (const task of this.#tasks) this.#arm(task);
  }

  #arm(task: Task): void {
    task.disarm = this.#base.after(Math.max(0, task.dueMs - this.now()), () => {
      this.#tasks.delete(task);
      task.run();
    });
  }
}

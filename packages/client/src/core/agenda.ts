import type { Clock } from '../ports.ts';

/** Cancelled entries stay until their moment; when there are more of them than this, and than of others, they are swept out. */
export const CANCELLED_MAX = 1_000;

interface Entry {
  readonly dueAtMs: number;
  /** Entries of the same moment run in the order in which they were made. */
  readonly order: number;
  /** Absent once it has run or was cancelled. */
  task: (() => void) | undefined;
}

const isBefore = (left: Entry, right: Entry): boolean =>
  left.dueAtMs < right.dueAtMs || (left.dueAtMs === right.dueAtMs && left.order < right.order);

/**
 * A clock that many share and that costs one timer of the real one, and none while nothing waits: for a process that holds
 * many sessions. Entries of the same moment run in the order in which they were made.
 *
 * A heap, so that an entry costs the same with a hundred conversations as with ten thousand, but for a few comparisons.
 * Cancelling leaves an entry where it is, without its task, and nothing has to be searched. The timer is moved only when
 * something earlier comes: an early wake finds nothing due and waits for the next, which is cheaper than a new timer at every key.
 */
export class Agenda implements Clock {
  readonly #clock: Clock;
  #heap: Entry[] = [];
  /** Entries that still have a task. */
  #waiting = 0;
  #orders = 0;
  #armedAtMs = Infinity;
  #disarm: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Entries that are held: those that wait, and cancelled ones that have not been let go. */
  get length(): number {
    return this.#heap.length;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, task: () => void): () => void {
    if (this.#closed) return () => {};
    const entry: Entry = { dueAtMs: this.now() + Math.max(delayMs, 0), order: this.#orders++, task };
    this.#push(entry);
    this.#waiting += 1;
    this.#arm();
    return () => {
      if (!entry.task) return;
      entry.task = undefined;
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#empty();
      else this.#sweep();
    };
  }

  /** Forgets everything. Later entries never run. */
  close(): void {
    this.#closed = true;
    for (const entry of this.#heap) entry.task = undefined;
    this.#empty();
  }

  #empty(): void {
    this.#waiting = 0;
    this.#heap = [];
    this.#stop();
  }

  #stop(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedAtMs = Infinity;
  }

  #arm(): void {
    for (let first = this.#heap[0]; first && !first.task; first = this.#heap[0]) this.#pop();
    const next = this.#heap[0];
    if (!next || next.dueAtMs >= this.#armedAtMs) return;
    this.#stop();
    this.#armedAtMs = next.dueAtMs;
    this.#disarm = this.#clock.after(next.dueAtMs - this.now(), () => this.#run());
  }

  #run(): void {
    this.#stop();
    const now = this.now();
    try {
      for (let first = this.#heap[0]; first && first.dueAtMs <= now; first = this.#heap[0]) {
        this.#pop();
        const { task } = first;
        if (!task) continue;
        first.task = undefined;
        this.#waiting -= 1;
        task();
      }
    } finally {
      // A task that throws is its owner's mistake; the others' time goes on.
      this.#arm();
    }
  }

  /** Sorted is a heap, too. That many cancellations have paid for it. */
  #sweep(): void {
    const cancelled = this.#heap.length - this.#waiting;
    if (cancelled <= Math.max(CANCELLED_MAX, this.#waiting)) return;
    this.#heap = this.#heap.filter(({ task }) => task).sort((left, right) => (isBefore(left, right) ? -1 : 1));
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parentAt = (at - 1) >>> 1;
      const parent = heap[parentAt];
      if (!parent || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  /** Takes the first off: the last goes to its place and sinks. */
  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      if (!child) break;
      const right = heap[childAt + 1];
      if (right && isBefore(right, child)) {
        child = right;
        childAt += 1;
      }
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
  }
}

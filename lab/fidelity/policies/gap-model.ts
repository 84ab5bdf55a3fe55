import type { KeystrokeKind } from '@backchannel/signals';
import type { Conversation } from '../traces/trace.ts';
import { SPLIT_AFTER_MS } from '../truth.ts';

/** The model's grain. */
export const BIN_MS = 250;

/** Pauses are told apart up to the split; what is longer has left. */
export const BINS = SPLIT_AFTER_MS / BIN_MS;

/** Where the writer stands: after a letter, a word, a sentence, a deletion, a commit, a paste. */
export const CONTEXTS = 6;

/** Writers are sorted into this many classes by how often they pause. */
const CLASSES = 5;

const PAUSE_MS = 1_000;

export function contextAfter(kind: KeystrokeKind, before: number): number {
  switch (kind) {
    case 'letter':
      return 0;
    case 'space':
      return before === 2 ? 2 : 1;
    case 'stop':
    case 'newline':
      return 2;
    case 'delete':
      return 3;
    case 'commit':
      return 4;
    default:
      return 5;
  }
}

/** What comes next of one class of writers in one context, by how long the pause has been. All by bin. */
export interface Continuation {
  /** The chance that the bin brings a key, and into which context: `key[bin * CONTEXTS + context]`. */
  readonly key: Float64Array;
  readonly send: Float64Array;
  /** Cleared or left. */
  readonly abandoned: Float64Array;
  /** The chance that composing is true in the bin, as T1 will have it. */
  readonly truth: Float64Array;
}

/** The gap distribution by class and context, counted from traces: what a policy could know at best without the future. */
export class GapModel {
  readonly #bounds: readonly number[];
  readonly #continuations: readonly (readonly Continuation[])[];

  constructor(conversations: readonly Conversation[]) {
    const shares = conversations.map(pauseShare).toSorted((a, b) => a - b);
    this.#bounds = Array.from(
      { length: CLASSES - 1 },
      (_, index) => shares[Math.floor(((index + 1) * shares.length) / CLASSES)] ?? 0,
    );
    const counters = Array.from({ length: CLASSES }, () => Array.from({ length: CONTEXTS }, () => new Counter()));
    for (const conversation of conversations) count(conversation, counters[this.classOf(conversation)] ?? []);
    this.#continuations = counters.map((contexts) => contexts.map((counter) => counter.continuation()));
  }

  /** The writer's class, by the whole conversation: the model knows whom it watches. */
  classOf(conversation: Conversation): number {
    const share = pauseShare(conversation);
    return this.#bounds.filter((bound) => share >= bound).length;
  }

  of(writer: number): readonly Continuation[] {
    return this.#continuations[writer] ?? [];
  }
}

function pauseShare({ episodes }: Conversation): number {
  let pauses = 0;
  let gaps = 0;
  for (const { keys } of episodes) {
    let beforeMs = keys[0]?.[0] ?? 0;
    for (const [atMs] of keys) {
      gaps++;
      if (atMs - beforeMs > PAUSE_MS) pauses++;
      beforeMs = atMs;
    }
  }
  return gaps > 0 ? pauses / gaps : 0;
}

function count({ episodes }: Conversation, counters: readonly Counter[]): void {
  for (const { keys, end } of episodes) {
    let context = 2;
    for (const [index, [atMs, kind]] of keys.entries()) {
      context = contextAfter(kind, context);
      const next = keys[index + 1];
      const counter = counters[context];
      if (next) counter?.add(next[0] - atMs, contextAfter(next[1], context));
      else counter?.add(end.atMs - atMs, end.kind === 'send' ? 'send' : 'abandoned');
    }
  }
}

class Counter {
  readonly #alive = new Float64Array(BINS);
  readonly #key = new Float64Array(BINS * CONTEXTS);
  readonly #send = new Float64Array(BINS);
  readonly #abandoned = new Float64Array(BINS);
  readonly #goesOn = new Float64Array(BINS);

  add(gapMs: number, next: number | 'send' | 'abandoned'): void {
    const bin = Math.floor(gapMs / BIN_MS);
    const last = Math.min(bin, BINS - 1);
    const goesOn = next !== 'abandoned' && gapMs <= SPLIT_AFTER_MS;
    for (let each = 0; each <= last; each++) {
      this.#alive[each] = (this.#alive[each] ?? 0) + 1;
      if (goesOn) this.#goesOn[each] = (this.#goesOn[each] ?? 0) + 1;
    }
    if (bin >= BINS) return;
    const counts = next === 'send' ? this.#send : next === 'abandoned' ? this.#abandoned : this.#key;
    const place = typeof next === 'number' ? bin * CONTEXTS + next : bin;
    counts[place] = (counts[place] ?? 0) + 1;
  }

  continuation(): Continuation {
    const share = (counts: Float64Array, per: number) =>
      counts.map((value, index) => value / Math.max(1, this.#alive[Math.floor(index / per)] ?? 1));
    const lingerBins = 1_000 / BIN_MS;
    return {
      key: share(this.#key, CONTEXTS),
      send: share(this.#send, 1),
      abandoned: share(this.#abandoned, 1),
      truth: share(this.#goesOn, 1).map((value, bin) => (bin < lingerBins ? 1 : value)),
    };
  }
}

import { BOUNDS } from '../bounds.ts';
import { EmulatorError } from '../emulator-error.ts';
import type { Journal } from '../journal/journal.ts';
import { SeededRandom } from '../seeded-random.ts';
import type { Timeline } from '../timeline.ts';
import { FaultLine, type FaultyConnection } from './fault-line.ts';
import { type CheckedRule, checkedRule, type FaultRule } from './fault-rule.ts';
import { type Fired, noteOf } from './fired.ts';
import type { FaultDirection, Routes } from './targets.ts';

/** A rule in force, as `GET /_emulator/faults` lists it. */
export interface FaultRecord extends FaultRule {
  readonly id: string;
  /** How many frames or requests it was asked about. */
  readonly met: number;
  /** How often it did something. */
  readonly fired: number;
}

/** Something that a fault has left in the air. */
interface Unfinished {
  /** The faults are over: it goes on, or ends as it would have. */
  readonly heal: () => void;
  /** There is nothing any more that it could go on with. */
  readonly lose: () => void;
}

interface Fault extends Fired {
  readonly given: FaultRule;
  readonly random: SeededRandom;
  met: number;
  fired: number;
}

/**
 * The things that are to go wrong. Rules are asked in the order in which they were added, and the first that fires decides;
 * chance comes from the emulator's seed, one sequence per rule, so a run can be repeated. Every time leaves a journal entry
 * with the id of its rule.
 */
export class Faults {
  readonly #timeline: Timeline;
  readonly #journal: Journal;
  readonly #seed: number;
  /** What operations there are. */
  readonly routes: Routes;
  readonly #lines = new Map<FaultyConnection, FaultLine>();
  readonly #unfinished = new Set<Unfinished>();
  #faults: Fault[] = [];
  #count = 0;

  constructor(timeline: Timeline, journal: Journal, seed: number, routes: Routes) {
    this.#timeline = timeline;
    this.#journal = journal;
    this.#seed = seed;
    this.routes = routes;
  }

  /** Nothing can happen: the wire need not ask. */
  get idle(): boolean {
    return this.#faults.length === 0 && this.#lines.size === 0;
  }

  /** Adds a rule. Throws `EmulatorError` (`fault.invalid`) for one that can never fire, naming the nearest that can. */
  add(given: FaultRule): FaultRecord {
    if (this.#faults.length >= BOUNDS.faults) {
      throw new EmulatorError(
        'fault.invalid',
        `There cannot be another fault: the emulator has its bound of ${BOUNDS.faults} rules. Remove one, or all with clear().`,
      );
    }
    const rule = checkedRule(given, this.routes.ids);
    this.#count += 1;
    const id = `fault-${this.#count}`;
    const fault: Fault = { id, given: { ...given }, rule, random: new SeededRandom(this.#seed, id), met: 0, fired: 0 };
    this.#faults.push(fault);
    return recordOf(fault);
  }

  /** Adds all of them, or none when one of them could never fire. */
  addAll(given: readonly FaultRule[]): readonly FaultRecord[] {
    for (const each of given) checkedRule(each, this.routes.ids);
    return given.map((each) => this.add(each));
  }

  /** The rules in force, oldest first. */
  list(): readonly FaultRecord[] {
    return this.#faults.map(recordOf);
  }

  /** Removes one rule; `false` when there is none with this id. */
  remove(id: string): boolean {
    const before = this.#faults.length;
    this.#faults = this.#faults.filter((each) => each.id !== id);
    return this.#faults.length < before;
  }

  /** Removes all rules and heals: what is held back arrives, half-open connections carry again, what hangs is ended. */
  clear(): void {
    this.#faults = [];
    for (const line of [...this.#lines.values()]) line.heal();
    for (const { heal } of [...this.#unfinished]) heal();
    this.#unfinished.clear();
  }

  /**
   * Starts again from the seed: rules added afterwards have the ids and the chance that they had. What is held back is lost: in
   * the new state nobody has sent it.
   */
  reset(): void {
    this.#faults = [];
    for (const line of [...this.#lines.values()]) line.lose();
    for (const { lose } of [...this.#unfinished]) lose();
    this.#unfinished.clear();
    this.#count = 0;
  }

  /** The rule that fires for this frame or request, if any. Asking counts. */
  fires(surface: CheckedRule['surface'], direction: FaultDirection, target: string): Fired | undefined {
    for (const fault of this.#faults) {
      const { rule } = fault;
      if (rule.surface !== surface || rule.direction !== direction || rule.target !== target) continue;
      fault.met += 1;
      const hit = 'first' in rule.count ? fault.fired < rule.count.first : fault.random.next() < rule.count.rate;
      if (!hit) continue;
      fault.fired += 1;
      return fault;
    }
    return undefined;
  }

  /**
   * Carries one frame of a connection past the rules: `deliver` is called now, later, twice or never. `answer` is called
   * instead when the rule answers the frame with an error.
   */
  carry(
    connection: FaultyConnection,
    direction: FaultDirection,
    frame: { readonly kind: string; readonly text: string; readonly size: number },
    deliver: () => void,
    answer?: (fired: Fired) => void,
  ): void {
    const fired = this.fires(connection.surface, direction, frame.kind);
    let line = this.#lines.get(connection);
    if (fired === undefined) {
      if (line === undefined) deliver();
      else line.pass(direction, frame, deliver);
      return;
    }
    this.#journal.record({
      direction,
      surface: connection.surface,
      kind: frame.kind,
      size: frame.size,
      conversationId: connection.conversationId,
      note: noteOf(fired),
      fault: fired.id,
      text: frame.text,
    });
    if (fired.rule.effect === 'status') {
      answer?.(fired);
      return;
    }
    if (line === undefined) {
      line = new FaultLine(connection, this.#timeline, this.#journal, () => this.#lines.delete(connection));
      this.#lines.set(connection, line);
    }
    line.strike(fired, direction, frame, deliver);
  }

  /** The connection has ended: what it held is forgotten. */
  gone(connection: FaultyConnection): void {
    this.#lines.get(connection)?.end();
  }

  /**
   * Does it after the delay, or when the faults are cleared: what is held back arrives then. When everything starts again it is
   * lost instead. The returned function forgets it.
   */
  hold(delayMs: number, task: () => void, lost: () => void = () => undefined): () => void {
    const forget = (): void => {
      cancel();
      this.#unfinished.delete(unfinished);
    };
    const after = (then: () => void) => (): void => {
      forget();
      then();
    };
    const unfinished: Unfinished = { heal: after(task), lose: after(lost) };
    const cancel = this.#timeline.wake(this.#timeline.nowMs() + delayMs, unfinished.heal);
    this.#unfinished.add(unfinished);
    return forget;
  }

  /** Something stays unanswered until the faults are cleared; the returned function forgets it. */
  abandon(end: () => void): () => void {
    const unfinished: Unfinished = { heal: end, lose: end };
    this.#unfinished.add(unfinished);
    return () => this.#unfinished.delete(unfinished);
  }
}

const recordOf = ({ id, given, met, fired }: Fault): FaultRecord => ({ id, ...given, met, fired });

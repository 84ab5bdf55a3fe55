import { explainProblem, GUEST_ACTIONS, type Parsed, parseGuestRequest } from '@backchannel/protocol';
import fc from 'fast-check';
import { EXPLAINED, MODELS, NOT_MODELLED, readServerFrame, SAMPLES } from './models.ts';
import { type Definitions, valuesOf } from './schema.ts';

/** Values per definition. */
const VALUES = 200;

/** One recorded frame or sample. */
export interface Recorded {
  readonly direction: 'client' | 'server';
  readonly name: string;
  readonly frame: unknown;
}

export interface Report {
  /** What was checked and holds, in words. */
  readonly held: string[];
  /** Deviations that have an explanation: by explanation, how many values of what. */
  readonly explained: Map<string, Map<string, number>>;
  /** Deviations that have none. */
  readonly deviations: string[];
  /** Rows of the tables that nothing needed: they are no longer true. */
  readonly stale: string[];
  /** What is not modelled, by reason. */
  readonly notModelled: Map<string, string[]>;
}

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

/** Checks the guards of this package against the schema and recorded frames. */
export class Conformance {
  readonly report: Report = {
    held: [],
    explained: new Map(),
    deviations: [],
    stale: [],
    notModelled: new Map(NOT_MODELLED.map(({ why }) => [why, []])),
  };
  readonly #usedExplanations = new Set<unknown>();
  readonly #usedNames = new Set<string>();

  /** Every value that satisfies a modelled definition is read; every other definition is named with a reason. */
  definitions(definitions: Definitions, seed: number): void {
    for (const [name, definition] of Object.entries(definitions)) {
      const guard = MODELS[name];
      if (guard === undefined) {
        this.#notModelled(name, `The definition ${name} is neither modelled nor named with a reason.`);
        continue;
      }
      for (const value of fc.sample(valuesOf(definitions, definition), { numRuns: VALUES, seed })) {
        if (!this.#accepted(name, guard(value), value)) break;
      }
    }
    for (const name of Object.keys(MODELS)) {
      if (definitions[name] === undefined)
        this.report.stale.push(`MODELS names ${name}, which the schema does not have.`);
    }
    this.report.held.push(`${Object.keys(MODELS).length} definitions, ${VALUES} values each`);
    this.#names(definitions);
  }

  /** The lists of names are the schema's. */
  #names(definitions: Definitions): void {
    const actions = Object.entries(definitions)
      .filter(([name]) => name.startsWith('RequestType'))
      .flatMap(([, { enum: values = [] }]) => values.map(String));
    for (const action of new Set(actions)) {
      if (!(GUEST_ACTIONS as readonly string[]).includes(action)) {
        this.report.deviations.push(`The schema has the action ${action}, GUEST_ACTIONS has not.`);
      }
    }
    for (const action of GUEST_ACTIONS) {
      if (!actions.includes(action)) this.report.deviations.push(`GUEST_ACTIONS has ${action}, the schema has not.`);
    }
    const classes = (definitions.MessageDataType?.enum ?? []).map(String);
    for (const name of classes) {
      const read = readServerFrame({ type: 'message', class: name, code: 200, body: {} });
      const unknown = !read.ok && read.problem.path === '$.class';
      if (unknown) this.#notModelled(`class ${name}`, `The class ${name} is neither modelled nor named with a reason.`);
    }
    this.report.held.push(`${new Set(actions).size} actions and ${classes.length} classes by name`);
  }

  /** Every recorded frame is read. */
  frames(frames: readonly Recorded[]): void {
    for (const { direction, name, frame } of frames) {
      this.#accepted(name, direction === 'client' ? parseGuestRequest(frame) : readServerFrame(frame), frame);
    }
    this.report.held.push(`${frames.length} recorded frames`);
  }

  /** Every recorded REST sample is read. */
  samples(samples: readonly Recorded[]): void {
    for (const { name, frame } of samples) {
      const guard = SAMPLES.find(([prefix]) => name.startsWith(prefix))?.[1];
      if (guard === undefined)
        this.#notModelled(name, `The sample "${name}" is neither modelled nor named with a reason.`);
      else this.#accepted(name, guard(frame), frame);
    }
    this.report.held.push(`${samples.length} recorded REST samples`);
  }

  /** To be called at the end: what in the tables is no longer needed. */
  finish(): Report {
    for (const row of EXPLAINED) {
      if (!this.#usedExplanations.has(row)) this.report.stale.push(`EXPLAINED: ${row.of} at ${row.at} never happened.`);
    }
    for (const name of NOT_MODELLED.flatMap(({ names }) => names)) {
      if (!this.#usedNames.has(name)) this.report.stale.push(`NOT_MODELLED names ${name}, which is not there.`);
    }
    return this.report;
  }

  #accepted(name: string, parsed: Parsed<unknown>, value: unknown): boolean {
    if (parsed.ok) return true;
    const path = parsed.problem.path.replaceAll(/\[\d+\]/g, '');
    const explanation = EXPLAINED.find(({ of, at }) => of.test(name) && at.test(path));
    if (explanation === undefined) {
      this.report.deviations.push(
        `${name}: ${explainProblem(parsed.problem)}. The value: ${JSON.stringify(value).slice(0, 300)}`,
      );
      return false;
    }
    this.#usedExplanations.add(explanation);
    const met = this.report.explained.get(explanation.why) ?? new Map<string, number>();
    this.report.explained.set(explanation.why, met.set(name, (met.get(name) ?? 0) + 1));
    return true;
  }

  #notModelled(name: string, otherwise: string): void {
    for (const { why, names } of NOT_MODELLED) {
      const pattern = names.find((each) => matches(each, name));
      if (pattern === undefined) continue;
      this.#usedNames.add(pattern);
      this.report.notModelled.get(why)?.push(name);
      return;
    }
    this.report.deviations.push(otherwise);
  }
}

/** What a guard says about a value it cannot accept: where, what stood there, what should have stood there. */
export interface Problem {
  /** Dotted path from the top of the value, `$` for the value itself: `$.message.events[0].eventType`. */
  readonly path: string;
  /** The offending value in words, shortened: `the number 7`, `nothing`, `the text "typing"`. */
  readonly found: string;
  /** What the guard accepts there. */
  readonly expected: string;
}

/** The result of every guard in this package. Guards never throw, whatever they are given. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

/** Longest piece of a foreign value that is repeated in a problem, in characters. */
const ECHO_MAX = 60;

const shorten = (text: string): string => (text.length > ECHO_MAX ? `${text.slice(0, ECHO_MAX)}…` : text);

/** Puts a foreign value in words for a person, bounded in length, safe for every type. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `the text ${JSON.stringify(shorten(value))}`;
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${String(value)}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** One sentence for a log or an error text. */
export function explainProblem(problem: Problem): string {
  return `${problem.path} is ${problem.found}; expected ${problem.expected}`;
}

/**
 * Reads text as JSON and hands it to a guard, so that a caller has one result to look at.
 * Text that is not JSON is a problem at `$` like any other.
 */
export function parseJson<Value>(text: string, guard: (value: unknown) => Parsed<Value>): Parsed<Value> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      ok: false,
      problem: { path: '$', found: `text that is not JSON (${JSON.stringify(shorten(text))})`, expected: 'JSON' },
    };
  }
  return guard(value);
}

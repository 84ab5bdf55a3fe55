import { describe, type Parsed, type Problem } from './parsed.ts';

/** Collects what is wrong with one value; the first problem stays. */
export interface Report {
  problem?: Problem;
}

/**
 * Reads a foreign value: returns what it should be, and reports when it is not. After a problem the returned value is a
 * harmless stand-in of the right type; `guard` makes sure that none ever gets out.
 */
export type Reader<Value> = (value: unknown, path: string, report: Report) => Value;

function wrong<Value>(report: Report, path: string, value: unknown, expected: string, standIn: Value): Value {
  report.problem ??= { path, found: describe(value), expected };
  return standIn;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field by name. Inherited names such as `constructor` are no fields; `null` is absent, as in history's `"time": null`. */
export const own = (value: unknown, name: string): unknown =>
  isRecord(value) && Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined;

export const text: Reader<string> = (value, path, report) =>
  typeof value === 'string' ? value : wrong(report, path, value, 'text', '');

/** Text that identifies something: empty is as good as absent. */
export const id: Reader<string> = (value, path, report) =>
  value === '' ? wrong(report, path, value, 'text that is not empty', '') : text(value, path, report);

export const number: Reader<number> = (value, path, report) =>
  typeof value === 'number' && Number.isFinite(value) ? value : wrong(report, path, value, 'a number', 0);

/** What a model calls an integer: no fraction, and nothing more is asked of it. */
export const wholeNumber: Reader<number> = (value, path, report) =>
  Number.isInteger(value) ? (value as number) : wrong(report, path, value, 'a whole number', 0);

export const boolean: Reader<boolean> = (value, path, report) =>
  typeof value === 'boolean' ? value : wrong(report, path, value, 'true or false', false);

/** A value that carries nothing of interest. */
export const nothing: Reader<Record<never, never>> = () => ({});

export const oneOf =
  <const Choice extends string>(...choices: readonly [Choice, ...Choice[]]): Reader<Choice> =>
  (value, path, report) =>
    choices.find((choice) => choice === value) ??
    wrong(report, path, value, choices.map((choice) => `"${choice}"`).join(' or '), choices[0]);

export const optional =
  <Value>(read: Reader<Value>): Reader<Value | undefined> =>
  (value, path, report) =>
    value === undefined ? undefined : read(value, path, report);

/** Like `optional`, with a value for when the field is absent. */
export const defaulted =
  <Value>(read: Reader<Value>, standard: Value): Reader<Value> =>
  (value, path, report) =>
    value === undefined ? standard : read(value, path, report);

export const map =
  <From, To>(read: Reader<From>, change: (value: From) => To): Reader<To> =>
  (value, path, report) =>
    change(read(value, path, report));

/**
 * Reads exactly the fields of `Value`, in the order given here. Keys that nobody asks for are passed over: the platform
 * adds fields without notice (GUEST-TOLERANCE).
 */
export const object =
  <Value extends object>(shape: { readonly [Key in keyof Value]-?: Reader<Value[Key]> }): Reader<Value> =>
  (value, path, report) => {
    if (!isRecord(value)) wrong(report, path, value, 'an object', undefined);
    const read: Record<string, unknown> = {};
    for (const name in shape) read[name] = shape[name](own(value, name), `${path}.${name}`, report);
    return read as Value;
  };

export const list =
  <Value>(read: Reader<Value>): Reader<readonly Value[]> =>
  (value, path, report) =>
    Array.isArray(value)
      ? value.map((each, index) => read(each, `${path}[${index}]`, report))
      : wrong(report, path, value, 'a list', []);

/** A flat map of texts, as the platform uses for metadata and attributes. */
export const texts: Reader<Readonly<Record<string, string>>> = (value, path, report) => {
  if (!isRecord(value)) return wrong(report, path, value, 'an object of texts', {});
  for (const name of Object.keys(value)) text(value[name], `${path}.${name}`, report);
  return value as Record<string, string>;
};

/** Closes a reader: the value when nothing was wrong, else the first problem. */
export const guard =
  <Value>(read: Reader<Value>): ((value: unknown) => Parsed<Value>) =>
  (foreign) => {
    const report: Report = {};
    const value = read(foreign, '$', report);
    return report.problem ? { ok: false, problem: report.problem } : { ok: true, value };
  };

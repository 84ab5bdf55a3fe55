import { describe, type Parsed, type Problem } from './parsed.ts';

/**
 * Reads the fields of a foreign value by name and remembers the first that is wrong.
 *
 * Every accessor returns a value of the promised type at once, also after a problem (then a harmless stand-in), so a guard
 * reads top to bottom without branches; `end` decides at the close whether the stand-ins ever get out. Keys that no guard
 * asks for are ignored: the platform adds fields without notice (GUEST-TOLERANCE).
 *
 * `null` counts as absent everywhere: history sends `"time": null` where live frames omit the field.
 */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #path: string;
  /** Shared with every child, so that the first problem wins wherever it stands. */
  readonly #report: { problem?: Problem };

  private constructor(value: unknown, path: string, report: { problem?: Problem }) {
    this.#path = path;
    this.#report = report;
    const usable = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.#record = usable ? (value as Record<string, unknown>) : {};
    if (!usable) this.#wrong(path, value, 'an object');
  }

  static of(value: unknown): Fields {
    return new Fields(value, '$', {});
  }

  #wrong(path: string, value: unknown, expected: string): void {
    this.#report.problem ??= { path, found: describe(value), expected };
  }

  #at(name: string): string {
    return `${this.#path}.${name}`;
  }

  /** The raw value; inherited names such as `constructor` are not fields. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#record, name) ? (this.#record[name] ?? undefined) : undefined;
  }

  string(name: string): string {
    const value = this.raw(name);
    if (typeof value === 'string') return value;
    this.#wrong(this.#at(name), value, 'text');
    return '';
  }

  /** Text that identifies something: empty is as good as absent. */
  id(name: string): string {
    const value = this.string(name);
    if (value === '') this.#wrong(this.#at(name), value, 'text that is not empty');
    return value;
  }

  number(name: string): number {
    const value = this.raw(name);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.#wrong(this.#at(name), value, 'a number');
    return 0;
  }

  boolean(name: string): boolean {
    const value = this.raw(name);
    if (typeof value === 'boolean') return value;
    this.#wrong(this.#at(name), value, 'true or false');
    return false;
  }

  oneOf<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.raw(name);
    const choice = choices.find((each) => each === value);
    if (choice === undefined) this.#wrong(this.#at(name), value, choices.map((each) => `"${each}"`).join(' or '));
    return choice ?? choices[0];
  }

  /** `undefined` when the field is absent; otherwise what `read` makes of it. */
  optional<Value>(name: string, read: (name: string) => Value): Value | undefined {
    return this.raw(name) === undefined ? undefined : read.call(this, name);
  }

  object<Value>(name: string, read: (fields: Fields) => Value): Value {
    return read(new Fields(this.raw(name), this.#at(name), this.#report));
  }

  optionalObject<Value>(name: string, read: (fields: Fields) => Value): Value | undefined {
    return this.raw(name) === undefined ? undefined : this.object(name, read);
  }

  list<Value>(name: string, read: (fields: Fields) => Value): Value[] {
    const value = this.raw(name);
    if (Array.isArray(value)) {
      return value.map((each, index) => read(new Fields(each, `${this.#at(name)}[${index}]`, this.#report)));
    }
    this.#wrong(this.#at(name), value, 'a list');
    return [];
  }

  optionalList<Value>(name: string, read: (fields: Fields) => Value): Value[] {
    return this.raw(name) === undefined ? [] : this.list(name, read);
  }

  /** A flat map of texts, as the platform uses for metadata and attributes. */
  stringMap(name: string): Record<string, string> {
    const value = this.raw(name);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#wrong(this.#at(name), value, 'an object of texts');
      return {};
    }
    for (const [key, each] of Object.entries(value)) {
      if (typeof each !== 'string') this.#wrong(`${this.#at(name)}.${key}`, each, 'text');
    }
    return value as Record<string, string>;
  }

  /** Closes the guard: the value when nothing was wrong, else the first problem. */
  end<Value>(value: Value): Parsed<Value> {
    const { problem } = this.#report;
    return problem === undefined ? { ok: true, value } : { ok: false, problem };
  }
}

import type * as z from 'zod';
import { nearestName } from '../domain/nearest-name.ts';
import { memberNames } from '../domain/schema-members.ts';

/** One wrong member of a request. */
export interface RequestError {
  readonly path: string;
  readonly detail: string;
}

/** More than these help nobody. */
const ERRORS_MAX = 20;

/** Whether a value may be echoed: a number, a flag, or a text that is a name rather than what a person wrote. */
function echo(value: unknown, isName: boolean): string {
  if (value === undefined) return 'it is missing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `it was ${String(value)}`;
  if (typeof value === 'string') {
    return isName && /^[\w.:-]{1,40}$/.test(value)
      ? `it was "${value}"`
      : `it was a text of ${value.length} characters`;
  }
  return Array.isArray(value) ? 'it was a list' : 'it was an object';
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );

function written(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** A member that nobody reads, by its path where its name is one; else it could be what a person wrote. */
function unknownMember(path: readonly PropertyKey[], key: string, schema: z.core.$ZodType): RequestError {
  if (!/^[\w.$-]{1,60}$/.test(key)) {
    return { path: written(path), detail: 'has a member that nobody reads, and whose name is no name' };
  }
  const nearest = nearestName(key, memberNames(schema, path));
  const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return { path: written([...path, key]), detail: `nobody reads this member${meant}` };
}

function detailOf(issue: z.core.$ZodIssue, input: unknown): string {
  const value = at(input, issue.path);
  const isFormat = issue.code === 'invalid_format' && issue.format !== 'regex';
  const isName = isFormat || issue.code === 'invalid_value' || issue.code === 'invalid_union';
  const rule = issue.code === 'custom' ? issue.message : lowerFirst(issue.message.replace(/^Invalid input: /, ''));
  return `${rule}; ${echo(value, isName)}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Wrong members as a problem document lists them: where, what is expected, and what came. Texts are never repeated. */
export function requestErrors(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  schema: z.core.$ZodType,
): readonly RequestError[] {
  const wrong = new Set<string>();
  const errors = issues.flatMap((issue): readonly RequestError[] => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownMember(path, key, schema));
    const place = written(path);
    // An empty text is too short and blank: the first rule that it breaks is enough.
    if (wrong.has(place)) return [];
    wrong.add(place);
    return [{ path: place, detail: detailOf(issue, input) }];
  });
  return errors.slice(0, ERRORS_MAX);
}

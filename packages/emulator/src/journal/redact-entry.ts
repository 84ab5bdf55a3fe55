import type { JournalEntry } from './journal-entry.ts';

/**
 * Personal data that a journal can leave out when it is handed on: what people wrote, what they are called, what an
 * application attached to them. Secrets are no choice: they are hidden in every entry.
 */
export const REDACTIONS = ['texts', 'names', 'attributes'] as const;

/** One of `REDACTIONS`. */
export type Redaction = (typeof REDACTIONS)[number];

const FIELDS: Readonly<Record<Redaction, ReadonlySet<string>>> = {
  texts: new Set(['text', 'textBody', 'title', 'description', 'payload', 'fileName', 'filename', 'url']),
  names: new Set(['name', 'nickname', 'firstName', 'lastName', 'email', 'username', 'image']),
  attributes: new Set(['attributes', 'customAttributes']),
};

const hidden = (text: string): string => `… (${text.length} characters)`;

/** A copy without personal data of these kinds. What is not JSON is hidden whole: nobody knows what stands in it. */
export function redactEntry(entry: JournalEntry, redactions: readonly Redaction[]): JournalEntry {
  if (redactions.length === 0 || entry.payload === undefined) return entry;
  const fields = new Set(redactions.flatMap((each) => [...FIELDS[each]]));
  return {
    ...entry,
    payload: typeof entry.payload === 'string' ? hidden(entry.payload) : hide(entry.payload, fields, false),
  };
}

/** Inside of a hidden field every text is hidden, whatever it is called. */
function hide(value: unknown, fields: ReadonlySet<string>, inside: boolean): unknown {
  if (typeof value === 'string') return inside ? hidden(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => hide(each, fields, inside));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, hide(each, fields, inside || fields.has(name))]),
  );
}

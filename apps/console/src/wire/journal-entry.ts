/** One frame or request as the emulator recorded it. `direction` is seen from the emulator. */
export interface JournalEntry {
  readonly seq: number;
  /** Milliseconds since the emulator started. */
  readonly atMs: number;
  /** ISO 8601. */
  readonly time: string;
  readonly direction: 'in' | 'out';
  readonly surface: 'guest' | 'rest' | 'oauth' | 'notifications' | 'config' | 'webhooks' | 'emulator';
  readonly kind: string;
  /** Bytes. */
  readonly size: number;
  readonly conversationId?: string;
  /** HTTP status or in-band code. */
  readonly status?: number;
  /** Why something was dropped or refused, or a hint. */
  readonly note?: string;
  /** Fields that nobody asked for, and what was most likely meant. */
  readonly unread?: readonly { readonly field: string; readonly nearest?: string }[];
  /** Id of the fault rule that did this. */
  readonly fault?: string;
  readonly payload?: unknown;
}

/** What the chips above the wire choose from. */
export const CATEGORIES = ['typing', 'message', 'session', 'REST', 'errors'] as const;
export type Category = (typeof CATEGORIES)[number];

/** HTTP statuses and in-band codes from here on are refusals. */
const REFUSED_FROM = 400;

export function isRefused({ status }: JournalEntry): boolean {
  return status !== undefined && status >= REFUSED_FROM;
}

/** Somebody was done, left the page, or gave no reason: no fault of anybody's, though the journal notes it. */
const ENDED_WELL = /ended with (?:1000|1001|1005)\./;

/** Whether the note of an entry tells of something that went wrong, or is about to. */
export function isWarning({ kind, note }: JournalEntry): boolean {
  return note !== undefined && !(kind === 'closed' && ENDED_WELL.test(note));
}

/** An entry can be several things: an agent's typing is a typing signal and a REST request. */
export function categoriesOf(entry: JournalEntry): ReadonlySet<Category> {
  const categories = new Set<Category>();
  if (entry.surface === 'rest' || entry.surface === 'oauth' || entry.surface === 'config') categories.add('REST');
  if (isRefused(entry) || isWarning(entry)) categories.add('errors');
  if (/typing/i.test(entry.kind)) categories.add('typing');
  else if (/text|message/i.test(entry.kind)) categories.add('message');
  else if (entry.surface === 'guest' || entry.surface === 'notifications') categories.add('session');
  return categories;
}

/** Which side of the page a frame belongs to. */
export function sideOf({ surface }: JournalEntry): 'guest' | 'agent' {
  return surface === 'guest' || surface === 'config' || surface === 'webhooks' ? 'guest' : 'agent';
}

export interface Filter {
  /** None chosen means all. */
  readonly categories: ReadonlySet<Category>;
  readonly text: string;
}

/** Fields of the emulator's inspector that the text can name: `kind:typing surface:guest`. */
const FIELDS = {
  kind: (entry: JournalEntry) => entry.kind,
  surface: (entry: JournalEntry) => entry.surface,
  direction: (entry: JournalEntry) => entry.direction,
  conversation: (entry: JournalEntry) => entry.conversationId,
} as const;
type Field = keyof typeof FIELDS;

/** The words of a filter's text: those that name a field, and the rest. */
function read(text: string): { readonly fields: readonly (readonly [Field, string])[]; readonly rest: string } {
  const fields: [Field, string][] = [];
  const rest = text.replace(/\b(\w+):(\S+)/g, (word, name: string, value: string) => {
    if (!Object.hasOwn(FIELDS, name)) return word;
    fields.push([name as Field, value.toLowerCase()]);
    return '';
  });
  return { fields, rest: rest.trim().toLowerCase() };
}

/** The same filter as the parameters of the emulator's inspector. Chips are this page's own. */
export function queryOf({ text }: Filter): string {
  const { fields, rest } = read(text);
  return new URLSearchParams([...fields, ...(rest === '' ? [] : [['text', rest]])] as [string, string][]).toString();
}

export const NO_FILTER: Filter = { categories: new Set(), text: '' };

export function passes(entry: JournalEntry, { categories, text }: Filter): boolean {
  if (categories.size > 0 && ![...categoriesOf(entry)].some((category) => categories.has(category))) return false;
  const { fields, rest } = read(text);
  return (
    fields.every(([name, value]) => FIELDS[name](entry)?.toLowerCase() === value) &&
    (rest === '' || searchable(entry).includes(rest))
  );
}

function searchable({ kind, surface, note, conversationId, status, payload }: JournalEntry): string {
  // Joining leaves out what is undefined.
  return [kind, surface, note, conversationId, status, JSON.stringify(payload)].join('\n').toLowerCase();
}

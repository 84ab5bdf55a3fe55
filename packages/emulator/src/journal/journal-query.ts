import { nearestName } from '../nearest-name.ts';
import { JOURNAL_SURFACES, type JournalEntry } from './journal-entry.ts';
import { REDACTIONS, type Redaction, redactEntry } from './redact-entry.ts';

/** Which entries, and what of them. Everything given has to fit. */
export interface JournalQuery {
  /** `seq` of the last entry that is not wanted. */
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
  readonly kind?: string | undefined;
  readonly surface?: string | undefined;
  readonly direction?: string | undefined;
  /** Id of a conversation. */
  readonly conversation?: string | undefined;
  /** Somewhere in the entry, in capitals or not. */
  readonly text?: string | undefined;
  /** Only what was refused or carries a note. */
  readonly noted?: boolean | undefined;
  /** Hides these kinds of personal data; secrets are always hidden. */
  readonly redact?: readonly Redaction[] | undefined;
}

/** HTTP statuses and in-band codes from here on are refusals. */
const REFUSED_FROM = 400;

const PARAMETERS = [
  'after',
  'limit',
  'kind',
  'surface',
  'direction',
  'conversation',
  'text',
  'noted',
  'redact',
] as const;

function fits(entry: JournalEntry, query: JournalQuery): boolean {
  const { kind, surface, direction, conversation, text, noted } = query;
  return (
    (kind === undefined || entry.kind.toLowerCase() === kind.toLowerCase()) &&
    (surface === undefined || entry.surface === surface) &&
    (direction === undefined || entry.direction === direction) &&
    (conversation === undefined || entry.conversationId === conversation) &&
    (noted !== true || entry.note !== undefined || (entry.status ?? 0) >= REFUSED_FROM) &&
    (text === undefined || JSON.stringify(entry).toLowerCase().includes(text.toLowerCase()))
  );
}

/** The entries that fit, oldest first, as they are to be shown. */
export function* select(entries: Iterable<JournalEntry>, query: JournalQuery): Generator<JournalEntry> {
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (left <= 0) return;
    if (!fits(entry, query)) continue;
    left -= 1;
    yield redactEntry(entry, query.redact ?? []);
  }
}

/** Reads the parameters of a URL; a text says what is wrong with them. */
export function readQuery(parameters: URLSearchParams): JournalQuery | string {
  for (const name of parameters.keys()) {
    if (PARAMETERS.some((each) => each === name)) continue;
    const nearest = nearestName(name, PARAMETERS);
    return `The journal cannot be asked by ${JSON.stringify(name.slice(0, 60))}. ${nearest === undefined ? `Use ${PARAMETERS.join(', ')}.` : `Did you mean "${nearest}"?`}`;
  }
  const given = (name: (typeof PARAMETERS)[number]): string | undefined => parameters.get(name) || undefined;
  const after = whole(given('after'));
  const limit = whole(given('limit'));
  if (after === 'invalid' || limit === 'invalid') return 'after and limit are whole numbers from 0.';
  const surface = given('surface');
  if (surface !== undefined && !JOURNAL_SURFACES.some((each) => each === surface))
    return `surface is one of ${JOURNAL_SURFACES.join(', ')}, not ${JSON.stringify(surface.slice(0, 60))}.`;
  const direction = given('direction');
  if (direction !== undefined && direction !== 'in' && direction !== 'out') return 'direction is in or out.';
  const redact = given('redact')?.split(',') ?? [];
  const unknown = redact.find((each) => !REDACTIONS.some((known) => known === each));
  if (unknown !== undefined)
    return `redact is a list of ${REDACTIONS.join(', ')}, not ${JSON.stringify(unknown.slice(0, 60))}.`;
  return {
    after,
    limit,
    kind: given('kind'),
    surface,
    direction,
    conversation: given('conversation'),
    text: given('text'),
    noted: given('noted') === 'true',
    redact: redact as Redaction[],
  };
}

function whole(text: string | undefined): number | undefined | 'invalid' {
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : 'invalid';
}

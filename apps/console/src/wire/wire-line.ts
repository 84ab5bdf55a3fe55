import { isRefused, type JournalEntry } from './journal-entry.ts';

/** Equal neighbours are one line when they are no further apart than this: heartbeats stay lines of their own. */
export const TOGETHER_MS = 1_000;

/** What is one line of the wire. */
export interface WireLine {
  /** The first of what is in this line. */
  readonly entry: JournalEntry;
  /** To a request: its answer, where nothing passed between the two and neither needs a word. */
  readonly answer?: JournalEntry | undefined;
  /** How many equal ones: a notification is recorded once for each socket that it goes to. */
  readonly count: number;
  /** From the first of them to the last. */
  readonly withinMs: number;
}

/** Entries as lines, in their order: a request with its answer, and neighbours that say the same. */
export function linesOf(entries: readonly JournalEntry[]): readonly WireLine[] {
  const lines: WireLine[] = [];
  for (const line of exchangesOf(entries)) {
    const before = lines.at(-1);
    const withinMs = before === undefined ? 0 : line.entry.atMs - before.entry.atMs;
    if (before === undefined || withinMs > TOGETHER_MS || !saysTheSame(before, line)) lines.push(line);
    else lines[lines.length - 1] = { ...before, count: before.count + 1, withinMs };
  }
  return lines;
}

/** Answers name no request: the one before is theirs when no other of its kind waits. */
function exchangesOf(entries: readonly JournalEntry[]): readonly WireLine[] {
  const lines: WireLine[] = [];
  const waiting = new Map<string, number>();
  const wait = (kind: string, change: number) => waiting.set(kind, Math.max(0, (waiting.get(kind) ?? 0) + change));
  for (const entry of entries) {
    const last = lines.at(-1);
    const isOnly = waiting.get(entry.kind) === 1;
    if (isHttp(entry)) wait(entry.kind, entry.direction === 'in' ? 1 : -1);
    if (isOnly && last !== undefined && last.answer === undefined && isExchange(last.entry, entry)) {
      lines[lines.length - 1] = { ...last, answer: entry };
    } else lines.push({ entry, count: 1, withinMs: 0 });
  }
  return lines;
}

const isHttp = ({ surface }: JournalEntry): boolean => surface === 'rest' || surface === 'config';

const isExchange = (request: JournalEntry, answer: JournalEntry): boolean =>
  isHttp(request) &&
  request.direction === 'in' &&
  answer.direction === 'out' &&
  request.surface === answer.surface &&
  request.kind === answer.kind &&
  isPlain(request) &&
  isPlain(answer);

/** Whatever somebody has to say about it, or did to it, stands in a line of its own. */
const isPlain = (entry: JournalEntry): boolean =>
  !isRefused(entry) && entry.note === undefined && entry.unread === undefined && entry.fault === undefined;

function saysTheSame(one: WireLine, other: WireLine): boolean {
  // Sizes nearly always differ where contents do, and cost nothing to compare.
  return (
    one.entry.kind === other.entry.kind &&
    one.entry.size === other.entry.size &&
    one.answer?.size === other.answer?.size &&
    contentOf(one.entry) === contentOf(other.entry) &&
    contentOf(one.answer) === contentOf(other.answer)
  );
}

const contentOf = (entry: JournalEntry | undefined): string =>
  JSON.stringify({ ...entry, seq: undefined, atMs: undefined, time: undefined });

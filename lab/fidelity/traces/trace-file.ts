import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Conversation, END_KINDS, type Episode, KEY_KINDS, type Key } from './trace.ts';

/** The most conversations that are read from one file. */
const CONVERSATIONS_MAX = 1_000_000;

/** The most problems that are listed before the reading stops. */
export const PROBLEMS_MAX = 20;

/** What is wrong with a trace file: every line that is, up to {@link PROBLEMS_MAX}. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(
      `The traces in ${file} can't be used, and none was dropped silently:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n` +
        'Correct these lines; the format is in docs/fidelity.md.',
    );
    this.problems = problems;
  }
}

/** Where in a line, and why. */
class FieldProblem extends Error {
  constructor(field: string, reason: string, value: unknown) {
    super(`${field}: ${reason}, but it is ${echo(value)}`);
  }
}

function echo(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return `${text.length > 60 ? `${text.slice(0, 60)}…` : text} (${Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value})`;
}

/**
 * Reads a trace file: one JSON object per line, empty lines between them allowed.
 *
 * @throws TraceError naming line, field and reason of everything that is wrong.
 */
export async function readTraceFile(path: string): Promise<Conversation[]> {
  return readTraces(createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity }), path);
}

/** The same from lines that are there already; `name` is how errors call them. */
export async function readTraces(
  lines: AsyncIterable<string> | Iterable<string>,
  name = 'the input',
): Promise<Conversation[]> {
  const conversations: Conversation[] = [];
  const problems: string[] = [];
  const lineOfId = new Map<string, number>();
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    try {
      const conversation = conversationIn(line);
      const earlier = lineOfId.get(conversation.id);
      if (earlier !== undefined)
        throw new FieldProblem('id', `each conversation needs its own, line ${earlier} has it`, conversation.id);
      lineOfId.set(conversation.id, number);
      conversations.push(conversation);
      if (conversations.length > CONVERSATIONS_MAX) problems.push(`line ${number}: more than ${CONVERSATIONS_MAX}`);
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      problems.push(`line ${number}, ${error.message}`);
    }
    if (problems.length >= PROBLEMS_MAX) break;
  }
  if (conversations.length === 0 && problems.length === 0) problems.push('it holds no conversation');
  if (problems.length > 0) throw new TraceError(name, problems);
  return conversations;
}

/** One line of a trace file, without its line break. */
export const traceLine = ({ id, episodes }: Conversation): string => JSON.stringify({ id, episodes });

function conversationIn(line: string): Conversation {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new FieldProblem('the whole line', 'it must be one JSON object', line);
  }
  const { id, episodes } = recordAt('the whole line', value);
  if (typeof id !== 'string' || id === '') throw new FieldProblem('id', 'it must be a text that is not empty', id);
  let latestMs = 0;
  const read = listAt('episodes', episodes).map((episode, index) => {
    const at = `episodes[${index}]`;
    const { keys, end } = recordAt(at, episode);
    const keyed = listAt(`${at}.keys`, keys);
    if (keyed.length === 0) throw new FieldProblem(`${at}.keys`, 'an episode begins with a key', keys);
    const result: Episode = {
      keys: keyed.map((key, place) => {
        const read = keyAt(`${at}.keys[${place}]`, key, latestMs);
        latestMs = read[0];
        return read;
      }),
      end: endAt(`${at}.end`, end, latestMs),
    };
    latestMs = result.end.atMs;
    return result;
  });
  return { id, episodes: read };
}

function recordAt(field: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FieldProblem(field, 'it must be an object', value);
  return value as Record<string, unknown>;
}

function listAt(field: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new FieldProblem(field, 'it must be an array', value);
  return value;
}

function momentAt(field: string, value: unknown, latestMs: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new FieldProblem(field, 'it must be a time in ms, 0 or more', value);
  if (value < latestMs) throw new FieldProblem(field, `times ascend, and the one before is ${latestMs}`, value);
  return value;
}

function keyAt(field: string, value: unknown, latestMs: number): Key {
  const key = listAt(field, value);
  if (key.length !== 2) throw new FieldProblem(field, 'it must be [time, kind]', value);
  const kind = KEY_KINDS.find((each) => each === key[1]);
  if (kind === undefined) throw new FieldProblem(`${field}[1]`, `it must be one of ${KEY_KINDS.join(', ')}`, key[1]);
  return [momentAt(`${field}[0]`, key[0], latestMs), kind];
}

function endAt(field: string, value: unknown, latestMs: number): Episode['end'] {
  const end = recordAt(field, value);
  const kind = END_KINDS.find((each) => each === end.kind);
  if (kind === undefined)
    throw new FieldProblem(`${field}.kind`, `it must be one of ${END_KINDS.join(', ')}`, end.kind);
  return { atMs: momentAt(`${field}.atMs`, end.atMs, latestMs), kind };
}

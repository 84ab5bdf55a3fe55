import { describe, expect, test } from 'vitest';
import { PROBLEMS_MAX, readTraces, TraceError } from '../fidelity/traces/trace-file.ts';

const good = '{"id":"a","episodes":[{"keys":[[0,"letter"],[120,"space"]],"end":{"atMs":400,"kind":"send"}}]}';
const withEpisode = (episode: unknown) => JSON.stringify({ id: 'b', episodes: [episode] });

async function problemsOf(...lines: string[]): Promise<readonly string[]> {
  const error: unknown = await readTraces(lines, 'file.jsonl').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TraceError)) throw new Error(`The lines were taken: ${String(error)}`);
  expect(error.message).toContain('file.jsonl');
  return error.problems;
}

describe('a trace file', () => {
  test('is read, with empty lines, fractions of a millisecond and fields that are not ours', async () => {
    const foreign =
      '{"id":"b","by":"us","episodes":[{"keys":[[0.5,"paste"]],"end":{"atMs":0.5,"kind":"leave"},"note":1}]}';
    const read = await readTraces([good, '', foreign, '']);
    expect(read.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(read[1]).toEqual({ id: 'b', episodes: [{ keys: [[0.5, 'paste']], end: { atMs: 0.5, kind: 'leave' } }] });
  });

  test.each([
    ['no JSON', '{"id":', 'line 2, the whole line: it must be one JSON object, but it is "{\\"id\\":" (string)'],
    ['no object', '[1]', 'line 2, the whole line: it must be an object, but it is [1] (array)'],
    ['no id', '{"episodes":[]}', 'line 2, id: it must be a text that is not empty, but it is missing'],
    ['an id twice', good, 'line 2, id: each conversation needs its own, line 1 has it, but it is "a" (string)'],
    ['no episodes', '{"id":"b"}', 'line 2, episodes: it must be an array, but it is missing'],
    [
      'an episode without keys',
      withEpisode({ keys: [], end: { atMs: 1, kind: 'send' } }),
      'line 2, episodes[0].keys: an episode begins with a key, but it is [] (array)',
    ],
    [
      'a key that is no pair',
      withEpisode({ keys: [[1]], end: { atMs: 1, kind: 'send' } }),
      'line 2, episodes[0].keys[0]: it must be [time, kind], but it is [1] (array)',
    ],
    [
      'an unknown kind of key',
      withEpisode({ keys: [[1, 'word']], end: { atMs: 1, kind: 'send' } }),
      'line 2, episodes[0].keys[0][1]: it must be one of letter, space, stop, newline, delete, paste, commit, but it is "word" (string)',
    ],
    [
      'a time that is none',
      withEpisode({ keys: [['1', 'letter']], end: { atMs: 1, kind: 'send' } }),
      'line 2, episodes[0].keys[0][0]: it must be a time in ms, 0 or more, but it is "1" (string)',
    ],
    [
      'a time before the one before',
      withEpisode({
        keys: [
          [5, 'letter'],
          [4, 'letter'],
        ],
        end: { atMs: 9, kind: 'send' },
      }),
      'line 2, episodes[0].keys[1][0]: times ascend, and the one before is 5, but it is 4 (number)',
    ],
    [
      'an end before the last key',
      withEpisode({ keys: [[5, 'letter']], end: { atMs: 4, kind: 'send' } }),
      'line 2, episodes[0].end.atMs: times ascend, and the one before is 5, but it is 4 (number)',
    ],
    [
      'an unknown end',
      withEpisode({ keys: [[5, 'letter']], end: { atMs: 6, kind: 'sent' } }),
      'line 2, episodes[0].end.kind: it must be one of send, clear, leave, but it is "sent" (string)',
    ],
  ])('%s is named with line, field and reason', async (_, line, problem) => {
    expect(await problemsOf(good, line)).toEqual([problem]);
  });

  test('all bad lines are named, up to a bound, and none is dropped for a good one', async () => {
    expect(await problemsOf(good, '1', good, '2')).toHaveLength(3);
    expect(await problemsOf(...Array<string>(PROBLEMS_MAX + 5).fill('1'))).toHaveLength(PROBLEMS_MAX);
  });

  test('one that holds nothing says so', async () => {
    expect(await problemsOf('', '')).toEqual(['it holds no conversation']);
  });
});

import { expect, test } from 'vitest';
import type { RecordedConversation } from '../src/shared/emulator.ts';
import { Journal } from '../src/wire/journal.ts';
import type { JournalEntry } from '../src/wire/journal-entry.ts';
import { Tally } from '../src/wire/tally.ts';
import { FakeStream } from './support/fake-stream.ts';

const typing = { from: 'guest', durationMs: 6_000 };
const message = { id: 'one', from: 'guest', text: 'Hello' };

/** A journal, and an emulator whose answers wait until they are given. */
function setUp() {
  const stream = new FakeStream();
  const asked: ((answer: readonly RecordedConversation[] | Error) => void)[] = [];
  const read = () =>
    new Promise<readonly RecordedConversation[]>((resolve, reject) => {
      asked.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  const tally = new Tally(new Journal(stream), read);
  return { stream, asked, tally };
}

async function passes(stream: FakeStream, seq: number, kind: JournalEntry['kind']): Promise<void> {
  stream.send({ seq, kind });
  await settle();
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('it counts all conversations once typing or a message passed', async () => {
  const { stream, asked, tally } = setUp();
  await passes(stream, 1, 'typing');
  asked[0]?.([
    { id: 'a', transcript: [message], typing: [typing, typing] },
    { id: 'b', transcript: [message, message], typing: [typing] },
  ]);
  await settle();
  expect(tally.snapshot()).toEqual({ typing: 3, transcript: 3 });
});

test('nothing else on the wire makes it ask', async () => {
  const { stream, asked } = setUp();
  await passes(stream, 1, 'configureSession');
  await passes(stream, 2, 'heartbeat');
  expect(asked).toHaveLength(0);
});

test('it asks one thing at a time, and once more for all that passed meanwhile', async () => {
  const { stream, asked } = setUp();
  for (let seq = 1; seq <= 5; seq++) await passes(stream, seq, 'typing');
  expect(asked).toHaveLength(1);
  asked[0]?.([]);
  await settle();
  expect(asked).toHaveLength(2);
  asked[1]?.([]);
  await settle();
  expect(asked).toHaveLength(2);
});

test('an emulator that does not answer leaves the count, and the next frame asks again', async () => {
  const { stream, asked, tally } = setUp();
  await passes(stream, 1, 'text');
  asked[0]?.([{ id: 'a', transcript: [message], typing: [] }]);
  await settle();
  await passes(stream, 2, 'text');
  asked[1]?.(new Error('gone'));
  await settle();
  expect(tally.snapshot()).toEqual({ typing: 0, transcript: 1 });
  await passes(stream, 3, 'text');
  expect(asked).toHaveLength(3);
});

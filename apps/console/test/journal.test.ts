import { expect, test, vi } from 'vitest';
import { ENTRIES_MAX, Journal } from '../src/wire/journal.ts';
import { FakeStream } from './support/fake-stream.ts';

const turn = () => Promise.resolve();

test('entries that arrive together are one change', async () => {
  const stream = new FakeStream();
  const journal = new Journal(stream);
  const changed = vi.fn();
  journal.subscribe(changed);

  for (let seq = 1; seq <= 50; seq++) stream.send({ seq });
  await turn();

  expect(changed).toHaveBeenCalledTimes(1);
  expect(journal.snapshot().entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test('beyond its bound the journal drops the oldest and says how many', async () => {
  const stream = new FakeStream();
  const journal = new Journal(stream);
  for (let seq = 1; seq <= ENTRIES_MAX; seq++) stream.send({ seq });
  await turn();
  for (let seq = ENTRIES_MAX + 1; seq <= ENTRIES_MAX + 7; seq++) stream.send({ seq });
  await turn();

  const { entries, gone } = journal.snapshot();
  expect(entries).toHaveLength(ENTRIES_MAX);
  expect(entries[0]?.seq).toBe(8);
  expect(gone).toBe(7);
});

test('a snapshot keeps its identity until something changed', async () => {
  const stream = new FakeStream();
  const journal = new Journal(stream);
  const before = journal.snapshot();
  expect(journal.snapshot()).toBe(before);
  stream.send({ seq: 1 });
  await turn();
  expect(journal.snapshot()).not.toBe(before);
});

test('a lost stream is told, keeps its entries, and is live again with the next one', async () => {
  const stream = new FakeStream();
  const journal = new Journal(stream);
  stream.dispatchEvent(new Event('open'));
  stream.send({ seq: 1 });
  await turn();
  stream.dispatchEvent(new Event('error'));
  expect(journal.snapshot()).toMatchObject({ state: 'lost', entries: [{ seq: 1 }] });
  stream.dispatchEvent(new Event('open'));
  expect(journal.snapshot().state).toBe('live');
});

test('numbers that begin again are another emulator’s, and the wire begins again with them', async () => {
  const stream = new FakeStream();
  const journal = new Journal(stream);
  for (const seq of [41, 42]) stream.send({ seq });
  await turn();
  for (const seq of [1, 2]) stream.send({ seq });
  await turn();
  expect(journal.snapshot().entries.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('clearing forgets what was shown, and a listener that left hears nothing', async () => {
  const stream = new FakeStream();
  const journal = new Journal(stream);
  const changed = vi.fn();
  journal.subscribe(changed)();
  stream.send({ seq: 1 });
  await turn();
  journal.clear();
  expect(journal.snapshot().entries).toEqual([]);
  expect(changed).not.toHaveBeenCalled();
});

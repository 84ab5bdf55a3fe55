import { describe, expect, test } from 'vitest';
import { categoriesOf, type JournalEntry, NO_FILTER, passes, queryOf, sideOf } from '../src/wire/journal-entry.ts';

const entry = (given: Partial<JournalEntry>): JournalEntry => ({
  seq: 1,
  atMs: 0,
  time: '2026-11-21T09:00:00.000Z',
  direction: 'in',
  surface: 'guest',
  kind: 'typing',
  size: 100,
  ...given,
});

describe('the chips', () => {
  test.each([
    ['a guest’s typing frame', { surface: 'guest', kind: 'typing' }, ['typing']],
    ['an agent’s typing request', { surface: 'rest', kind: 'POST …/typing', status: 202 }, ['REST', 'typing']],
    ['a guest’s text', { surface: 'guest', kind: 'text' }, ['message']],
    ['configuring', { surface: 'guest', kind: 'configureSession' }, ['session']],
    ['a heartbeat', { surface: 'notifications', kind: 'heartbeat' }, ['session']],
    ['a token request', { surface: 'oauth', kind: 'POST /oauth/token', status: 200 }, ['REST']],
    ['a refused request', { surface: 'rest', kind: 'GET …/me', status: 401 }, ['REST', 'errors']],
    ['a socket that ended well', { kind: 'closed', note: 'The connection ended with 1000.' }, ['session']],
    ['a page that was left', { kind: 'closed', note: 'The connection ended with 1001.' }, ['session']],
    ['a close that says nothing', { kind: 'closed', note: 'The connection ended with 1005.' }, ['session']],
    ['a lost socket', { kind: 'closed', note: 'The connection ended with 1006.' }, ['errors', 'session']],
    ['a frame that says it ended', { kind: 'text', note: 'The connection ended with 1000.' }, ['errors', 'message']],
    ['a frame that was dropped', { surface: 'guest', kind: 'typing', note: 'Typing is off.' }, ['errors', 'typing']],
  ] as const)('know %s', (_name, given, categories) => {
    expect([...categoriesOf(entry(given))].toSorted()).toEqual([...categories].toSorted());
  });

  test('choose what is shown; none chosen shows all', () => {
    const typing = entry({ kind: 'typing' });
    expect(passes(typing, { categories: new Set(), text: '' })).toBe(true);
    expect(passes(typing, { categories: new Set(['typing', 'errors']), text: '' })).toBe(true);
    expect(passes(typing, { categories: new Set(['message']), text: '' })).toBe(false);
  });
});

describe('the text filter', () => {
  const said = entry({
    kind: 'text',
    payload: { message: { text: 'Where is my Order?' } },
    note: 'a hint',
    status: 429,
  });

  test.each(['order', ' ORDER ', 'a hint', '429', 'guest', ''])('finds %j', (text) => {
    expect(passes(said, { categories: new Set(), text })).toBe(true);
  });

  test('hides what does not have it', () => {
    expect(passes(said, { categories: new Set(), text: 'invoice' })).toBe(false);
  });

  test.each([
    ['kind:text', true],
    ['KIND:text', false],
    ['kind:typing', false],
    ['surface:guest order', true],
    ['surface:guest invoice', false],
    ['direction:out', false],
    ['unknown:field', false],
  ])('%j names fields of the inspector', (text, shown) => {
    expect(passes(said, { categories: new Set(), text })).toBe(shown);
  });

  test('is the same as a query of the inspector', () => {
    expect(queryOf({ ...NO_FILTER, text: 'surface:rest my Words kind:POST' })).toBe(
      'surface=rest&kind=post&text=my+words',
    );
    expect(queryOf(NO_FILTER)).toBe('');
  });

  test('and the chips must both agree', () => {
    expect(passes(said, { categories: new Set(['typing']), text: 'order' })).toBe(false);
  });
});

test('a frame belongs to the side whose socket or requests it is', () => {
  expect(sideOf(entry({ surface: 'guest' }))).toBe('guest');
  expect(sideOf(entry({ surface: 'config' }))).toBe('guest');
  expect(sideOf(entry({ surface: 'rest' }))).toBe('agent');
  expect(sideOf(entry({ surface: 'notifications' }))).toBe('agent');
});

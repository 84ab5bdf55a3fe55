import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { palette } from '../src/stage/palette.ts';
import type { StageEvent } from '../src/stage/stage.ts';
import { columnsOf } from '../src/stage/text.ts';
import { EMPTY_SCREENS, headingLines, liveLine, messageLine, screensAfter } from '../src/stage/two-screens.ts';

const plain = palette(false);
const after = (...events: StageEvent[]) => events.reduce(screensAfter, EMPTY_SCREENS);
const live = (columns: number, ...events: StageEvent[]) => liveLine(after(...events), 0, columns, plain);

const draft = (from: 'guest' | 'agent', text: string): StageEvent => ({ kind: 'draft', from, text });
const typing = (from: 'guest' | 'agent', name: string, is = true): StageEvent => ({
  kind: 'typing',
  from,
  name,
  typing: is,
});
const message = (from: 'guest' | 'agent', name: string, text: string) =>
  ({ kind: 'message', from, name, text }) as const;

describe('the two screens at 72 columns', () => {
  test('have a heading', () => {
    expect(headingLines('Ana', 72, plain).map((line) => line.trimEnd())).toEqual([
      "  The guest's screen                 Ana's screen (agent)",
      '  ─────────────────────────────────  ─────────────────────────────────',
    ]);
  });

  test('show a draft on its own screen and the dots on the other', () => {
    expect(live(72, draft('agent', 'Yes, I'), typing('agent', 'Ana')).trimEnd()).toBe(
      '  Ana ● · ·                          › Yes, I▏',
    );
  });

  test('put a message on both, and its sender only where it was received', () => {
    expect(messageLine(message('agent', 'Ana', 'Yes, I am.'), 72, plain).trimEnd()).toBe(
      '  Ana  Yes, I am.                    › Yes, I am.',
    );
    expect(messageLine(message('guest', 'Guest', 'Hello?'), 72, plain).trimEnd()).toBe(
      '  › Hello?                           Guest  Hello?',
    );
  });

  test('are empty once the message has come and the typing has ended', () => {
    const line = live(
      72,
      draft('agent', 'Yes'),
      typing('agent', 'Ana'),
      message('agent', 'Ana', 'Yes'),
      typing('agent', 'Ana', false),
    );
    expect(line.trim()).toBe('');
  });
});

test('the dots move from step to step', () => {
  const screens = after(typing('guest', 'Guest'));
  expect([0, 1, 2, 3, 4].map((step) => liveLine(screens, step, 72, plain).trim())).toEqual([
    'Guest ● · ·',
    'Guest · ● ·',
    'Guest · · ●',
    'Guest · ● ·',
    'Guest ● · ·',
  ]);
});

test.each([56, 60, 72, 80, 96, 200])('no line reaches the right edge of %i columns, whatever is said', (columns) => {
  const long = 'Where is my parcel? '.repeat(20);
  const lines = [
    ...headingLines(long, columns, plain),
    live(columns, draft('guest', long), typing('agent', long)),
    live(columns, draft('agent', long), typing('guest', '漢字'.repeat(30))),
    messageLine(message('guest', long, long), columns, plain),
    messageLine(message('agent', '漢字'.repeat(30), '漢字'.repeat(30)), columns, plain),
  ];
  for (const line of lines) expect(columnsOf(line), line).toBeLessThan(columns);
});

test('with colour a line is as wide as without', () => {
  const screens = after(draft('agent', 'Yes'), typing('agent', 'Ana'));
  const coloured = liveLine(screens, 0, 80, palette(true));
  expect(coloured).not.toBe(stripVTControlCharacters(coloured));
  expect(stripVTControlCharacters(coloured)).toBe(liveLine(screens, 0, 80, plain));
});

test('a name or text cannot steer the terminal', () => {
  const line = messageLine(message('agent', 'A\x1b[2Jna', 'Hi\r\n\x07'), 80, plain);
  expect(line).not.toMatch(/\p{Cc}/u);
});

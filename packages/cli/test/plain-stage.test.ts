import { expect, test } from 'vitest';
import { palette } from '../src/stage/palette.ts';
import { PlainStage } from '../src/stage/plain-stage.ts';
import type { Side, StageEvent } from '../src/stage/stage.ts';
import { CollectingOutput } from './support/collecting-io.ts';
import { FakeClock } from './support/fake-clock.ts';

function start() {
  const output = new CollectingOutput();
  const clock = new FakeClock();
  const stage = new PlainStage(output, palette(false), clock, 'Ana');
  return {
    clock,
    stage,
    tell: (...events: StageEvent[]) => {
      for (const event of events) stage.tell(event);
    },
    lines: () => output.text.split('\n').slice(0, -1),
  };
}

const NAMES = { guest: 'Guest', agent: 'Ana' };
const typing = (from: Side, is: boolean): StageEvent => ({ kind: 'typing', from, name: NAMES[from], typing: is });
const message = (from: Side, text: string): StageEvent => ({ kind: 'message', from, name: NAMES[from], text });

test('says what each side sees, one line per event, and never a draft', () => {
  const { tell, lines, clock } = start();
  tell({ kind: 'draft', from: 'agent', text: 'Hel' }, typing('agent', true));
  tell(message('agent', 'Hello'), typing('agent', false));
  tell(typing('guest', true), message('guest', 'Hi'), typing('guest', false));
  clock.advance(1_000);
  expect(lines()).toEqual([
    '  the guest sees: Ana is typing…',
    '  the guest sees: Ana: Hello',
    '  Ana sees: Guest is typing…',
    '  Ana sees: Guest: Hi',
  ]);
});

test('does not say the end of typing when its message follows at once', () => {
  const { tell, lines, clock } = start();
  tell(typing('guest', true), typing('guest', false));
  clock.advance(100);
  tell(message('guest', 'Hi'));
  clock.advance(1_000);
  expect(lines()).toEqual(['  Ana sees: Guest is typing…', '  Ana sees: Guest: Hi']);
});

test('says the end of typing when no message explains it, and the next beginning', () => {
  const { tell, lines, clock } = start();
  tell(typing('agent', true), typing('agent', false));
  clock.advance(500);
  tell(typing('agent', true));
  expect(lines()).toEqual([
    '  the guest sees: Ana is typing…',
    '  the guest sees: Ana stopped typing',
    '  the guest sees: Ana is typing…',
  ]);
});

test('says nothing after it was closed, and leaves no timer', () => {
  const { tell, lines, clock, stage } = start();
  tell(typing('agent', true), typing('agent', false));
  stage.close();
  clock.advance(1_000);
  expect(lines()).toEqual(['  the guest sees: Ana is typing…']);
  expect(clock.pending).toBe(0);
});

test('a text with line breaks and escape sequences stays one harmless line', () => {
  const { tell, lines } = start();
  tell(message('agent', 'a\n\x1b[2Jb'));
  expect(lines()).toEqual(['  the guest sees: Ana: a [2Jb']);
});

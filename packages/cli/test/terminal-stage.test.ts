import { expect, test } from 'vitest';
import { palette } from '../src/stage/palette.ts';
import { TerminalStage } from '../src/stage/terminal-stage.ts';
import { CollectingOutput } from './support/collecting-io.ts';
import { FakeClock } from './support/fake-clock.ts';
import { shownBy } from './support/virtual-terminal.ts';

function start() {
  const output = new CollectingOutput({ isTTY: true });
  const clock = new FakeClock();
  const stage = new TerminalStage(output, palette(true), clock, 'Ana');
  /** The lines under the heading, without trailing spaces. */
  const shown = () =>
    shownBy(output.text)
      .lines.slice(2)
      .map((line) => line.trimEnd());
  return { output, clock, stage, shown };
}

test('dots appear, move in place, and go with the message, which stays', () => {
  const { stage, clock, shown } = start();
  stage.tell({ kind: 'typing', from: 'agent', name: 'Ana', typing: true });
  expect(shown()).toEqual(['  Ana ● · ·']);
  clock.advance(260);
  expect(shown()).toEqual(['  Ana · ● ·']);
  clock.advance(260);
  expect(shown()).toEqual(['  Ana · · ●']);
  stage.tell({ kind: 'message', from: 'agent', name: 'Ana', text: 'Hello' });
  stage.tell({ kind: 'typing', from: 'agent', name: 'Ana', typing: false });
  expect(shown()).toEqual(['  Ana  Hello                             › Hello', '']);
});

test('no clock runs while nobody types', () => {
  const { stage, clock } = start();
  expect(clock.pending).toBe(0);
  stage.tell({ kind: 'draft', from: 'guest', text: 'H' });
  expect(clock.pending).toBe(0);
  stage.tell({ kind: 'typing', from: 'guest', name: 'Guest', typing: true });
  expect(clock.pending).toBe(1);
  stage.tell({ kind: 'typing', from: 'guest', name: 'Guest', typing: false });
  expect(clock.pending).toBe(0);
});

test('what did not change is not written again', () => {
  const { stage, output } = start();
  stage.tell({ kind: 'draft', from: 'guest', text: 'Hi' });
  const before = output.writes.length;
  stage.tell({ kind: 'draft', from: 'guest', text: 'Hi' });
  expect(output.writes.length).toBe(before);
});

test('each picture is written in one piece, as one synchronized update', () => {
  const { stage, output } = start();
  const before = output.writes.length;
  stage.tell({ kind: 'typing', from: 'agent', name: 'Ana', typing: true });
  stage.tell({ kind: 'message', from: 'agent', name: 'Ana', text: 'Hello' });
  const pictures = output.writes.slice(before);
  expect(pictures).toHaveLength(2);
  for (const picture of pictures) {
    expect(picture.startsWith('\x1b[?2026h\r\x1b[2K')).toBe(true);
    expect(picture.endsWith('\x1b[?2026l')).toBe(true);
  }
});

test('closing in the middle of typing gives the line and the cursor back, and stops the clock', () => {
  const { stage, output, clock, shown } = start();
  stage.tell({ kind: 'typing', from: 'agent', name: 'Ana', typing: true });
  expect(shownBy(output.text).cursor).toBe(false);
  stage.close();
  stage.tell({ kind: 'draft', from: 'guest', text: 'late' });
  expect(shownBy(output.text).cursor).toBe(true);
  expect(shown()).toEqual(['']);
  expect(clock.pending).toBe(0);
});

import type { Palette } from './palette.ts';
import { otherSide, type Side, type StageEvent } from './stage.ts';
import { columnsOf, fit, fitEnd, printable } from './text.ts';

/** What both screens show at one moment: the guest's on the left, the agent's on the right. */
export interface Screens {
  /** What each side has typed and not sent. */
  readonly drafts: Readonly<Record<Side, string>>;
  /** Who each side is shown as typing. */
  readonly typing: Readonly<Record<Side, string | undefined>>;
}

export const EMPTY_SCREENS: Screens = {
  drafts: { guest: '', agent: '' },
  typing: { guest: undefined, agent: undefined },
};

/** Below this many columns two screens do not fit beside each other. */
export const TWO_SCREENS_MIN_COLUMNS = 56;
/** Wider lines are hard to read. */
const TWO_SCREENS_MAX_COLUMNS = 96;

const MARGIN = '  ';
const GUTTER = '  ';

/** Three dots of which one is bright; `step` counts up. */
const DOT_STEPS = ['● · ·', '· ● ·', '· · ●', '· ● ·'] as const;

/** Columns of one screen. One column stays free at the right edge: a full line would wrap. */
const screenColumns = (columns: number): number =>
  Math.floor((Math.min(columns, TWO_SCREENS_MAX_COLUMNS) - 1 - MARGIN.length - GUTTER.length) / 2);

/** The screens after `event`. A message empties its sender's draft; the dots go when the event says so. */
export function screensAfter(screens: Screens, event: StageEvent): Screens {
  switch (event.kind) {
    case 'draft':
      return { ...screens, drafts: { ...screens.drafts, [event.from]: event.text } };
    case 'typing':
      return {
        ...screens,
        typing: { ...screens.typing, [otherSide(event.from)]: event.typing ? event.name : undefined },
      };
    case 'message':
      return { ...screens, drafts: { ...screens.drafts, [event.from]: '' } };
  }
}

/** Two lines that say whose screen is where. */
export function headingLines(agentName: string, columns: number, { guest, agent, dim }: Palette): string[] {
  const width = screenColumns(columns);
  const rule = dim('─'.repeat(width));
  return [
    MARGIN +
      guest(fit("The guest's screen", width)) +
      GUTTER +
      agent(fit(`${printable(agentName)}'s screen (agent)`, width)),
    MARGIN + rule + GUTTER + rule,
  ];
}

/** The line that changes: on each side the own draft, or else the dots of the other side. */
export function liveLine(screens: Screens, step: number, columns: number, colours: Palette): string {
  const width = screenColumns(columns);
  return (
    MARGIN +
    liveCell('guest', screens, step, width, colours) +
    GUTTER +
    liveCell('agent', screens, step, width, colours)
  );
}

function liveCell(side: Side, { drafts, typing }: Screens, step: number, width: number, colours: Palette): string {
  const draft = drafts[side];
  if (draft !== '') return colours[side](fitEnd(`› ${printable(draft)}▏`, width));
  const name = typing[side];
  if (name === undefined) return ' '.repeat(width);
  const dots = DOT_STEPS[step % DOT_STEPS.length] ?? DOT_STEPS[0];
  const who = printable(name);
  return columnsOf(`${who} ${dots}`) <= width
    ? colours[otherSide(side)](who) + colours.dots(fit(` ${dots}`, width - columnsOf(who)))
    : colours.dots(fit(dots, width));
}

/** A message as both screens show it: plain with its sender's name where it was received, with an arrow where it was sent. */
export function messageLine(
  { from, name, text }: Extract<StageEvent, { kind: 'message' }>,
  columns: number,
  colours: Palette,
): string {
  const width = screenColumns(columns);
  const sent = colours.dim(fit(`› ${printable(text)}`, width));
  const who = printable(name);
  const received =
    columnsOf(who) + 3 < width
      ? colours[from](who) + fit(`  ${printable(text)}`, width - columnsOf(who))
      : fit(printable(text), width);
  return MARGIN + (from === 'guest' ? sent + GUTTER + received : received + GUTTER + sent);
}

/** Charts by hand: SVG text that takes its colours from the page's style sheet, so that it is right in light and dark. */

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** A class of the style sheet: `ours`, `reference`, `native`, `fixed`, `known`. */
  readonly kind: string;
  readonly title: string;
}

export interface Line {
  readonly label: string;
  readonly kind: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

interface Axis {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly digits: number;
}

const WIDTH = 860;
const HEIGHT = 440;
const MARGIN = { top: 16, bottom: 48, left: 60 } as const;
/** At the right, names stand behind the ends of lines; dots have theirs around them. */
const RIGHT = { lines: 170, dots: 40 } as const;
const LABEL_HEIGHT = 14;

class Frame {
  readonly #x: Axis;
  readonly #y: Axis;
  readonly #right: number;

  constructor(x: Axis, y: Axis, marginRight: number) {
    this.#right = WIDTH - marginRight;
    this.#x = x;
    this.#y = y;
  }

  x(value: number): number {
    const share = (value - this.#x.from) / (this.#x.to - this.#x.from);
    return MARGIN.left + share * (this.#right - MARGIN.left);
  }

  y(value: number): number {
    const share = (value - this.#y.from) / (this.#y.to - this.#y.from);
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  }

  grid(): string {
    const [left, right] = [MARGIN.left, this.#right];
    const bottom = HEIGHT - MARGIN.bottom;
    const horizontal = steps(this.#y).map(
      (value) =>
        `<line class="grid" x1="${left}" x2="${right}" y1="${px(this.y(value))}" y2="${px(this.y(value))}"/>` +
        `<text class="tick" x="${left - 10}" y="${px(this.y(value) + 4)}" text-anchor="end">${value.toFixed(this.#y.digits)}</text>`,
    );
    const vertical = steps(this.#x).map(
      (value) =>
        `<text class="tick" x="${px(this.x(value))}" y="${bottom + 20}" text-anchor="middle">${value.toFixed(this.#x.digits)}</text>`,
    );
    return [
      ...horizontal,
      ...vertical,
      `<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
      `<text class="axis-title" x="${right}" y="${bottom + 40}" text-anchor="end">${escaped(this.#x.title)}</text>`,
      `<text class="axis-title" transform="rotate(-90 16 ${MARGIN.top})" x="16" y="${MARGIN.top}" text-anchor="end">${escaped(this.#y.title)}</text>`,
    ].join('');
  }
}

/** One dot per policy with its name beside it, wherever the name meets neither a dot nor another name. */
export function scatter(title: string, points: readonly Point[], x: Axis, y: Axis): string {
  const frame = new Frame(x, y, RIGHT.dots);
  const dots = points
    .filter((point) => point.x <= x.to && point.y >= y.from)
    .toSorted((a, b) => importance(a.kind) - importance(b.kind))
    .map((point) => ({ point, x: frame.x(point.x), y: frame.y(point.y) }));
  const taken: Box[] = dots.map((dot) => ({ left: dot.x - 8, right: dot.x + 8, top: dot.y - 8, bottom: dot.y + 8 }));
  const drawn = dots.map(({ point, x: dotX, y: dotY }) => {
    const width = point.label.length * (point.kind === 'ours' ? 9 : 7);
    const place =
      PLACES.find(([dx, dy, anchor]) => taken.every((box) => apart(box, boxAt(dotX + dx, dotY + dy, width, anchor)))) ??
      PLACES[0];
    const [dx, dy, anchor] = place;
    taken.push(boxAt(dotX + dx, dotY + dy, width, anchor));
    const leader =
      Math.abs(dy) > 20
        ? `<line class="leader" x1="${px(dotX)}" y1="${px(dotY)}" x2="${px(dotX + dx)}" y2="${px(dotY + dy - 4)}"/>`
        : '';
    return (
      `<g class="${point.kind}"><title>${escaped(point.title)}</title>${leader}` +
      `<circle cx="${px(dotX)}" cy="${px(dotY)}" r="${point.kind === 'ours' ? 7 : 4.5}"/>` +
      `<text class="name" x="${px(dotX + dx)}" y="${px(dotY + dy)}" text-anchor="${anchor}">${escaped(point.label)}</text></g>`
    );
  });
  return svg(title, frame.grid() + drawn.toReversed().join(''));
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Anchor = 'start' | 'end' | 'middle';

/** Where a name may stand, seen from its dot, best first: beside it, above, below, then farther away with a line. */
const PLACES: readonly [readonly [number, number, Anchor], ...(readonly [number, number, Anchor])[]] = [
  [11, 4, 'start'],
  [-11, 4, 'end'],
  [0, -12, 'middle'],
  [0, 20, 'middle'],
  ...[26, -26, 40, -40, 54, -54, 68, -68].flatMap((dy): [number, number, Anchor][] => [
    [12, dy, 'start'],
    [-12, dy, 'end'],
  ]),
];

const KINDS = ['ours', 'native', 'reference', 'fixed'];
const importance = (kind: string): number => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);

function boxAt(x: number, y: number, width: number, anchor: Anchor): Box {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, right: left + width, top: y - 11, bottom: y + 3 };
}

const apart = (a: Box, b: Box): boolean => a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;

/** Lines with their names at the right end. */
export function lines(title: string, series: readonly Line[], x: Axis, y: Axis): string {
  const frame = new Frame(x, y, RIGHT.lines);
  const ends = spread(
    series.map((line) => ({
      line,
      x: frame.x(line.points.at(-1)?.x ?? x.to) + 12,
      y: frame.y(line.points.at(-1)?.y ?? y.from) + 4,
    })),
    () => RIGHT.lines,
  );
  const drawn = ends.map(({ line, x: labelX, y: labelY }) => {
    const path = line.points
      .map((point, index) => `${index === 0 ? 'M' : 'L'}${px(frame.x(point.x))} ${px(frame.y(point.y))}`)
      .join('');
    const dots = line.points
      .map((point) => `<circle cx="${px(frame.x(point.x))}" cy="${px(frame.y(point.y))}" r="3"/>`)
      .join('');
    return `<g class="${line.kind}"><path class="line" d="${path}"/>${dots}<text class="name" x="${px(labelX)}" y="${px(labelY)}">${escaped(line.label)}</text></g>`;
  });
  return svg(title, frame.grid() + drawn.join(''));
}

/** Moves labels apart, from top to bottom, as little as possible. */
function spread<Label extends { readonly x: number; y: number }>(
  labels: readonly Label[],
  widthOf: (label: Label) => number,
): Label[] {
  const placed: Label[] = [];
  for (const label of labels.toSorted((a, b) => a.y - b.y)) {
    const meets = (y: number) =>
      placed.some(
        (other) =>
          Math.abs(other.y - y) < LABEL_HEIGHT &&
          label.x < other.x + widthOf(other) &&
          other.x < label.x + widthOf(label),
      );
    let offset = 0;
    for (let attempt = 1; meets(label.y + offset); attempt++)
      offset = (attempt % 2 === 1 ? 1 : -1) * Math.ceil(attempt / 2) * 3;
    placed.push({ ...label, y: label.y + offset });
  }
  return placed;
}

function svg(title: string, content: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${content}</svg>`;
}

function steps({ from, to, step }: Axis): number[] {
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, index) => from + index * step);
}

const px = (value: number): string => value.toFixed(1);

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

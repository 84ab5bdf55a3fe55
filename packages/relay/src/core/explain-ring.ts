import type { ExplainLine } from '../domain/commands.ts';

/** Lines that are kept of one conversation; each further one displaces the oldest. */
const EXPLAIN_LINES_MAX = 500;

/** Different contents that are looked at to find an equal one: most lines say what one of the last few said. */
const RECENT_MAX = 8;

type Content = Omit<ExplainLine, 'time'>;

/**
 * What became of the signals and messages of one conversation, and why: for people who ask. No texts, no keystrokes.
 *
 * Equal contents are kept once, so that a line costs a number and a reference: ten thousand conversations with full rings are
 * 80 MB that way, and more than half a gigabyte as objects.
 */
export class ExplainRing {
  readonly #timesMs: number[] = [];
  readonly #contents: Content[] = [];
  readonly #recent: Content[] = [];
  #next = 0;

  add(atMs: number, line: Content): void {
    const content = this.#shared(line);
    if (this.#timesMs.length < EXPLAIN_LINES_MAX) {
      this.#timesMs.push(atMs);
      this.#contents.push(content);
      return;
    }
    this.#timesMs[this.#next] = atMs;
    this.#contents[this.#next] = content;
    this.#next = (this.#next + 1) % EXPLAIN_LINES_MAX;
  }

  /** Oldest first. */
  lines(): readonly ExplainLine[] {
    const lines = this.#contents.map((content, index) => ({
      time: new Date(this.#timesMs[index] ?? 0).toISOString(),
      ...content,
    }));
    return [...lines.slice(this.#next), ...lines.slice(0, this.#next)];
  }

  #shared({ participant, what, outcome, reason }: Content): Content {
    const known = this.#recent.find(
      (each) =>
        each.outcome === outcome && each.participant === participant && each.what === what && each.reason === reason,
    );
    if (known) return known;
    const content = { participant, what, outcome, reason };
    this.#recent.unshift(content);
    this.#recent.length = Math.min(this.#recent.length, RECENT_MAX);
    return content;
  }
}

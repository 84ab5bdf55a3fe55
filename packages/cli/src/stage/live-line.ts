import type { Output } from '../io.ts';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
/** Terminals that know it show everything in between at once; the others ignore it. */
const BEGIN_UPDATE = '\x1b[?2026h';
const END_UPDATE = '\x1b[?2026l';
const ERASE_LINE = '\r\x1b[2K';

/**
 * The last line of a terminal, redrawn in place; finished lines go above it and stay.
 * Writes only what changed, each time in one piece, so nothing flickers.
 */
export class LiveLine {
  readonly #output: Output;
  #shown = '';

  constructor(output: Output) {
    this.#output = output;
    output.write(HIDE_CURSOR);
  }

  /** Shows `line` in place of the one before. It must be narrower than the terminal: a wrapped line could not be erased. */
  draw(line: string): void {
    if (line === this.#shown) return;
    this.#shown = line;
    this.#output.write(`${BEGIN_UPDATE}${ERASE_LINE}${line}${END_UPDATE}`);
  }

  /** Puts `line` above the live line, and `next` into it. */
  push(line: string, next: string): void {
    this.#shown = next;
    this.#output.write(`${BEGIN_UPDATE}${ERASE_LINE}${line}\n${next}${END_UPDATE}`);
  }

  /** Erases the live line and gives the cursor back. */
  close(): void {
    this.#shown = '';
    this.#output.write(`${ERASE_LINE}${SHOW_CURSOR}`);
  }
}

import { TypingDisplay } from '@backchannel/signals';
import type { Clock } from '../ports.ts';

/** Keeps what a viewer is shown up to date: `TypingDisplay` with a clock that wakes it when somebody's typing runs out. */
export class TypingWatch {
  #display = new TypingDisplay();
  readonly #clock: Clock;
  readonly #changed: () => void;
  #shown: readonly string[] = [];
  #cancelWake: (() => void) | undefined;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Who types now, in the order in which they began; the same list until it changes. */
  get shown(): readonly string[] {
    return this.#shown;
  }

  /** `time`: the platform's, ISO 8601, where it says one. It orders typing and messages of a sender, whatever came first. */
  typing(sender: string, durationMs: number | undefined, time?: string | undefined): void {
    this.#display.typing({ sender, atMs: this.#clock.now(), durationMs, sequence: sequenceOf(time) });
    this.#update();
  }

  /** The sender's message came: it is the end of their typing. */
  message(sender: string, time?: string | undefined): void {
    this.#display.message({ sender, atMs: this.#clock.now(), sequence: sequenceOf(time) });
    this.#update();
  }

  /** Nobody is there to hear a stop any more. What comes next may be another conversation, with an order of its own. */
  disconnected(): void {
    this.#display = new TypingDisplay();
    this.#update();
  }

  #update(): void {
    const now = this.#clock.now();
    const { typing, nextChangeAtMs } = this.#display.at(now);
    this.#cancelWake?.();
    this.#cancelWake =
      nextChangeAtMs < Infinity ? this.#clock.after(nextChangeAtMs - now, () => this.#update()) : undefined;
    if (typing.join('\n') === this.#shown.join('\n')) return;
    this.#shown = typing;
    this.#changed();
  }
}

/** Epoch milliseconds; not a number, which the display ignores, where the platform gave no time that can be read. */
const sequenceOf = (time = ''): number => Date.parse(time);

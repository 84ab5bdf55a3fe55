import type { Clock } from '@backchannel/client';
import type { Output } from '../io.ts';
import type { Palette } from './palette.ts';
import { otherSide, type Side, type Stage, type StageEvent } from './stage.ts';
import { printable } from './text.ts';

/**
 * How long the end of typing waits for the message that explains it. An agent's application hears of a message before it
 * has its text, and the dots go with the first of the two.
 */
const EXPLAINED_WITHIN_MS = 500;

/**
 * One line per event: for logs, pipes, narrow terminals, and for everything that happens after the robots' conversation.
 * That someone stopped typing is said only when no message explains it.
 */
export class PlainStage implements Stage {
  readonly #output: Output;
  readonly #colours: Palette;
  readonly #clock: Clock;
  readonly #viewers: Readonly<Record<Side, string>>;
  readonly #typing = new Set<Side>();
  /** Ends of typing that are not said yet. */
  readonly #ending = new Map<Side, () => void>();

  constructor(output: Output, colours: Palette, clock: Clock, agentName: string) {
    this.#output = output;
    this.#colours = colours;
    this.#clock = clock;
    this.#viewers = { guest: 'the guest sees:', agent: `${printable(agentName)} sees:` };
  }

  tell(event: StageEvent): void {
    if (event.kind === 'draft') return;
    const { kind, from } = event;
    const who = printable(event.name);
    if (kind === 'message') {
      this.#explained(from);
      this.#typing.delete(from);
      this.#line(from, `${who}: ${printable(event.text)}`);
    } else if (event.typing) {
      this.#explained(from);
      if (this.#typing.has(from)) return;
      this.#typing.add(from);
      this.#line(from, this.#colours.dots(`${who} is typing…`));
    } else if (this.#typing.has(from) && !this.#ending.has(from)) {
      const cancel = this.#clock.after(EXPLAINED_WITHIN_MS, () => {
        this.#ending.delete(from);
        this.#typing.delete(from);
        this.#line(from, this.#colours.dim(`${who} stopped typing`));
      });
      this.#ending.set(from, cancel);
    }
  }

  close(): void {
    for (const cancel of this.#ending.values()) cancel();
    this.#ending.clear();
    this.#typing.clear();
  }

  #explained(from: Side): void {
    this.#ending.get(from)?.();
    this.#ending.delete(from);
  }

  #line(from: Side, text: string): void {
    const viewer = otherSide(from);
    this.#output.write(`  ${this.#colours[viewer](this.#viewers[viewer])} ${text}\n`);
  }
}

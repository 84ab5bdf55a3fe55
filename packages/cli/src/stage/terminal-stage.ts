import type { Clock } from '@backchannel/client';
import type { Output } from '../io.ts';
import { LiveLine } from './live-line.ts';
import type { Palette } from './palette.ts';
import type { Stage, StageEvent } from './stage.ts';
import { EMPTY_SCREENS, headingLines, liveLine, messageLine, type Screens, screensAfter } from './two-screens.ts';

/** Time between two pictures of the moving dots. */
const DOT_STEP_MS = 260;

/** Both screens beside each other on a terminal; the dots move in place. The clock runs only while there are dots. */
export class TerminalStage implements Stage {
  readonly #output: Output;
  readonly #colours: Palette;
  readonly #clock: Clock;
  readonly #line: LiveLine;
  #screens: Screens = EMPTY_SCREENS;
  #step = 0;
  #cancelStep: (() => void) | undefined;
  #closed = false;

  constructor(output: Output, colours: Palette, clock: Clock, agentName: string) {
    this.#output = output;
    this.#colours = colours;
    this.#clock = clock;
    output.write(`${headingLines(agentName, output.columns, colours).join('\n')}\n`);
    this.#line = new LiveLine(output);
  }

  tell(event: StageEvent): void {
    if (this.#closed) return;
    this.#screens = screensAfter(this.#screens, event);
    if (event.kind === 'message') {
      this.#line.push(messageLine(event, this.#output.columns, this.#colours), this.#live());
    } else {
      this.#line.draw(this.#live());
    }
    this.#animate();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelStep?.();
    this.#line.close();
  }

  #live(): string {
    return liveLine(this.#screens, this.#step, this.#output.columns, this.#colours);
  }

  #animate(): void {
    const dots = this.#screens.typing.guest !== undefined || this.#screens.typing.agent !== undefined;
    if (!dots) {
      this.#cancelStep?.();
      this.#cancelStep = undefined;
      this.#step = 0;
    } else if (this.#cancelStep === undefined) {
      this.#cancelStep = this.#clock.after(DOT_STEP_MS, () => {
        this.#cancelStep = undefined;
        this.#step += 1;
        this.#line.draw(this.#live());
        this.#animate();
      });
    }
  }
}

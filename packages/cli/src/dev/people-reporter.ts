import type { Clock } from '@backchannel/client';
import type { EmulatorInfo } from '@backchannel/emulator';
import type { Output } from '../io.ts';
import type { Played } from '../robots/conversation.ts';
import type { Palette } from '../stage/palette.ts';
import { PlainStage } from '../stage/plain-stage.ts';
import type { Stage, StageEvent } from '../stage/stage.ts';
import { TerminalStage } from '../stage/terminal-stage.ts';
import { TWO_SCREENS_MIN_COLUMNS } from '../stage/two-screens.ts';
import { type Commands, controlCommands, relayCommands } from './commands.ts';
import { callRelay, conclusion, failure, footer, forScripts, greeting, joinIn, look, type Places } from './report.ts';
import type { Reporter } from './reporter.ts';

/** Text for a person: the show in place on a terminal, lines in a log, and then what to type next. */
export class PeopleReporter implements Reporter {
  readonly #output: Output;
  readonly #colours: Palette;
  readonly #clock: Clock;
  readonly #demo: boolean;
  #started: { readonly places: Places; readonly info: EmulatorInfo } | undefined;
  #stage: Stage | undefined;

  constructor(output: Output, colours: Palette, clock: Clock, demo: boolean) {
    this.#output = output;
    this.#colours = colours;
    this.#clock = clock;
    this.#demo = demo;
  }

  ready(places: Places, info: EmulatorInfo): void {
    this.#started = { places, info };
    this.#output.write(greeting(places, this.#colours));
    if (this.#demo) this.#stage = this.#firstStage();
    else this.#output.write(this.#reference() + this.#footer());
  }

  tell(event: StageEvent): void {
    this.#stage?.tell(event);
  }

  /** The nearest to the cursor is what to do next; ids can be scrolled for. */
  finished(played: Played, commands: Commands): void {
    this.#stage?.close();
    this.#output.write(
      conclusion(played, this.#colours) +
        this.#reference() +
        joinIn(commands, this.#agentName(), this.#colours) +
        this.#footer(),
    );
    this.#stage = new PlainStage(this.#output, this.#colours, this.#clock, this.#agentName());
  }

  failed(reason: string): void {
    this.#stage?.close();
    this.#stage = undefined;
    this.#output.write(failure(reason) + this.#reference() + this.#footer());
  }

  stopped(): void {
    this.#stage?.close();
    this.#stage = undefined;
    this.#output.write(`\n  ${this.#colours.dim('Stopped.')}\n`);
  }

  #reference(): string {
    if (this.#started === undefined) return '';
    const { info, places } = this.#started;
    return (
      forScripts(info, this.#colours) +
      look(controlCommands(info), this.#colours) +
      callRelay(relayCommands(places.pageUrl), this.#colours)
    );
  }

  #footer(): string {
    return this.#started === undefined ? '' : footer(this.#started.places, this.#colours);
  }

  #firstStage(): Stage {
    return this.#output.isTTY && this.#output.columns >= TWO_SCREENS_MIN_COLUMNS
      ? new TerminalStage(this.#output, this.#colours, this.#clock, this.#agentName())
      : new PlainStage(this.#output, this.#colours, this.#clock, this.#agentName());
  }

  #agentName(): string {
    return this.#started?.info.agents[0]?.name ?? 'the agent';
  }
}

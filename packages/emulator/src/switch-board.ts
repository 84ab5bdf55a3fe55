import { FACTS, type FactId, type Mark } from '@backchannel/protocol';
import { EmulatorError } from './emulator-error.ts';
import { resolveSwitches, SWITCHES, type Switches, type SwitchName } from './switches.ts';

/** A switch as `GET /_emulator/switches` lists it. */
export interface SwitchRecord {
  readonly name: SwitchName;
  /** Where it stands. */
  readonly value: Switches[SwitchName];
  readonly default: Switches[SwitchName];
  /** The positions that it can take. */
  readonly values: readonly Switches[SwitchName][];
  /** The assumption that it moves, and how far that can be trusted. */
  readonly fact: FactId;
  readonly mark: Mark;
  readonly says: string;
}

/** The switches of one emulator, and where they stand now. */
export class SwitchBoard {
  readonly #start: Switches;
  /** Whoever has this sees every move. */
  readonly positions: Switches;

  /** Throws `EmulatorError` (`option.invalid`) for a name or value that does not exist. */
  constructor(given: Partial<Switches> = {}) {
    this.#start = resolveSwitches(given);
    this.positions = { ...this.#start };
  }

  /** All of them, with what they are about. */
  list(): readonly SwitchRecord[] {
    return (Object.keys(SWITCHES) as SwitchName[]).map((name) => {
      const { fact, default: standard, values } = SWITCHES[name];
      const { mark, says } = FACTS[fact];
      return { name, value: this.positions[name], default: standard, values, fact, mark, says };
    });
  }

  /** Moves those that are named, from the next frame or request on. Throws `EmulatorError` (`option.invalid`) and moves none. */
  move(given: Partial<Switches>): void {
    const checked = resolveSwitches(given);
    for (const name of Object.keys(given) as SwitchName[]) Object.assign(this.positions, { [name]: checked[name] });
  }

  /** Back to where they stood at the start. */
  reset(): void {
    Object.assign(this.positions, this.#start);
  }
}

/**
 * Switches in one word each, for command lines: `agentTypingStatus=202`. Throws `EmulatorError` (`option.invalid`) for a word
 * that is none.
 */
export function switchesFromText(words: readonly string[]): Partial<Switches> {
  const given: Record<string, unknown> = {};
  for (const word of words) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    if (name === undefined || value === undefined) {
      throw new EmulatorError(
        'option.invalid',
        `A switch cannot be ${JSON.stringify(word)}: it is name=value, such as agentTypingStatus=202 or typingOpensConversation=true.`,
      );
    }
    const values: readonly unknown[] = Object.hasOwn(SWITCHES, name) ? SWITCHES[name as SwitchName].values : [];
    given[name] = values.find((each) => String(each) === value) ?? value;
  }
  resolveSwitches(given);
  return given;
}

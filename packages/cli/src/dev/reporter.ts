import type { EmulatorInfo } from '@backchannel/emulator';
import type { Played } from '../robots/conversation.ts';
import type { StageEvent } from '../stage/stage.ts';
import type { Commands } from './commands.ts';
import type { Places } from './report.ts';

/** Who hears what `backchannel dev` does: a person, or with `--json` a machine. In this order; `tell` at any time after `ready`. */
export interface Reporter {
  /** Both servers answer. */
  ready(places: Places, info: EmulatorInfo): void;
  /** A screen of the robots' conversation changed. */
  tell(event: StageEvent): void;
  /** The robots have finished; their guest stays. */
  finished(played: Played, commands: Commands): void;
  /** The robots could not finish; everything else goes on. */
  failed(reason: string): void;
  /** The command ends. Leaves the terminal as it was found. */
  stopped(): void;
}

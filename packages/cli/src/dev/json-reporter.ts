import type { EmulatorInfo } from '@backchannel/emulator';
import type { Output } from '../io.ts';
import type { Played } from '../robots/conversation.ts';
import type { StageEvent } from '../stage/stage.ts';
import { type Commands, relayCommands } from './commands.ts';
import { DEMO_CLIENT } from './demo-client.ts';
import type { Places } from './report.ts';
import type { Reporter } from './reporter.ts';

/** One JSON object per line; the events stand in the help of `backchannel dev`. */
export class JsonReporter implements Reporter {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  ready({ emulatorUrl, pageUrl }: Places, info: EmulatorInfo): void {
    const { id: clientId, secret: clientSecret } = DEMO_CLIENT;
    const relay = { url: pageUrl, clientId, clientSecret, commands: relayCommands(pageUrl) };
    this.#event('ready', { emulatorUrl, pageUrl, relay, info });
  }

  /** Drafts stay where they are: nobody but their writer sees them. */
  tell(event: StageEvent): void {
    if (event.kind === 'draft') return;
    const { kind, ...facts } = event;
    this.#event(kind, facts);
  }

  finished({ conversationId, communicationId, truth }: Played, commands: Commands): void {
    const { typingSignals, ...transcript } = truth;
    this.#event('demo', { state: 'finished', conversationId, communicationId, transcript, typingSignals, commands });
  }

  failed(reason: string): void {
    this.#event('demo', { state: 'failed', reason });
  }

  stopped(): void {
    this.#event('stopped', {});
  }

  #event(event: string, facts: object): void {
    this.#output.write(`${JSON.stringify({ event, ...facts })}\n`);
  }
}

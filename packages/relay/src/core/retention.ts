import type { Agenda } from '@backchannel/client';
import type { Log } from '../observe/log.ts';
import type { Store } from '../store/store.ts';

/** How often what is too old is looked for. */
export const RETENTION_EVERY_MS = 3_600_000;

export interface RetentionOptions {
  readonly store: Store;
  readonly agenda: Agenda;
  readonly log: Log;
  readonly epochMs: () => number;
  /** How long events, settled messages and ended conversations are kept. */
  readonly retentionMs: number;
}

/** Forgets what is older than the configuration says, in small portions, beginning at the start. */
export class Retention {
  readonly #options: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#sweep().catch((error: unknown) => this.#options.log.error('retention.failed', { error }));
    this.#options.agenda.after(RETENTION_EVERY_MS, () => this.start());
  }

  async #sweep(): Promise<void> {
    const { store, log, epochMs, retentionMs } = this.#options;
    const beforeMs = epochMs() - retentionMs;
    for (let more = true; more; ) {
      const [outcome] = await store.apply([{ kind: 'forget', beforeMs }]);
      if (outcome?.status !== 'forgotten') return;
      const count = outcome.events + outcome.messages + outcome.bindings;
      if (count > 0) log.info('retention.forgot', { count });
      more = outcome.more;
    }
  }
}

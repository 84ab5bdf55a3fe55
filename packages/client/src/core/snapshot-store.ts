import { Listeners } from './listeners.ts';

/** Keeps one immutable snapshot: the same object until `changed` is called, so that UI libraries can compare by identity. */
export class SnapshotStore<Snapshot> {
  readonly #build: () => Snapshot;
  readonly #listeners = new Listeners<{ change: undefined }>();
  #snapshot: Snapshot | undefined;

  constructor(build: () => Snapshot) {
    this.#build = build;
  }

  get(): Snapshot {
    this.#snapshot ??= this.#build();
    return this.#snapshot;
  }

  changed(): void {
    this.#snapshot = undefined;
    this.#listeners.emit('change', undefined);
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.on('change', listener);
  }

  /** Resolves once `holds` is true after a change, or at once; also when the signal is aborted. */
  until(holds: () => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!signal?.aborted && !holds()) return;
        unsubscribe();
        signal?.removeEventListener('abort', look);
        resolve();
      };
      const unsubscribe = this.subscribe(look);
      signal?.addEventListener('abort', look);
      look();
    });
  }
}

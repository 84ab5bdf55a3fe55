import type { Observable } from '../shared/use-snapshot.ts';

/** A rule of the emulator, as far as this page shows it. */
export interface FaultRecord {
  readonly id: string;
  readonly operation?: string;
  readonly frame?: string;
  readonly first?: number;
  readonly effect?: string;
  readonly status?: number;
  readonly fired: number;
}

export interface ControlsSnapshot {
  readonly faults: readonly FaultRecord[];
  /** The emulator's clock; undefined until it was asked. */
  readonly clock: { readonly frozen: boolean; readonly time: string } | undefined;
  /** Why the last thing that was asked could not be done. */
  readonly trouble: string | undefined;
}

/** What this page can make go wrong, by the name of its button. */
export const TARGETS = {
  'guest messages': { frame: 'text', surface: 'guest' },
  'guest typing': { frame: 'typing', surface: 'guest' },
  'agent messages': { operation: 'postConversationsMessageCommunicationMessages' },
  'agent typing': { operation: 'postConversationsMessageCommunicationTyping' },
} as const satisfies Readonly<Record<string, object>>;
export type Target = keyof typeof TARGETS;

/** The emulator's control routes for faults and its clock. Every answer updates the snapshot; one that failed says why. */
export class Controls implements Observable<ControlsSnapshot> {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #listeners = new Set<() => void>();
  #snapshot: ControlsSnapshot = { faults: [], clock: undefined, trouble: undefined };

  constructor(emulatorUrl: string, request: typeof fetch = (...args) => fetch(...args)) {
    this.#base = `${emulatorUrl}/_emulator`;
    this.#fetch = request;
  }

  snapshot(): ControlsSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads how it stands. */
  refresh(): Promise<void> {
    return this.#do();
  }

  cut(sockets: 'guests' | 'notifications'): Promise<void> {
    return this.#do('POST', 'cut', { sockets });
  }

  refuseNext(target: Target, first: number): Promise<void> {
    return this.#do('POST', 'faults', { ...TARGETS[target], first, status: 429 });
  }

  heal(): Promise<void> {
    return this.#do('DELETE', 'faults');
  }

  freeze(): Promise<void> {
    return this.#do('POST', 'clock', { freeze: true });
  }

  resume(): Promise<void> {
    return this.#do('POST', 'clock', { resume: true });
  }

  advance(byMs: number): Promise<void> {
    return this.#do('POST', 'clock', { advance: byMs });
  }

  /** Does what was asked, if anything, and reads how it stands then. */
  async #do(method?: string, path?: string, body?: object): Promise<void> {
    try {
      if (method !== undefined) await this.#ask(method, `${path}`, body);
      const { rules } = await this.#ask<{ rules: readonly FaultRecord[] }>('GET', 'faults');
      const clock = await this.#ask<{ frozen: boolean; time: string }>('GET', 'clock');
      this.#tell({ faults: rules, clock, trouble: undefined });
    } catch (error) {
      this.#tell({ ...this.#snapshot, trouble: error instanceof Error ? error.message : String(error) });
    }
  }

  async #ask<Body>(method: string, path: string, body?: object): Promise<Body> {
    const response = await this.#fetch(`${this.#base}/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === '' ? undefined : JSON.parse(text)) as Body;
    if (response.ok) return answer;
    const { message } = (answer ?? {}) as { readonly message?: string };
    throw new Error(message ?? `The emulator answered ${response.status}.`);
  }

  #tell(snapshot: ControlsSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

/** A rule in a few words: `text answered 429 · 1 of 3`. */
export function describeFault({ operation, frame, effect, status, first, fired }: FaultRecord): string {
  const what = status === undefined ? effect : `answered ${status}`;
  return `${operation ?? frame} ${what} · ${first === undefined ? fired : `${fired} of ${first}`}`;
}

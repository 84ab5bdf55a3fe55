import type { Observable } from '../shared/use-snapshot.ts';
import type { FaultRecord, LimitRecord, Position, RobotRecord, SwitchRecord, TenantRecord } from './control-answers.ts';

export interface ControlsSnapshot {
  readonly faults: readonly FaultRecord[];
  /** The emulator's clock; undefined until it was asked. */
  readonly clock: { readonly frozen: boolean; readonly time: string } | undefined;
  readonly robots: readonly RobotRecord[];
  readonly switches: readonly SwitchRecord[];
  /** Whether the platform's limits are enforced. */
  readonly limited: boolean;
  readonly tenants: readonly TenantRecord[];
  /** Why the last thing that was asked could not be done. */
  readonly trouble: string | undefined;
}

/** What this page can have answered with 429, by the name of its choice. */
export const TARGETS = {
  'guest messages': { frame: 'text', surface: 'guest' },
  'guest typing': { frame: 'typing', surface: 'guest' },
  'agent messages': { operation: 'postConversationsMessageCommunicationMessages' },
  'agent typing': { operation: 'postConversationsMessageCommunicationTyping' },
} as const satisfies Readonly<Record<string, object>>;
export type Target = keyof typeof TARGETS;

/** What the page's robots do: the other side of whoever is alone at it. */
const SCRIPTS = {
  guest: [{ say: 'Hello, is anybody there?' }, { hear: true }, { say: 'Thanks, that helps!' }, { leave: true }],
  agent: [{ answer: 'Hi! Let me have a look.' }, { answer: 'There it is: it leaves tomorrow.' }],
} as const;

/** The emulator's control routes. Every answer updates the snapshot; one that failed says why. */
export class Controls implements Observable<ControlsSnapshot> {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #listeners = new Set<() => void>();
  #snapshot: ControlsSnapshot = {
    faults: [],
    clock: undefined,
    robots: [],
    switches: [],
    limited: true,
    tenants: [],
    trouble: undefined,
  };

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
  refresh(): Promise<boolean> {
    return this.#do();
  }

  cut(sockets: 'guests' | 'notifications'): Promise<boolean> {
    return this.#do('POST', 'cut', { sockets });
  }

  refuseNext(target: Target, first: number): Promise<boolean> {
    return this.#do('POST', 'faults', { ...TARGETS[target], first, status: 429 });
  }

  /** A rule in the one word of the command line: `webhooks/text:drop:10%`. */
  addFault(word: string): Promise<boolean> {
    return this.#do('POST', 'faults', word);
  }

  heal(): Promise<boolean> {
    return this.#do('DELETE', 'faults');
  }

  freeze(): Promise<boolean> {
    return this.#do('POST', 'clock', { freeze: true });
  }

  resume(): Promise<boolean> {
    return this.#do('POST', 'clock', { resume: true });
  }

  advance(byMs: number): Promise<boolean> {
    return this.#do('POST', 'clock', { advance: byMs });
  }

  startRobot(role: keyof typeof SCRIPTS): Promise<boolean> {
    return this.#do('POST', 'robots', { role, steps: SCRIPTS[role] });
  }

  stopRobots(): Promise<boolean> {
    return this.#do('DELETE', 'robots');
  }

  moveSwitch(name: string, value: Position): Promise<boolean> {
    return this.#do('POST', 'switches', { [name]: value });
  }

  enforceLimits(enforced: boolean): Promise<boolean> {
    return this.#do('POST', 'limits', enforced ? 'on' : 'off');
  }

  addTenant(): Promise<boolean> {
    return this.#do('POST', 'tenants', {});
  }

  /** Starts the emulator again from its seed: whoever was connected has to come back. */
  reset(): Promise<boolean> {
    return this.#do('POST', 'reset');
  }

  /** Does what was asked, if anything, and reads how it stands then. `false`: it could not be done, `trouble` says why. */
  async #do(method?: string, path?: string, body?: unknown): Promise<boolean> {
    try {
      if (method !== undefined) await this.#ask(method, `${path}`, body);
      const [{ rules }, clock, { robots }, { switches }, { limits }, { tenants }] = await Promise.all([
        this.#ask<{ rules: readonly FaultRecord[] }>('GET', 'faults'),
        this.#ask<{ frozen: boolean; time: string }>('GET', 'clock'),
        this.#ask<{ robots: readonly RobotRecord[] }>('GET', 'robots'),
        this.#ask<{ switches: readonly SwitchRecord[] }>('GET', 'switches'),
        this.#ask<{ limits: readonly LimitRecord[] }>('GET', 'limits'),
        this.#ask<{ tenants: readonly TenantRecord[] }>('GET', 'tenants'),
      ]);
      const limited = limits.some(({ windowMs, value }) => windowMs !== undefined && value !== null);
      this.#tell({ faults: rules, clock, robots, switches, limited, tenants, trouble: undefined });
      return true;
    } catch (error) {
      this.#tell({ ...this.#snapshot, trouble: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  async #ask<Body>(method: string, path: string, body?: unknown): Promise<Body> {
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

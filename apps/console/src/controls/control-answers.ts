/** A rule of the emulator, as far as this page shows it. */
export interface FaultRecord {
  readonly id: string;
  readonly operation?: string;
  readonly frame?: string;
  readonly surface?: string;
  readonly first?: number;
  readonly rate?: number;
  readonly effect?: string;
  readonly status?: number;
  readonly delayMs?: number;
  readonly fired: number;
}

/** A scripted guest or agent, and how far it is. */
export interface RobotRecord {
  readonly id: string;
  readonly role: 'guest' | 'agent';
  readonly state: string;
  readonly done: number;
  readonly steps: number;
  readonly reason?: string;
}

export type Position = string | number | boolean;

/** Something that is assumed of the platform. */
export interface SwitchRecord {
  readonly name: string;
  readonly value: Position;
  readonly default: Position;
  readonly values: readonly Position[];
  readonly mark: string;
  readonly says: string;
}

/** A limit of the platform; one that counts per window can be let go. */
export interface LimitRecord {
  readonly value: number | null;
  readonly windowMs?: number;
}

/** Another organisation in the same process. */
export interface TenantRecord {
  readonly name: string;
  readonly baseUrl: string;
}

/** A rule in a few words: `text answered 429 · 1 of 3`. */
export function describeFault(fault: FaultRecord): string {
  const { operation, frame, surface, effect, status, delayMs, first = 1, rate, fired } = fault;
  const where = operation ?? [surface === 'guest' ? undefined : surface, frame].filter(Boolean).join(' ');
  const what = status !== undefined ? `answered ${status}` : delayMs !== undefined ? `delay ${delayMs} ms` : effect;
  return `${where} ${what} · ${rate === undefined ? `${fired} of ${first}` : `${fired}, at ${rate * 100}%`}`;
}

/** A robot in a few words: `robot-1, a guest: running, 2 of 4`. */
export const describeRobot = ({ id, role, state, done, steps, reason }: RobotRecord): string =>
  `${id}, ${role === 'agent' ? 'an agent' : 'a guest'}: ${state}, ${done} of ${steps}${reason === undefined ? '' : `. ${reason}`}`;

import { LIMITS, type LimitName } from '@backchannel/protocol';
import { EmulatorError } from './emulator-error.ts';
import { nearestName } from './nearest-name.ts';
import { RollingWindow } from './rolling-window.ts';

/** Other values for limits of the platform; `'off'` switches all that count per window off (bounds in bytes stay). */
export type LimitOptions = Readonly<Partial<Record<LimitName, number>>> | 'off';

/** A limit that counts per window; the others are plain bounds. */
export type WindowName = {
  [Name in LimitName]: (typeof LIMITS)[Name] extends { readonly windowMs: number } ? Name : never;
}[LimitName];

/** Windows of whoever is limited, made when first needed: ten thousand idle sessions hold none they do not use. */
export type Windows = { [Name in WindowName]?: RollingWindow | undefined };

/** A limit as `GET /_emulator/limits` lists it. */
export interface LimitRecord {
  readonly name: LimitName;
  /** `null`: none. */
  readonly value: number | null;
  /** What the platform's is. */
  readonly default: number;
  /** Milliseconds in which it counts; a plain bound has none. */
  readonly windowMs?: number | undefined;
  readonly scope: string;
}

/** Read once, when the emulator starts. */
const FIXED: readonly string[] = ['requestBodyBytes', 'guestFileKilobytes'];

/** The platform's limits with this emulator's values. */
export class RateLimits {
  readonly #start: Readonly<Record<LimitName, number>>;
  #values: Readonly<Record<LimitName, number>>;

  constructor(options: LimitOptions = {}) {
    this.#start = moved(PLATFORM_VALUES, options);
    this.#values = this.#start;
  }

  /** The value of a limit. */
  of(name: LimitName): number {
    return this.#values[name];
  }

  /** All that can be set, with the platform's own values. */
  list(): readonly LimitRecord[] {
    return Object.entries(LIMITS)
      .filter(([name]) => name !== CLIENT_RULE)
      .map(([name, { limit, scope, ...more }]) => ({
        name: name as LimitName,
        value: Number.isFinite(this.of(name as LimitName)) ? this.of(name as LimitName) : null,
        default: limit,
        ...('windowMs' in more ? { windowMs: more.windowMs } : {}),
        scope,
      }));
  }

  /** Moves those that are named, or all windows `off` and back `on`. A window whose limit has moved begins anew. */
  move(options: LimitOptions | 'on'): void {
    const fixed = FIXED.find((name) => typeof options === 'object' && Object.hasOwn(options, name));
    if (fixed !== undefined) {
      throw new EmulatorError(
        'option.invalid',
        `limits.${fixed} cannot be moved while the emulator runs: it is read at the start. Give it to startEmulator, or to a tenant.`,
      );
    }
    this.#values = options === 'on' ? this.#start : moved(this.#values, options);
  }

  /** Back to the values of the start. */
  reset(): void {
    this.#values = this.#start;
  }

  /** Counts one against a limit of `windows`: 0 when granted, otherwise the milliseconds until a retry can succeed. */
  take(name: WindowName, windows: Windows, nowMs: number): number {
    const limit = this.#values[name];
    if (limit === Number.POSITIVE_INFINITY) return 0;
    if (windows[name]?.limit !== limit) windows[name] = new RollingWindow(limit, LIMITS[name].windowMs);
    return windows[name]?.take(nowMs) ?? 0;
  }
}

/** A rule of the official clients that the service does not enforce. */
const CLIENT_RULE = 'guestTypingGapMs';

const PLATFORM_VALUES = Object.fromEntries(Object.entries(LIMITS).map(([name, { limit }]) => [name, limit])) as Record<
  LimitName,
  number
>;

function moved(from: Readonly<Record<LimitName, number>>, options: LimitOptions): Record<LimitName, number> {
  const values = { ...from };
  if (options === 'off') {
    for (const [name, limit] of Object.entries(LIMITS)) {
      if ('windowMs' in limit) values[name as LimitName] = Number.POSITIVE_INFINITY;
    }
  } else {
    for (const [name, limit] of Object.entries(options)) values[checkedName(name)] = checkedValue(name, limit);
  }
  return values;
}

/** Whole seconds for `Retry-After` and `retryAfter`: never 0, never too early (documented, ERROR-429). */
export const retryAfterSeconds = (waitMs: number): number => Math.max(1, Math.ceil(waitMs / 1_000));

function checkedName(name: string): LimitName {
  if (name === CLIENT_RULE) {
    throw new EmulatorError(
      'option.invalid',
      'limits.guestTypingGapMs cannot be set: it is a rule of the official clients that the service does not enforce. Leave it out.',
    );
  }
  if (Object.hasOwn(LIMITS, name)) return name as LimitName;
  const nearest = nearestName(name, Object.keys(LIMITS));
  throw new EmulatorError(
    'option.invalid',
    `limits.${name} cannot be set: there is no such limit. ${nearest === undefined ? `Use one of ${Object.keys(LIMITS).join(', ')}.` : `Did you mean "${nearest}"?`}`,
  );
}

function checkedValue(name: string, limit: unknown): number {
  if (typeof limit === 'number' && limit >= 0) return limit;
  throw new EmulatorError(
    'option.invalid',
    `limits.${name} cannot be ${String(limit)} (${typeof limit}): a limit is a number from 0, or Infinity (null in JSON) for none.`,
  );
}

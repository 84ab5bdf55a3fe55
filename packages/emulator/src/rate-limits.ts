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

/** The platform's limits with this emulator's values. */
export class RateLimits {
  readonly #values: Readonly<Record<LimitName, number>>;

  constructor(options: LimitOptions = {}) {
    const values = Object.fromEntries(Object.entries(LIMITS).map(([name, { limit }]) => [name, limit])) as Record<
      LimitName,
      number
    >;
    if (options === 'off') {
      for (const [name, limit] of Object.entries(LIMITS)) {
        if ('windowMs' in limit) values[name as LimitName] = Number.POSITIVE_INFINITY;
      }
    } else {
      for (const [name, limit] of Object.entries(options)) values[checkedName(name)] = checkedValue(name, limit);
    }
    this.#values = values;
  }

  /** The value of a limit. */
  of(name: LimitName): number {
    return this.#values[name];
  }

  /** Counts one against a limit of `windows`: 0 when granted, otherwise the milliseconds until a retry can succeed. */
  take(name: WindowName, windows: Windows, nowMs: number): number {
    const limit = this.#values[name];
    if (limit === Number.POSITIVE_INFINITY) return 0;
    windows[name] ??= new RollingWindow(limit, LIMITS[name].windowMs);
    return windows[name].take(nowMs);
  }
}

/** Whole seconds for `Retry-After` and `retryAfter`: never 0, never too early (documented, ERROR-429). */
export const retryAfterSeconds = (waitMs: number): number => Math.max(1, Math.ceil(waitMs / 1_000));

function checkedName(name: string): LimitName {
  if (name === 'guestTypingGapMs') {
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
    `limits.${name} cannot be ${String(limit)} (${typeof limit}): a limit is a number from 0, or Infinity for none.`,
  );
}

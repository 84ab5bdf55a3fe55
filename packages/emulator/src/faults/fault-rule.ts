import { GUEST_CODES } from '@backchannel/protocol';
import { BOUNDS } from '../bounds.ts';
import { EmulatorError } from '../emulator-error.ts';
import { nearestName } from '../nearest-name.ts';
import { HTTP_FAULTS } from './http-faults.ts';
import { type FaultDirection, FRAME_KINDS, type FrameSurface } from './targets.ts';

/**
 * `status`: answered with an error instead of being done. `delay`: comes later, and what follows it waits behind. `drop`: is
 * lost. `duplicate`: comes twice. `reorder`: comes after the next one. `cut`: the connection breaks in its place. `half-open`:
 * the connection looks open and carries nothing any more.
 */
export const FAULT_EFFECTS = ['status', 'delay', 'drop', 'duplicate', 'reorder', 'cut', 'half-open'] as const;

/** One of `FAULT_EFFECTS`. */
export type FaultEffect = (typeof FAULT_EFFECTS)[number];

/** What goes wrong, where, and how often. Exactly one of `operation` and `frame`; at most one of `first` and `rate`. */
export interface FaultRule {
  /** Id of an operation, as the official SDKs name it: `postConversationsMessageCommunicationTyping`. */
  readonly operation?: string | undefined;
  /** Kind of a frame, as the journal names it: `text`, `typing`, `SessionResponse`, `open` (the upgrade). */
  readonly frame?: string | undefined;
  /** Whose frames. Default: `guest`, where it has such a kind. */
  readonly surface?: FrameSurface | undefined;
  /**
   * Seen from the emulator. Default `in` where the kind comes in; of an operation `in` is its request, `out` its answer; of a
   * webhook `out` (default) is the webhook, `in` its answer.
   */
  readonly direction?: FaultDirection | undefined;
  /** The first n that come. Default 1. */
  readonly first?: number | undefined;
  /** Each with this chance, above 0 and up to 1; drawn from the emulator's seed. */
  readonly rate?: number | undefined;
  /** May be left out where `status` or `delayMs` says it. */
  readonly effect?: FaultEffect | undefined;
  /** For `status`: an HTTP status of the platform, or a code of the guest socket. */
  readonly status?: number | undefined;
  /** With status 429, whole seconds. Default 3. */
  readonly retryAfterSeconds?: number | undefined;
  /** For `delay`, on the emulator's clock. */
  readonly delayMs?: number | undefined;
}

/** A rule with its defaults filled in. */
export interface CheckedRule {
  readonly surface: FrameSurface | 'http';
  readonly direction: FaultDirection;
  /** Operation id or frame kind. */
  readonly target: string;
  readonly count: { readonly first: number } | { readonly rate: number };
  readonly effect: FaultEffect;
  readonly status: number;
  readonly retryAfterSeconds: number;
  readonly delayMs: number;
}

const FIELDS = [
  'operation',
  'frame',
  'surface',
  'direction',
  'first',
  'rate',
  'effect',
  'status',
  'retryAfterSeconds',
  'delayMs',
] as const satisfies readonly (keyof FaultRule)[];

const RETRY_AFTER_SECONDS = 3;

const refusal = (text: string): EmulatorError => new EmulatorError('fault.invalid', text);
const quote = (value: unknown): string => `${JSON.stringify(value) ?? 'nothing'} (${typeof value})`;
const listed = (names: readonly (string | number)[]): string => names.join(', ');

/** "Did you mean …?", or the whole list where nothing is near. */
const suggest = (given: unknown, known: readonly string[]): string => {
  const nearest = typeof given === 'string' ? nearestName(given, known) : undefined;
  return nearest === undefined ? `Use one of ${listed(known)}.` : `Did you mean "${nearest}"?`;
};

/** Reads a rule. Throws `EmulatorError` (`fault.invalid`) for one that can never fire, and names the nearest that can. */
export function checkedRule(given: unknown, operations: readonly string[]): CheckedRule {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw refusal(
      `A fault cannot be ${quote(given)}: it is an object such as {"frame":"text","first":2,"effect":"drop"}.`,
    );
  }
  for (const name of Object.keys(given)) {
    if (!FIELDS.includes(name as keyof FaultRule))
      throw refusal(`A fault has no field ${JSON.stringify(name)}. ${suggest(name, FIELDS)}`);
  }
  const rule = given as { readonly [Name in keyof FaultRule]: unknown };
  const where = rule.operation === undefined ? checkedFrame(rule) : checkedOperation(rule, operations);
  const effect = checkedEffect(rule);
  refuseImpossible(where, effect);
  const checked: CheckedRule = {
    ...where,
    count: checkedCount(rule),
    effect,
    status: effect === 'status' ? checkedStatus(where, rule.status) : 0,
    retryAfterSeconds: checkedWhole(rule, 'retryAfterSeconds', RETRY_AFTER_SECONDS, 86_400),
    delayMs: effect === 'delay' ? checkedWhole(rule, 'delayMs', undefined, BOUNDS.faultDelayMs) : 0,
  };
  if (rule.retryAfterSeconds !== undefined && checked.status !== 429)
    throw refusal('retryAfterSeconds goes with status 429 alone. Leave it out, or set "status":429.');
  return checked;
}

type Given = { readonly [Name in keyof FaultRule]: unknown };
type Where = Pick<CheckedRule, 'surface' | 'direction' | 'target'>;

function checkedOperation(rule: Given, operations: readonly string[]): Where {
  const { operation, frame, surface } = rule;
  if (frame !== undefined || surface !== undefined)
    throw refusal('A fault has an operation or a frame, not both; surface goes with frame. Make two rules of it.');
  if (typeof operation !== 'string' || !operations.includes(operation))
    throw refusal(
      `operation cannot be ${quote(operation)}: no such operation is served. ${suggest(operation, operations)}`,
    );
  return { surface: 'http', direction: checkedDirection(rule.direction) ?? 'in', target: operation };
}

function checkedFrame(rule: Given): Where {
  const { frame } = rule;
  const surfaces = Object.keys(FRAME_KINDS) as FrameSurface[];
  if (rule.surface !== undefined && !surfaces.some((each) => each === rule.surface))
    throw refusal(`surface cannot be ${quote(rule.surface)}. ${suggest(rule.surface, surfaces)}`);
  const direction = checkedDirection(rule.direction);
  for (const surface of surfaces) {
    if (rule.surface !== undefined && rule.surface !== surface) continue;
    for (const way of surface === 'webhooks' ? (['out', 'in'] as const) : (['in', 'out'] as const)) {
      if (direction !== undefined && direction !== way) continue;
      if (typeof frame === 'string' && FRAME_KINDS[surface][way].includes(frame))
        return { surface, direction: way, target: frame };
    }
  }
  const known = surfaces
    .filter((each) => rule.surface === undefined || rule.surface === each)
    .flatMap((each) => [
      ...(direction === 'out' ? [] : FRAME_KINDS[each].in),
      ...(direction === 'in' ? [] : FRAME_KINDS[each].out),
    ]);
  const of = [rule.surface, direction].filter((each) => each !== undefined).join(', ');
  throw refusal(
    `frame cannot be ${quote(frame)}: no such frame passes${of === '' ? '' : ` (${of})`}. ${suggest(frame, [...new Set(known)])}`,
  );
}

function checkedDirection(given: unknown): FaultDirection | undefined {
  if (given === undefined || given === 'in' || given === 'out') return given;
  throw refusal(`direction cannot be ${quote(given)}: it is "in" (to the emulator) or "out" (from it).`);
}

function checkedEffect({ effect, status, delayMs }: Given): FaultEffect {
  const implied = status !== undefined ? 'status' : delayMs !== undefined ? 'delay' : undefined;
  if (effect === undefined && implied !== undefined) return implied;
  const known = FAULT_EFFECTS.find((each) => each === effect);
  if (known === undefined) throw refusal(`effect cannot be ${quote(effect)}. ${suggest(effect, FAULT_EFFECTS)}`);
  if (status !== undefined && known !== 'status')
    throw refusal(`status goes with the effect "status", not "${known}".`);
  if (delayMs !== undefined && known !== 'delay')
    throw refusal(`delayMs goes with the effect "delay", not "${known}".`);
  return known;
}

function checkedCount(rule: Given): CheckedRule['count'] {
  const { first, rate } = rule;
  if (first !== undefined && rate !== undefined)
    throw refusal('A fault has first or rate, not both: the first n, or each with a chance.');
  if (rate === undefined) return { first: checkedWhole(rule, 'first', 1, 1_000_000) };
  if (typeof rate === 'number' && rate > 0 && rate <= 1) return { rate };
  throw refusal(
    `rate cannot be ${quote(rate)}: it is a chance above 0 and up to 1${rate === 0 ? '; a rule with 0 would never fire' : ''}.`,
  );
}

function checkedWhole(
  rule: Given,
  name: 'first' | 'retryAfterSeconds' | 'delayMs',
  absent: number | undefined,
  max: number,
): number {
  const value = rule[name] ?? absent;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw refusal(`${name} cannot be ${quote(value)}: it is a whole number from 1 to ${max}.`);
}

function checkedStatus({ surface, target }: Where, status: unknown): number {
  const known = surface === 'http' || target === 'open' ? Object.keys(HTTP_FAULTS) : Object.keys(GUEST_CODES);
  if (typeof status === 'number' && known.includes(String(status))) return status;
  const where = surface === 'http' ? 'the platform answers operations with' : `"${target}" can be answered with`;
  throw refusal(
    `status cannot be ${quote(status)}: ${where} ${listed(known)}. Nearest: ${nearestNumber(status, known)}.`,
  );
}

function nearestNumber(given: unknown, known: readonly string[]): number {
  const wanted = typeof given === 'number' ? given : 500;
  return known.map(Number).reduce((best, each) => (Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best));
}

/** What the combination of place and effect rules out, and what is nearest to it. */
function refuseImpossible({ surface, direction, target }: Where, effect: FaultEffect): void {
  if (surface === 'http') {
    if (effect === 'status' && direction === 'out')
      throw refusal('An answer cannot be answered: "status" goes with direction "in". Leave direction out.');
    if (effect === 'duplicate' || effect === 'reorder')
      throw refusal(
        `"${effect}" is for frames: a request has one answer, on a connection of its own. Nearest: "drop" with direction "out", where the work is done and its answer lost, so that a client repeats it.`,
      );
    if (effect === 'half-open')
      throw refusal('"half-open" is for sockets. Nearest: "drop", where the request is never answered.');
    return;
  }
  if (surface === 'webhooks') {
    refuseForWebhook(effect);
    return;
  }
  if (effect === 'status' && (direction === 'out' || (surface === 'notifications' && target !== 'open')))
    throw refusal(
      `"status" answers a frame of a guest, or an "open": ${surface} "${target}" (${direction}) has no answer. Nearest: "drop".`,
    );
  if (target === 'open' && (effect === 'duplicate' || effect === 'reorder' || effect === 'half-open'))
    throw refusal(`"${effect}" cannot happen to "open". Nearest: "drop", where the upgrade is never answered.`);
}

function refuseForWebhook(effect: FaultEffect): void {
  if (effect === 'status')
    throw refusal(
      'A webhook is answered by your own endpoint: let that answer the status. Nearest: "cut", which is tried again like a 5xx.',
    );
  if (effect === 'duplicate')
    throw refusal(
      '"duplicate" is for frames: a webhook comes twice when its answer is lost. Nearest: "drop" with direction "in".',
    );
  if (effect === 'reorder')
    throw refusal(
      '"reorder" is for frames: webhooks go each on its own. Nearest: "delay", where later ones overtake it.',
    );
  if (effect === 'half-open') throw refusal('"half-open" is for sockets. Nearest: "drop", where nothing is answered.');
}

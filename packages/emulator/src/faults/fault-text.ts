import { EmulatorError } from '../emulator-error.ts';
import { SERVED_ROUTES } from '../served-routes.ts';
import { checkedRule, type FaultRule } from './fault-rule.ts';

const FORM =
  '[surface/]target[@in|@out]:effect[:count], such as text:drop, getUsersMe:503:2, typing@out:delay=800:10% or webhooks/text:drop';

/**
 * A rule in one word, for command lines: `[surface/]target[@in|@out]:effect[:count]`. The target is an operation or a kind of
 * frame; the effect a status, `delay=ms` or a name; the count a number (the first n) or a percentage.
 * Throws `EmulatorError` (`fault.invalid`) for a word that is no rule, or a rule that could never fire.
 */
export function faultFromText(text: string): FaultRule {
  const [, surface, target, direction, effect, count] =
    /^(?:([^@:/]+)\/)?([^@:]+)(?:@(in|out))?:([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  if (target === undefined || effect === undefined)
    throw new EmulatorError('fault.invalid', `A fault cannot be ${JSON.stringify(text)}: it is ${FORM}.`);
  const rule = {
    ...(SERVED_ROUTES.ids.includes(target) ? { operation: target } : { frame: target }),
    ...(surface === undefined ? {} : { surface }),
    ...(direction === undefined ? {} : { direction }),
    ...effectOf(effect),
    ...countOf(count, text),
  };
  checkedRule(rule, SERVED_ROUTES.ids);
  return rule as FaultRule;
}

function effectOf(effect: string): object {
  if (/^\d+$/.test(effect)) return { status: Number(effect) };
  const [, delayMs] = /^delay=(\d+)$/.exec(effect) ?? [];
  return delayMs === undefined ? { effect } : { delayMs: Number(delayMs) };
}

function countOf(count: string | undefined, text: string): object {
  if (count === undefined) return {};
  if (/^\d+$/.test(count)) return { first: Number(count) };
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(count) ?? [];
  if (percent !== undefined) return { rate: Number(percent) / 100 };
  throw new EmulatorError(
    'fault.invalid',
    `The count of ${JSON.stringify(text)} cannot be ${JSON.stringify(count)}: it is a number such as 3 (the first three) or a percentage such as 10%.`,
  );
}

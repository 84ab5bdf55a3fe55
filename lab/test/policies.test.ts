import { describe, expect, test } from 'vitest';
import { FIXED_POLICIES, fixedPolicy, KNOWN_POLICIES } from '../fidelity/policies/known.ts';
import { ORACLE } from '../fidelity/policies/oracle.ts';
import { shippedPolicy } from '../fidelity/policies/shipped.ts';
import type { Conversation } from '../fidelity/traces/trace.ts';
import { channelNamed, conversation, draft, every, framesOf } from './support.ts';

/** Keys every 100 ms for 12 s, then the message; three seconds later a short second one. */
const long = conversation(draft(every(100, 0, 12_000), 12_500), draft([15_500, 15_600], 16_000));
/** Two keys, 20 s of nothing, and the draft is left. */
const stopped = conversation(draft([0, 1_000], 21_000, 'leave'));
/** Two keys, and the draft is cleared. */
const cleared = conversation(draft([0, 300], 700, 'clear'));

function policy(name: string) {
  const found = [...KNOWN_POLICIES, ...FIXED_POLICIES].find((each) => each.name === name);
  if (!found) throw new Error(`There is no policy ${name}.`);
  return found;
}

/** [policy, trace, frames]: On and Off at their times, with the duration that is declared. */
const DOCUMENTED: readonly (readonly [name: string, what: string, trace: Conversation, frames: readonly string[]])[] = [
  ['genesys', 'one per 5 s, lifted by the message, no duration', long, ['on@0', 'on@5000', 'on@10000', 'on@15500']],
  ['genesys', 'no stop', stopped, ['on@0']],
  [
    'stream',
    'every 2 s, and a stop with the message',
    long,
    [...every(2_000, 0, 12_000).map((atMs) => `on@${atMs}/7000`), 'off@12500', 'on@15500/7000', 'off@16000'],
  ],
  [
    'stream',
    'a stop 1 s after the last key, looked for every 0.5 s',
    stopped,
    ['on@0/7000', 'off@1000', 'on@1000/7000', 'off@2000'],
  ],
  [
    'element',
    'a stop 10 s after the first key, and a new start',
    long,
    ['on@0/30000', 'off@10000', 'on@10000/30000', 'off@12500', 'on@15500/30000', 'off@16000'],
  ],
  ['converse.js', 'once, and paused after 10 s', stopped, ['on@0/30000', 'off@11000']],
  ['signal', 'every 10 s, no stop with the message', long, ['on@0/15000', 'on@10000/15000', 'on@15500/15000']],
  ['signal', 'a stop after 3 s', stopped, ['on@0/15000', 'off@4000']],
  ['webchat', 'a key in the gap is made up for at its end', stopped, ['on@0/5000', 'on@3000/5000']],
  [
    'webchat',
    'every 3 s, and none follows the message',
    long,
    ['on@0/5000', 'on@3000/5000', 'on@6000/5000', 'on@9000/5000', 'on@12000/5000', 'on@15500/5000'],
  ],
  ['amazon-connect', 'every 10 s, not lifted by the message', long, ['on@0/12000', 'on@10000/12000']],
  ['acs', 'every 8 s', long, ['on@0/8000', 'on@8000/8000']],
  [
    'ably',
    'every 10 s, stop at the send',
    long,
    ['on@0/12000', 'on@10000/12000', 'off@12500', 'on@15500/12000', 'off@16000'],
  ],
  [
    'pubnub',
    'every 4 s, stop at the send',
    long,
    ['on@0/5000', 'on@4000/5000', 'on@8000/5000', 'on@12000/5000', 'off@12500', 'on@15500/5000', 'off@16000'],
  ],
  ['zulip', 'every 30 s, stop after 12 s', stopped, ['on@0/45000', 'off@13000']],
  [
    'mattermost',
    'every 5 s, not lifted by the message',
    long,
    ['on@0/5000', 'on@5000/5000', 'on@10000/5000', 'on@15500/5000'],
  ],
  ['discord', 'every 10 s', long, ['on@0/10000', 'on@10000/10000']],
  ['field-broadcaster', 'every 2 s for 3 s, stop when cleared', cleared, ['on@0/3000', 'off@700']],
  ['field-react', '500 ms after the last key, false on blur', stopped, ['on@500/10000', 'on@1500/10000', 'off@21000']],
  ['fixed-5/6', 'two numbers', long, ['on@0/6000', 'on@5000/6000', 'on@10000/6000', 'on@15500/6000']],
  ['fixed-4/3/6', 'three numbers', stopped, ['on@0/6000', 'off@4000']],
];

describe('each policy keeps the timings that are known of it', () => {
  test.each(DOCUMENTED)('%s: %s', (name, _, trace, frames) => {
    expect(framesOf(policy(name), trace)).toEqual(frames);
  });

  test('a strict one is not lifted by the message', () => {
    expect(framesOf(fixedPolicy(6_000, 8_000, false), long)).toEqual(['on@0/8000', 'on@6000/8000', 'on@12000/8000']);
  });

  test('every known policy has a row here, and names its source', () => {
    expect(new Set(DOCUMENTED.map(([name]) => name))).toEqual(
      new Set([...KNOWN_POLICIES, ...FIXED_POLICIES].map(({ name }) => name)),
    );
    for (const { source } of KNOWN_POLICIES) expect(source).not.toBe('');
  });
});

describe('ours and the references', () => {
  test('ours on a channel without an Off: the gap, its duration, and again after the message', () => {
    expect(framesOf(shippedPolicy(), long, channelNamed('guest'))).toEqual([
      'on@0/5250',
      'on@5000/5250',
      'on@10000/5250',
      'on@15500/5250',
    ]);
  });

  test('ours on the relay plane: renewed just before the end, Off after 4 s', () => {
    expect(framesOf(shippedPolicy(), long)).toEqual(['on@0/6000', 'on@5750/6000', 'on@11500/6000', 'on@15500/6000']);
    expect(framesOf(shippedPolicy(), stopped)).toEqual(['on@0/6000', 'off@5000']);
  });

  test('the oracle says once how long it will be true', () => {
    expect(framesOf(ORACLE, stopped)).toEqual(['on@0/2000']);
    expect(framesOf(ORACLE, conversation(draft(every(100, 0, 9_000), 9_500)))).toEqual(['on@0/10100']);
  });

  test('no Off reaches a channel that has none', () => {
    expect(framesOf(ORACLE, stopped, channelNamed('open'))).toEqual(['on@0/2000']);
    expect(framesOf(policy('signal'), stopped, channelNamed('guest'))).toEqual(['on@0/15000', 'off@4000']);
  });
});

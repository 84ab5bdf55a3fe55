import { describe, expect, test } from 'vitest';
import { GapModel } from '../fidelity/policies/gap-model.ts';
import { fixedPolicy, KNOWN_POLICIES } from '../fidelity/policies/known.ts';
import { ORACLE } from '../fidelity/policies/oracle.ts';
import { NOTHING, OFF, Plan } from '../fidelity/policies/plan.ts';
import { NO_QUIRKS } from '../fidelity/policies/policy.ts';
import { SILENT, shippedPolicy } from '../fidelity/policies/shipped.ts';
import { simulate } from '../fidelity/simulate.ts';
import { FAMILIES } from '../fidelity/traces/family.ts';
import { generate } from '../fidelity/traces/generate.ts';
import { CHANNELS } from '../fidelity/world/channel.ts';
import { Network } from '../fidelity/world/network.ts';
import { Platform } from '../fidelity/world/platform.ts';
import { shownTo } from '../fidelity/world/viewer.ts';
import { channelNamed, conversation, draft, every } from './support.ts';

const [chat] = FAMILIES;
const conversations = [...generate({ family: chat!, seed: 21, count: 40 })];
const shared = (count: number) => [...generate({ family: chat!, seed: 22, count, lengthMs: 240_000 })];

/** A network without outages in the first minutes: the seed was looked for. */
const calm = () => new Network('calm');

describe('no limit of ours is broken', () => {
  test.each(CHANNELS)('$name: no refusal, and no minute above the channel’s limit', (channel) => {
    for (const family of FAMILIES) {
      const traces = [...generate({ family, seed: 31, count: 30 })];
      const metrics = simulate({ conversations: traces, policy: shippedPolicy(), channel, seed: 31 }).metrics();
      expect(metrics.refusals).toBe(0);
      expect(metrics.peakPerMinute).toBeLessThanOrEqual(channel.peakMax);
    }
  });

  test.each([30, 120])('%i conversations on one token stay inside what they share', (count) => {
    const budget = { perMinute: 150, counts: 'typing' } as const;
    const run = { conversations: shared(count), channel: channelNamed('agent'), seed: 1, shared: budget };
    const ours = simulate({ ...run, policy: shippedPolicy() }).metrics();
    expect(ours.refusals).toBe(0);
    expect(ours.peakPerMinute).toBeLessThanOrEqual(150);
    // The world does refuse: a policy that does not know of the others meets it.
    const native = simulate({ ...run, policy: KNOWN_POLICIES[0]! }).metrics();
    expect(native.refusals).toBeGreaterThan(0);
    expect(ours.agreement).toBeGreaterThan(native.agreement);
  });

  test('messages that use the whole token wait no longer for our signals, and our signals stop', () => {
    const whole = { perMinute: 300, counts: 'all', otherMessagesPerMinute: 298 } as const;
    const run = { conversations: shared(30), channel: channelNamed('agent'), seed: 1, shared: whole };
    const silentMs = simulate({ ...run, policy: SILENT }).messageDelayMs;
    const ours = simulate({ ...run, policy: shippedPolicy() }).metrics(silentMs);
    expect(ours).toMatchObject({ addedMessageDelayMs: 0, refusals: 0, framesPerComposingMinute: 0 });
  });
});

describe('the same run gives the same numbers', () => {
  test.each(['alone', 'shared'])('%s', (how) => {
    const play = () =>
      simulate({
        conversations: how === 'alone' ? conversations : shared(40),
        policy: shippedPolicy(),
        channel: channelNamed('agent'),
        seed: 4,
        shared: how === 'alone' ? undefined : { perMinute: 60, counts: 'typing' },
      }).metrics();
    expect(JSON.stringify(play())).toBe(JSON.stringify(play()));
  });
});

describe('the references hold what they are called', () => {
  test.each(['agent', 'open', 'relay'])('%s: the oracle is truer than ours, and ours than native', (name) => {
    const [oracle, ours, native] = [ORACLE, shippedPolicy(), KNOWN_POLICIES[0]!].map(
      (policy) => simulate({ conversations, policy, channel: channelNamed(name), seed: 1 }).metrics().agreement,
    );
    expect(oracle).toBeGreaterThan(ours ?? 1);
    expect(ours).toBeGreaterThan(native ?? 1);
  });

  test('the plan of the causal bound shows at a key, and takes it back when nobody will come', () => {
    const model = new GapModel(conversations);
    const plan = new Plan(model.of(model.classOf(conversations[0]!)), {
      gapBins: 0,
      durationBins: [20],
      hasOff: true,
      price: 0.05,
      wrong: 0.93,
    });
    expect(plan.at(0, 0, 60_000, 0)).toBe(20);
    expect(plan.at(0, 500, 1_000, 3_000)).toBe(NOTHING);
    expect(plan.at(2, 4_600, 4_600, 3_000)).toBe(OFF);
    expect(plan.at(2, 6_000, 6_000, 0)).toBe(NOTHING);
  });

  test('where the duration is ignored, ours is no worse than native, in agreement and in shows', () => {
    const channel = channelNamed('guest-ignored');
    const [ours, native] = [shippedPolicy(), KNOWN_POLICIES[0]!].map((policy) =>
      simulate({ conversations, policy, channel, seed: 1 }).metrics(),
    );
    expect(ours?.agreement).toBeGreaterThan(native?.agreement ?? 1);
    expect(ours?.showsPerMessage).toBeLessThan(native?.showsPerMessage ?? 0);
  });
});

describe('the world', () => {
  test('a declared duration arrives only where it is honoured', () => {
    const trace = conversation(draft([0], 60_000, 'leave'));
    const ghostOn = (name: string) =>
      simulate({
        conversations: [trace],
        policy: fixedPolicy(8_000, 9_000),
        channel: channelNamed(name),
        seed: 1,
      }).metrics().ghostSecondsPerMessage;
    expect(ghostOn('guest') - ghostOn('guest-ignored')).toBeCloseTo(4, 5);
  });

  test('a message ends what is shown, unless the display does not know it', () => {
    const arrivals = () => [
      { atMs: 100, kind: 'on', durationMs: 6_000 } as const,
      { atMs: 2_000, kind: 'message', durationMs: undefined } as const,
    ];
    expect(shownTo(arrivals(), NO_QUIRKS, calm())).toEqual([100, 2_000]);
    expect(shownTo(arrivals(), { holdMs: 0, clearedByMessage: false }, calm())).toEqual([100, 6_100]);
  });

  test('a display that holds goes on after the Off', () => {
    const arrivals = [
      { atMs: 100, kind: 'on', durationMs: 6_000 } as const,
      { atMs: 1_000, kind: 'off', durationMs: undefined } as const,
    ];
    expect(shownTo(arrivals, { holdMs: 2_000, clearedByMessage: false }, calm())).toEqual([100, 3_000]);
  });

  test('a typing frame that comes behind its message shows nothing', () => {
    const arrivals = [
      { atMs: 2_100, kind: 'on', durationMs: 6_000 } as const,
      { atMs: 2_000, kind: 'message', durationMs: undefined } as const,
    ];
    expect(shownTo(arrivals, NO_QUIRKS, calm())).toEqual([]);
  });

  test('a limit is a rolling window, and what is refused costs nothing', () => {
    const platform = new Platform(channelNamed('agent'), { perMinute: 2, counts: 'typing' });
    expect(platform.request('typing', 0, 0)).toBeUndefined();
    expect(platform.request('typing', 1, 59_000)).toBeUndefined();
    expect(platform.request('typing', 0, 59_999)).toBe(60_000);
    expect(platform.request('message', 0, 59_999)).toBeUndefined();
    expect(platform.request('typing', 0, 60_000)).toBeUndefined();
    expect(platform.request('typing', 0, 60_001)).toBe(119_000);
  });

  test('latency, loss and order are what docs/fidelity.md says', () => {
    const network = new Network('statistics');
    const latenciesMs: number[] = [];
    let lost = 0;
    let overtaken = 0;
    let latestMs = 0;
    for (const nowMs of every(1_000, 0, 20_000_000)) {
      const atMs = network.arrivalMs('frame', nowMs);
      if (atMs === undefined) lost++;
      else latenciesMs.push(atMs - nowMs);
      expect(network.arrivalMs('message', nowMs)).toBeDefined();
    }
    for (const atMs of every(5, 0, 50_000)) {
      const arrivedMs = network.arrivalMs('message', 30_000_000 + atMs) ?? 0;
      if (arrivedMs < latestMs) overtaken++;
      latestMs = Math.max(latestMs, arrivedMs);
    }
    const median = latenciesMs.toSorted((a, b) => a - b)[Math.floor(latenciesMs.length / 2)];
    expect(median).toBeGreaterThan(85);
    expect(median).toBeLessThan(95);
    expect(lost / 20_000).toBeGreaterThan(0.003);
    expect(lost / 20_000).toBeLessThan(0.007);
    expect(overtaken).toBeGreaterThan(20);
  });

  test('a writer without a connection sends nothing, and a viewer without one is shown nothing', () => {
    const network = new Network('outages');
    const outageMs = network.viewerOutageIn(0, 1e9);
    if (outageMs === undefined) throw new Error('There is no outage in eleven days.');
    const shown = shownTo([{ atMs: outageMs - 1_000, kind: 'on', durationMs: 6_000 }], NO_QUIRKS, network);
    expect(shown).toEqual(
      [outageMs - 1_000, outageMs - 1_000 + 6_000].map((atMs) => Math.min(atMs, outageMs - 1_000 + 6_000)),
    );
  });
});

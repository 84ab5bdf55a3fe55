import { describe, expect, test } from 'vitest';
import {
  AGENT_CHANNEL,
  type ChannelCapabilities,
  Composing,
  GUEST_CHANNEL,
  HOLD_MAX_MS,
  INTENT_LIFETIME_MS,
  RELAY_CHANNEL,
  type SignalOutcome,
  TypingEmitter,
  type TypingIntent,
} from '../src/index.ts';

/** One participant and one channel, driven by hand; every intent is sent at once unless told otherwise. */
function rig(channel: ChannelCapabilities, outcome: SignalOutcome | 'nothing' = 'sent') {
  const composing = new Composing();
  const emitter = new TypingEmitter({ composing, channel });
  const sent: string[] = [];
  const rigged = {
    composing,
    emitter,
    sent,
    outcome,
    nextPollAtMs: Number.POSITIVE_INFINITY,
    last: undefined as TypingIntent | undefined,
    poll(nowMs: number) {
      const poll = emitter.poll(nowMs);
      rigged.nextPollAtMs = poll.nextPollAtMs;
      for (const intent of poll.intents) {
        rigged.last = intent;
        sent.push(`${intent.kind}@${nowMs}`);
        if (rigged.outcome !== 'nothing') {
          emitter.settled(intent.id, rigged.outcome, nowMs);
          rigged.poll(nowMs);
        }
      }
      return poll;
    },
    key(...momentsMs: number[]) {
      for (const atMs of momentsMs) {
        composing.keystroke(atMs);
        rigged.poll(atMs);
      }
    },
    message(atMs: number) {
      composing.sent(atMs);
      rigged.poll(atMs);
    },
  };
  return rigged;
}

const every = (stepMs: number, fromMs: number, untilMs: number) =>
  Array.from({ length: Math.ceil((untilMs - fromMs) / stepMs) }, (_, index) => fromMs + index * stepMs);

describe('a channel without an Off', () => {
  test('the first key starts at once, and holds a little longer than the gap', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.key(100);
    expect(guest.sent).toEqual(['on@100']);
    expect(guest.last).toMatchObject({ id: 1, kind: 'on', durationMs: 5_250, expiresAtMs: 100 + INTENT_LIFETIME_MS });
    // The gap ends at 5,100; by then nobody composes unless a key comes.
    expect(guest.nextPollAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('it renews as soon as the gap has passed, while the next key is likely', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.key(0, 2_000, 4_600);
    expect(guest.nextPollAtMs).toBe(5_000);
    guest.poll(5_000);
    expect(guest.sent).toEqual(['on@0', 'on@5000']);
  });

  test('it never renews twice on the same key', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.key(0, 4_900);
    guest.poll(5_000);
    for (const atMs of every(50, 5_050, 60_000)) guest.poll(atMs);
    expect(guest.sent).toEqual(['on@0', 'on@5000']);
  });

  test('it lapses when the next key is not likely, and the next key starts again', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.key(0);
    guest.composing.keystroke(3_000, 'stop');
    guest.poll(3_000);
    for (const atMs of every(50, 5_000, 8_000)) guest.poll(atMs);
    expect(guest.sent).toEqual(['on@0']);
    guest.key(8_000);
    expect(guest.sent).toEqual(['on@0', 'on@8000']);
  });

  test('without a duration it renews just before the platform’s own one ends', () => {
    const plain = rig({ hasOff: false, hasDuration: false, defaultDurationMs: 5_000, minGapMs: 1_000 });
    plain.key(...every(200, 0, 5_000));
    expect(plain.sent).toEqual(['on@0', 'on@4800']);
  });

  test('when the window has no place for a renewal, an On holds until it has one', () => {
    const guest = rig({ ...GUEST_CHANNEL, perWindow: { limit: 2, windowMs: 12_000 } });
    guest.key(...every(100, 0, 5_100));
    expect(guest.sent).toEqual(['on@0', 'on@5000']);
    // The place of the first is free again at 12,250.
    expect(guest.last?.durationMs).toBe(12_250 - 5_000 + 250);
  });

  test('however full the window is, nothing holds longer than its bound', () => {
    const guest = rig({ ...GUEST_CHANNEL, perWindow: { limit: 2, windowMs: 60_000 } });
    guest.key(0);
    guest.message(50);
    guest.key(100);
    expect(guest.last?.durationMs).toBe(HOLD_MAX_MS);
  });

  test('a key inside the gap is coalesced, and one entry of the timeline counts them all', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.key(...every(100, 0, 4_000));
    expect(guest.emitter.explain()).toEqual([
      { atMs: 0, what: 'keystrokes', why: 'start for 5250 ms, goes on: 1.00', count: 1 },
      { atMs: 0, what: 'on', why: 'sent', count: 1 },
      { atMs: 100, what: 'fact', why: 'coalesced', count: 39 },
    ]);
  });

  test('nothing is sent when somebody stops: the duration ends it', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.key(0);
    guest.composing.cleared(500);
    guest.poll(500);
    guest.poll(60_000);
    expect(guest.sent).toEqual(['on@0']);
  });

  test('a message has no frame, and lifts the gap for the next first key', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.key(0, 1_000);
    guest.message(1_200);
    guest.key(1_300, 1_400);
    expect(guest.sent).toEqual(['on@0', 'on@1300']);
  });

  test('no number of messages lifts the rolling window', () => {
    const guest = rig(AGENT_CHANNEL);
    for (const atMs of every(1_000, 0, 60_000)) {
      guest.key(atMs);
      guest.message(atMs + 500);
    }
    expect(guest.sent).toHaveLength(12);
    expect(guest.emitter.explain().at(-1)).toMatchObject({ what: 'fact', why: 'suppressed:budget' });
    guest.key(60_250);
    expect(guest.sent).toHaveLength(13);
  });

  test('a channel without durations gets none', () => {
    const plain = rig({ hasOff: false, hasDuration: false, defaultDurationMs: 5_000, minGapMs: 5_000 });
    plain.key(0);
    expect(plain.last?.durationMs).toBeUndefined();
  });

  test('somebody who composes already when the emitter begins is shown at the first poll', () => {
    const composing = new Composing();
    composing.keystroke(0);
    const emitter = new TypingEmitter({ composing, channel: GUEST_CHANNEL });
    expect(emitter.poll(1_000).intents).toHaveLength(1);
  });

  test('a policy is kept, but not below what the channel allows', () => {
    const composing = new Composing();
    const policy = { renewMs: 1_000, durationMs: 9_000 };
    const emitter = new TypingEmitter({ composing, channel: GUEST_CHANNEL, policy });
    composing.keystroke(0);
    const [intent] = emitter.poll(0).intents;
    expect(intent?.durationMs).toBe(9_000);
    emitter.settled(1, 'sent', 0);
    composing.keystroke(8_700);
    expect(emitter.poll(8_700).intents).toEqual([]);
    expect(emitter.poll(8_750).intents).toHaveLength(1);
  });
});

describe('a channel with an Off', () => {
  test('it renews before it would go out, and says Off after 4 s without a key', () => {
    const relay = rig(RELAY_CHANNEL);
    relay.key(0, 2_000, 4_000);
    expect(relay.nextPollAtMs).toBe(5_750);
    relay.poll(5_750);
    expect(relay.sent).toEqual(['on@0', 'on@5750']);
    expect(relay.nextPollAtMs).toBe(8_000);
    relay.poll(8_000);
    expect(relay.sent).toEqual(['on@0', 'on@5750', 'off@8000']);
    expect(relay.nextPollAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  test.each(['cleared', 'blurred', 'hidden', 'closed', 'stopped'] as const)('%s sends Off at once', (end) => {
    const relay = rig(RELAY_CHANNEL);
    relay.key(0);
    relay.composing[end](500);
    relay.poll(500);
    expect(relay.sent).toEqual(['on@0', 'off@500']);
  });

  test('an On leaves a place in the window for the Off that takes it back', () => {
    const relay = rig({ ...RELAY_CHANNEL, perWindow: { limit: 3, windowMs: 60_000 } });
    for (const atMs of [0, 2_000]) {
      relay.key(atMs);
      relay.composing.cleared(atMs + 100);
      relay.poll(atMs + 100);
    }
    expect(relay.sent).toEqual(['on@0', 'off@100']);
    expect(relay.emitter.explain().at(-1)).toMatchObject({ what: 'fact', why: 'suppressed:budget' });
  });

  test('a message sends no Off', () => {
    const relay = rig(RELAY_CHANNEL);
    relay.key(0);
    relay.message(500);
    relay.poll(5_000);
    expect(relay.sent).toEqual(['on@0']);
  });

  test('an Off is not sent when the On has expired by itself', () => {
    const relay = rig(RELAY_CHANNEL);
    relay.key(0);
    relay.poll(6_000);
    expect(relay.sent).toEqual(['on@0']);
  });

  test('a failed Off is not tried again: the duration of the On ends it', () => {
    const relay = rig(RELAY_CHANNEL);
    relay.key(0);
    relay.outcome = 'offline';
    relay.composing.cleared(100);
    relay.poll(100);
    relay.poll(200);
    expect(relay.sent).toEqual(['on@0', 'off@100']);
  });

  test('an Off that has no room waits for it, as long as there is something to end', () => {
    const relay = rig({ ...RELAY_CHANNEL, perWindow: { limit: 1, windowMs: 2_000 } });
    relay.key(0);
    relay.composing.cleared(100);
    relay.poll(100);
    expect(relay.sent).toEqual(['on@0']);
    expect(relay.nextPollAtMs).toBe(2_250);
    relay.poll(2_250);
    expect(relay.sent).toEqual(['on@0', 'off@2250']);
  });
});

describe('declarations', () => {
  test('one is renewed while it holds, without keys, and never beyond its lifetime', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.composing.declared({ atMs: 0 });
    guest.poll(0);
    expect(guest.nextPollAtMs).toBe(5_000);
    guest.poll(5_000);
    expect(guest.sent).toEqual(['on@0', 'on@5000']);
    expect(guest.last?.durationMs).toBe(5_000);
    expect(guest.nextPollAtMs).toBe(Number.POSITIVE_INFINITY);
    guest.poll(60_000);
    expect(guest.sent).toHaveLength(2);
  });

  test('a short one is shown no longer than it holds, and not renewed', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.composing.declared({ atMs: 0, untilMs: 1_500 });
    guest.poll(0);
    expect(guest.last?.durationMs).toBe(1_500);
    expect(guest.nextPollAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('an On that did not leave is tried again a second later', () => {
    const guest = rig(GUEST_CHANNEL, 'offline');
    guest.composing.declared({ atMs: 0 });
    guest.poll(0);
    expect(guest.sent).toEqual(['on@0']);
    expect(guest.nextPollAtMs).toBe(1_000);
  });
});

describe('how intents end', () => {
  test('at most one is outstanding', () => {
    const guest = rig(GUEST_CHANNEL, 'nothing');
    guest.key(0, 500, 1_000);
    expect(guest.sent).toEqual(['on@0']);
    expect(guest.nextPollAtMs).toBe(INTENT_LIFETIME_MS);
  });

  test('one that is not settled in time is stale, and counts as sent for the gap', () => {
    const guest = rig(GUEST_CHANNEL, 'nothing');
    guest.key(0, 1_999, 2_000, 6_999, 7_000);
    expect(guest.sent).toEqual(['on@0', 'on@7000']);
    expect(guest.emitter.explain()).toContainEqual({ atMs: 2_000, what: 'on', why: 'suppressed:stale', count: 1 });
  });

  test('a report for another intent leaves the outstanding one as it is', () => {
    const guest = rig(GUEST_CHANNEL, 'nothing');
    guest.key(0);
    guest.emitter.settled(2, 'offline', 10);
    guest.key(20);
    expect(guest.sent).toEqual(['on@0']);
  });

  test('an On that was refused shows nothing, so no Off follows it', () => {
    const relay = rig(RELAY_CHANNEL, 'refused');
    relay.key(0);
    relay.composing.cleared(100);
    relay.poll(100);
    expect(relay.sent).toEqual(['on@0']);
  });

  test('a second report and a late one change nothing', () => {
    const guest = rig(GUEST_CHANNEL);
    guest.key(0);
    guest.emitter.settled(1, 'suppressed:budget', 10);
    guest.emitter.settled('never', 'sent', 10);
    guest.key(20);
    expect(guest.sent).toEqual(['on@0']);
    expect(guest.emitter.explain()).toContainEqual({ atMs: 10, what: 'late', why: 'sent', count: 1 });
  });

  test.each<SignalOutcome>(['suppressed:budget', 'suppressed:quiet', 'offline'])(
    '%s: it did not leave, so the next key tries again',
    (outcome) => {
      const guest = rig(GUEST_CHANNEL, outcome);
      guest.key(0, 100);
      expect(guest.sent).toEqual(['on@0', 'on@100']);
    },
  );

  test.each<SignalOutcome>(['refused', 'timeout', 'aborted'])('%s: it may have left, so the gap is kept', (outcome) => {
    const guest = rig(GUEST_CHANNEL, outcome);
    guest.key(0, 100, 4_999, 5_000);
    expect(guest.sent).toEqual(['on@0', 'on@5000']);
  });

  test('an On is withdrawn, once, when nobody composes any more', () => {
    const guest = rig(GUEST_CHANNEL, 'nothing');
    guest.key(0);
    guest.composing.sent(100);
    expect(guest.poll(100).withdrawn).toEqual([guest.last]);
    expect(guest.poll(200).withdrawn).toEqual([]);
  });

  test('an Off is withdrawn when somebody composes again', () => {
    const relay = rig(RELAY_CHANNEL);
    relay.key(0);
    relay.outcome = 'nothing';
    relay.composing.cleared(100);
    relay.poll(100);
    relay.composing.keystroke(200);
    expect(relay.poll(200).withdrawn).toMatchObject([{ kind: 'off' }]);
  });

  test('an On that left although it was withdrawn is followed by an Off', () => {
    const relay = rig(RELAY_CHANNEL, 'nothing');
    relay.key(0);
    relay.composing.cleared(100);
    relay.poll(100);
    relay.emitter.settled(1, 'sent', 150);
    expect(relay.poll(150).intents).toMatchObject([{ kind: 'off' }]);
  });

  test('an On from before the message does not hold back the first key after it', () => {
    const guest = rig(GUEST_CHANNEL, 'nothing');
    guest.key(0);
    guest.composing.sent(100);
    guest.poll(100);
    guest.emitter.settled(1, 'sent', 150);
    guest.key(200);
    expect(guest.sent).toEqual(['on@0', 'on@200']);
  });

  test('a start is worth more than an Off, and an Off more than a renewal', () => {
    const relay = rig(RELAY_CHANNEL);
    relay.key(0);
    expect(relay.last?.value).toBeGreaterThan(1);
    relay.key(3_900);
    relay.poll(5_750);
    expect(relay.last?.value).toBeLessThan(1);
    relay.poll(7_900);
    expect(relay.last).toMatchObject({ kind: 'off', value: 1 });
  });
});

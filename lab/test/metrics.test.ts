import { describe, expect, test } from 'vitest';
import { Tally } from '../fidelity/tally.ts';
import { conversation, draft } from './support.ts';

function measured(shown: readonly number[], departuresMs: readonly number[] = []) {
  const tally = new Tally();
  // True from 0 to 10,000; then from 20,000 to 23,000, given up.
  const episodes = conversation(draft([0, 4_000, 8_000], 10_000), draft([20_000, 22_000], 60_000, 'clear'));
  tally.add({
    conversation: episodes,
    shown,
    frames: departuresMs.length,
    departuresMs,
    refusals: 1,
    messageDelayMs: 40,
  });
  tally.addDepartures(departuresMs);
  return tally;
}

describe('metrics of a conversation by hand', () => {
  test('what is shown exactly when it is true agrees whole', () => {
    expect(measured([0, 10_000, 20_000, 23_000]).metrics()).toMatchObject({
      agreement: 1,
      agreementUnsplit: 1,
      ghostSecondsPerMessage: 0,
      missedSecondsPerMessage: 0,
      showsPerMessage: 1,
      onsetP95Ms: 0,
      offLagP95Ms: 0,
      refusals: 1,
      addedMessageDelayMs: 40,
    });
  });

  test('late, early and twice: every number', () => {
    // 100 ms late; out from 5,000 to 6,000; 400 ms too long. The second: 200 ms late, 2,000 ms too long.
    const metrics = measured([100, 5_000, 6_000, 10_400, 20_200, 25_000]).metrics();
    const both = 4_900 + 4_000 + 2_800;
    const ghost = 400 + 2_000;
    const missed = 100 + 1_000 + 200;
    expect(metrics.agreement).toBeCloseTo(both / (both + ghost + missed), 10);
    expect(metrics.ghostSecondsPerMessage).toBeCloseTo(ghost / 2_000, 10);
    expect(metrics.missedSecondsPerMessage).toBeCloseTo(missed / 2_000, 10);
    expect(metrics.showsPerMessage).toBe(1.5);
    expect(metrics.onsetP95Ms).toBe(200);
    expect(metrics.offLagP95Ms).toBe(2_000);
  });

  test('never shown: nothing agrees, and the onset is the whole stretch', () => {
    expect(measured([]).metrics()).toMatchObject({
      agreement: 0,
      showsPerMessage: 0,
      onsetP95Ms: 10_000,
      offLagP95Ms: 0,
    });
  });

  test('frames per composing minute, and the worst 60 s wherever they begin', () => {
    const metrics = measured([], [0, 30_000, 59_999, 60_000, 119_000]).metrics();
    expect(metrics.framesPerComposingMinute).toBeCloseTo((5 * 60) / 13, 10);
    expect(metrics.peakPerMinute).toBe(3);
  });

  test('only the delay that signals add is counted', () => {
    expect(measured([]).metrics(30).addedMessageDelayMs).toBe(10);
    expect(measured([]).metrics(90).addedMessageDelayMs).toBe(0);
  });

  test('two tallies merged are one over both', () => {
    const [one, two, both] = [measured([0, 9_000]), measured([0, 4_000]), new Tally()];
    both.merge(one);
    both.merge(two);
    expect(both.metrics().missedSecondsPerMessage).toBeCloseTo(
      (one.metrics().missedSecondsPerMessage + two.metrics().missedSecondsPerMessage) / 2,
      10,
    );
  });
});

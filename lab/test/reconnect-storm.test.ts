import { reconnectRoundMs } from '@backchannel/signals';
import { expect, test } from 'vitest';
import { reconnectStorm } from '../bench/support/reconnect-storm.ts';

// holds: LIMIT-DEPLOYMENT-CONNECTIONS
test.each([0, 2_000, 30_000, 300_000])(
  '500 guests of a deployment that takes 50 a minute are all back after %d ms without it',
  (downMs) => {
    const storm = reconnectStorm({ guests: 500, downMs, connectionsMax: 50 });
    expect(storm).toMatchObject({ back: 500, failed: 0 });
    // Ten minutes are the least; half as long again is what not knowing each other costs.
    expect(storm.durationMs).toBeLessThan(15 * 60_000);
    // The load goes down to the rate and stays there: refused guests don't keep each other out.
    const overRate = storm.offeredPerMinute.slice(10).filter((offered) => offered > 50);
    expect(overRate).toEqual([]);
  },
);

// holds: LIMIT-DEPLOYMENT-CONNECTIONS
test.each([0, 2_000, 30_000, 300_000, 3_000_000])(
  '500 guests who take turns make at most 50 attempts in any minute after %d ms without the service, and are all back in a round',
  (downMs) => {
    const turns = { guests: 500, perMinute: 50 };
    const storm = reconnectStorm({ guests: 500, downMs, connectionsMax: 50, turns });
    expect(storm).toMatchObject({ back: 500, failed: 0 });
    expect(storm.mostInAMinute).toBeLessThanOrEqual(50);
    expect(storm.durationMs).toBeLessThanOrEqual(reconnectRoundMs(turns));
    // The same guests without turns: what is counted can be more.
    expect(reconnectStorm({ guests: 500, downMs, connectionsMax: 50 }).mostInAMinute).toBeGreaterThan(500);
  },
);

test('a guest alone is back within seconds of a short absence', () => {
  const { durationMs, back } = reconnectStorm({ guests: 20, downMs: 2_000 });
  expect(back).toBe(20);
  expect(durationMs).toBeLessThan(15_000);
});

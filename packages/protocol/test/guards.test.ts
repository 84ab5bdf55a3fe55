import {
  explainProblem,
  describe as inWords,
  type Parsed,
  parseAgentMessageRequest,
  parseAgentTypingRequest,
  parseChannelTopics,
  parseConversation,
  parseDeploymentConfig,
  parseErrorBody,
  parseGuestHistoryPage,
  parseGuestRequest,
  parseGuestResponse,
  parseIdListing,
  parseJson,
  parseMessageData,
  parseNotificationChannel,
  parseNotificationFrame,
  parseOAuthError,
  parseSubscriptionRequest,
  parseTokenResponse,
  parseUserMe,
} from '@backchannel/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SAMPLES } from './support/samples.ts';

const guards: Record<string, (value: unknown) => Parsed<unknown>> = {
  parseAgentMessageRequest,
  parseAgentTypingRequest,
  parseChannelTopics,
  parseConversation,
  parseDeploymentConfig,
  parseErrorBody,
  parseGuestHistoryPage,
  parseGuestRequest,
  parseGuestResponse,
  parseIdListing,
  parseMessageData,
  parseNotificationChannel,
  parseNotificationFrame,
  parseOAuthError,
  parseSubscriptionRequest,
  parseTokenResponse,
  parseUserMe,
};

/** Replaces one value, anywhere in a sample, by something foreign. */
const mutated = (sample: unknown): fc.Arbitrary<unknown> =>
  fc.tuple(fc.nat(200), fc.anything()).map(([target, foreign]) => {
    let seen = 0;
    const walk = (value: unknown): unknown => {
      if (seen++ === target) return foreign;
      if (Array.isArray(value)) return value.map(walk);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each)]));
    };
    return walk(sample);
  });

test.each(Object.entries(guards))('%s settles with a value or a problem on anything at all', (_name, guard) => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }), (value) => {
      const parsed = guard(value);
      if (!parsed.ok) expect(parsed.problem.path).toMatch(/^\$/);
    }),
  );
});

test.each(Object.keys(SAMPLES))('a %s with one foreign value anywhere is read or refused, never thrown', (name) => {
  const { guard, value } = SAMPLES[name]!;
  fc.assert(
    fc.property(mutated(value), (foreign) => {
      const parsed = guard(foreign);
      if (!parsed.ok) expect(explainProblem(parsed.problem)).toMatch(/^\$.* is .+; expected .+/);
    }),
    { numRuns: 300 },
  );
});

// holds: GUEST-TOLERANCE
test.each(Object.keys(SAMPLES))('a %s is read, and keys that nobody knows change nothing', (name) => {
  const { guard, value } = SAMPLES[name]!;
  const plain = guard(value);
  expect(plain.ok, plain.ok ? '' : explainProblem(plain.problem)).toBe(true);
  const addKeys = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(addKeys);
    if (typeof each !== 'object' || each === null) return each;
    const entries = Object.entries(each);
    // Maps of texts (metadata, attributes) take any key: there a new one is data.
    const openMap = entries.length > 0 && entries.every(([, value]) => typeof value === 'string');
    return {
      ...Object.fromEntries(entries.map(([key, value]) => [key, addKeys(value)])),
      ...(!openMap && { zzz: { a: 1 } }),
    };
  };
  expect(guard(addKeys(value))).toEqual(plain);
});

test('a problem names the first wrong field, what was found and what was expected', () => {
  const parsed = parseGuestRequest({
    action: 'onMessage',
    token: 't',
    message: { type: 'Event', events: [{ eventType: 'Typing', typing: { type: 'On', duration: 'long' } }] },
  });
  expect(parsed).toEqual({
    ok: false,
    problem: { path: '$.message.events[0].typing.duration', found: 'the text "long"', expected: 'a number' },
  });
});

test('text that is not JSON is a problem at the top, with a piece of the text', () => {
  const parsed = parseJson('{"action":', parseGuestRequest);
  expect(parsed.ok).toBe(false);
  expect(!parsed.ok && explainProblem(parsed.problem)).toBe(
    '$ is text that is not JSON ("{\\"action\\":"); expected JSON',
  );
});

test('an inherited name is not a field', () => {
  const parsed = parseTokenResponse(Object.create({ access_token: 'inherited', expires_in: 1 }));
  expect(!parsed.ok && parsed.problem.path).toBe('$.access_token');
});

test('foreign values are put in short words', () => {
  expect(inWords(undefined)).toBe('nothing');
  expect(inWords(null)).toBe('null');
  expect(inWords([1, 2])).toBe('a list of 2');
  expect(inWords(Number.NaN)).toBe('the number NaN');
  expect(inWords('x'.repeat(500)).length).toBeLessThan(80);
  expect(inWords(10n)).toBe('a bigint');
});

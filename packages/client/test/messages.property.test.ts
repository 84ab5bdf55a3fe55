import type { GuestMessage } from '@backchannel/client/guest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';

type Step =
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'agentSays' | 'agentSaysUnheard' | 'agentTypes' | 'drop' | 'repeat' | 'swap' | 'key' }
  | { readonly kind: 'losesCopies' | 'losesMessages' | 'breaksHistory'; readonly on: boolean }
  | { readonly kind: 'pass'; readonly durationMs: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  // Few texts, so that equal ones meet.
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('send' as const), text: fc.constantFrom('ok', 'yes', 'why?') }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'agentSays' as const,
        'agentSaysUnheard' as const,
        'agentTypes' as const,
        'drop' as const,
        'repeat' as const,
        'swap' as const,
        'key' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('losesCopies' as const, 'losesMessages' as const, 'breaksHistory' as const),
      on: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), durationMs: fc.integer({ min: 1, max: 20_000 }) }),
  },
);

const confirmed = (messages: readonly GuestMessage[]) => messages.filter(({ status }) => status === 'sent');

/** Plays the steps, checks the snapshot after each, and comes to rest with everything working again. */
async function play(steps: readonly Step[]): Promise<void> {
  const genesys = new GuestService();
  const { ports } = genesys;
  const guest = genesys.session();
  const connecting = guest.connect();
  await settle();
  await connecting;
  const settled: string[] = [];
  const sends: Promise<unknown>[] = [];
  const check = () => {
    const { messages } = guest.snapshot();
    const known = confirmed(messages);
    expect(new Set(messages.map(({ id }) => id)).size, 'messages with an id of their own').toBe(messages.length);
    expect(
      known.map(({ time }) => time),
      'in the order of time',
    ).toEqual(known.map(({ time }) => time).toSorted());
    for (const { id, text } of known) expect(genesys.transcript.find((each) => each.id === id)?.text).toBe(text);
  };
  for (const each of steps) {
    if (each.kind === 'send') sends.push(guest.send(each.text).then(({ outcome }) => settled.push(outcome)));
    else if (each.kind === 'pass') await ports.clock.advance(each.durationMs);
    else if (each.kind === 'agentSaysUnheard') genesys.store('Outbound', 'unheard');
    else if (each.kind === 'key') guest.typing.keystroke();
    else if ('on' in each) genesys[each.kind] = each.on;
    else if (ports.socket.readyState === 1) {
      const last = genesys.transcript.slice(-2).map((stored) => genesys.copy(stored));
      if (each.kind === 'drop') ports.socket.drop();
      else if (each.kind === 'agentSays') genesys.agentSays('said');
      else if (each.kind === 'agentTypes') genesys.agentTypes(5_000);
      else if (each.kind === 'repeat') for (const frame of last) ports.socket.frame(frame);
      else for (const frame of last.toReversed()) ports.socket.frame(frame);
    }
    await settle();
    check();
  }
  Object.assign(genesys, { losesCopies: false, losesMessages: false, breaksHistory: false });
  await ports.clock.advance(300_000);
  await Promise.all(sends);
  expect(settled, 'each send settles once').toHaveLength(sends.length);
  // A last reconnect reads the history, whatever was lost before.
  if (ports.socket.readyState === 1) ports.socket.drop();
  await ports.clock.advance(60_000);
  check();
  const { state, messages } = guest.snapshot();
  expect(state).toBe('live');
  expect(
    confirmed(messages).map(({ id }) => id),
    'exactly what the service has',
  ).toEqual(genesys.transcript.map(({ id }) => id));
  expect(genesys.texts().length, 'nothing is sent twice').toBeLessThanOrEqual(sends.length);
  await guest.close();
  expect(ports.clock.pending, 'timers that are left').toBe(0);
}

describe('whatever happens to the frames', () => {
  it('no message is doubled, reordered or lost, and every send settles once', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), play), { numRuns: 150 });
  }, 60_000);
});

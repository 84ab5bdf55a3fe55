import { expect, it } from 'vitest';
import { LOOKUPS_WAITING_MAX } from '../src/core/lookups.ts';
import { client, settle, startCore, stopAfterEach } from './support/core.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';

stopAfterEach();

const web = { guest: { kind: 'webmessaging' } } as const;
const SENT = { outcome: 'sent', reason: 'It was read.' } as const;

it('one client’s words on Genesys’s conversations are bounded, told as such, and keep nobody else from theirs', async () => {
  const legs = new ScriptedLegs();
  const answers: (() => void)[] = [];
  legs.link = (bindingId, genesysConversationId) => {
    legs.links.push(`${bindingId} ${genesysConversationId}`);
    return new Promise((resolve) => answers.push(() => resolve(SENT)));
  };
  const { relay } = await startCore({ legs });
  const name = (each: number) => relay.bind(client(), `c${each}`, { ...web, genesysConversationId: `g${each}` });
  const waiting = Array.from({ length: LOOKUPS_WAITING_MAX }, (_, each) => name(each));
  await settle();
  await expect(name(99)).rejects.toMatchObject({
    code: 'rate.limited',
    status: 429,
    retryAfterMs: 5_000,
    fix: expect.stringContaining('Leave genesysConversationId out'),
  });
  // Nothing of it was made, nor asked for.
  await expect(relay.conversation(client(), { id: 'c99' })).rejects.toMatchObject({ code: 'conversation.unknown' });
  expect(answers).toHaveLength(LOOKUPS_WAITING_MAX);
  expect((await relay.bind(client(), 'plain', web)).created).toBe(true);
  const others = relay.bind(client('other'), 'c1', { ...web, genesysConversationId: 'another' });
  await settle();
  expect(legs.links.at(-1)).toMatch(/ another$/);
  answers.shift()?.();
  await waiting[0];
  const next = name(99);
  await settle();
  for (const answer of answers) answer();
  await Promise.all([...waiting, others, next]);
});

it('a word that is refused, or of a call that fails, leaves its place to the next', async () => {
  const { relay } = await startCore();
  for (let each = 0; each <= LOOKUPS_WAITING_MAX; each += 1) {
    const wrong = relay.bind(client(), '', { ...web, genesysConversationId: 'g1' });
    await expect(wrong).rejects.toMatchObject({ code: 'request.invalid' });
  }
  expect((await relay.bind(client(), 'c1', { ...web, genesysConversationId: 'g1' })).created).toBe(true);
});

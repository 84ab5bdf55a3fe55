// Real HTTP to a receiver on a port of its own; the emulator's own time stands still until a test moves it.
import { expect, test } from 'vitest';
import { journaled, rest, start } from './support/emulator.ts';
import { agentSays, agentTypes } from './support/open.ts';
import { attempted, conversingOpenly } from './support/open-conversation.ts';

const typesOf = (received: readonly { readonly body: { readonly type: string } }[]) =>
  received.map(({ body }) => body.type);

test('a webhook that is lost is tried again after its 10 s and 5 s, as if nobody had answered', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  genesys.faults.add({ frame: 'text', surface: 'webhooks', effect: 'drop' });
  await agentSays(genesys, 'Hi');
  expect(await journaled(genesys, ({ fault }) => fault === 'fault-1')).toMatchObject({
    direction: 'out',
    surface: 'webhooks',
    kind: 'text',
    note: 'Injected (fault-1): lost.',
  });
  clock.advance(10_000);
  expect((await attempted(genesys, 1)).note).toContain('no answer within 10000 ms');
  expect(typesOf(receiver.received)).toEqual(['Receipt']);
  clock.advance(5_000);
  expect(typesOf(await receiver.until(2))).toEqual(['Receipt', 'Text']);
});

test('a webhook whose answer is lost comes twice: the receiver has to know it again', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  genesys.faults.add({ frame: 'text', surface: 'webhooks', direction: 'in', effect: 'drop' });
  const { id } = await agentSays(genesys, 'Hi');
  await journaled(genesys, ({ fault }) => fault === 'fault-1');
  clock.advance(15_000);
  expect((await receiver.until(3)).slice(1).map(({ body }) => body.id)).toEqual([id, id]);
});

test.each([
  ['out', 0],
  ['in', 1],
] as const)(
  'a webhook that is cut (%s) is tried again after 5 s; %i came before it broke',
  async (direction, before) => {
    const { receiver, genesys, clock } = await conversingOpenly();
    genesys.faults.add({ frame: 'text', surface: 'webhooks', direction, effect: 'cut' });
    await agentSays(genesys, 'Hi');
    expect((await attempted(genesys, 1)).note).toContain('the connection was reset');
    expect(receiver.received).toHaveLength(1 + before);
    clock.advance(5_000);
    await receiver.until(2 + before);
  },
);

test('a delayed webhook is overtaken by later ones, and its 10 s begin when it leaves', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  genesys.faults.add({ frame: 'typing', surface: 'webhooks', delayMs: 60_000 });
  await agentTypes(genesys);
  await agentSays(genesys, 'Hi');
  expect(typesOf(await receiver.until(2))).toEqual(['Receipt', 'Text']);
  await journaled(genesys, ({ surface, kind, status }) => surface === 'webhooks' && kind === 'text' && status === 200);
  clock.advance(59_999);
  expect(receiver.received).toHaveLength(2);
  clock.advance(1);
  expect(typesOf(await receiver.until(3))).toEqual(['Receipt', 'Text', 'Event']);
  expect(genesys.journal.entries().filter(({ note }) => note?.startsWith('Attempt'))).toEqual([]);
});

test('an answer that is delayed beyond the 10 s is no answer', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  genesys.faults.add({ frame: 'text', surface: 'webhooks', direction: 'in', delayMs: 10_001 });
  await agentSays(genesys, 'Hi');
  await journaled(genesys, ({ fault }) => fault === 'fault-1');
  clock.advance(10_000);
  expect((await attempted(genesys, 1)).note).toContain('no answer within 10000 ms');
  clock.advance(5_000);
  await receiver.until(3);
});

test('clearing the faults lets a delayed webhook go at once, and ends the wait for a lost one', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  genesys.faults.add({ frame: 'typing', surface: 'webhooks', delayMs: 60_000 });
  genesys.faults.add({ frame: 'text', surface: 'webhooks', effect: 'drop' });
  await agentTypes(genesys);
  await agentSays(genesys, 'Hi');
  genesys.faults.clear();
  expect(typesOf(await receiver.until(2))).toEqual(['Receipt', 'Event']);
  await attempted(genesys, 1);
  clock.advance(5_000);
  expect(typesOf(await receiver.until(3))).toEqual(['Receipt', 'Event', 'Text']);
  await genesys.close();
  expect(clock.waiting).toBe(0);
});

test.each([
  ['status', { status: 503 }, 'let that answer the status. Nearest: \\"cut\\"'],
  ['duplicate', { effect: 'duplicate' }, 'Nearest: \\"drop\\" with direction \\"in\\"'],
  ['reorder', { effect: 'reorder' }, 'Nearest: \\"delay\\"'],
  ['half-open', { effect: 'half-open' }, 'Nearest: \\"drop\\"'],
])('%s cannot happen to a webhook: the rule is refused with what is nearest', async (_name, effect, nearest) => {
  const genesys = await start();
  const body = { frame: 'text', surface: 'webhooks', ...effect };
  const answer = await rest(genesys, 'POST', '/_emulator/faults', { body });
  expect([answer.status, answer.body.code]).toEqual([400, 'fault.invalid']);
  expect(JSON.stringify(answer.body)).toContain(nearest);
});

test('a webhook that does not exist is refused with the nearest one', async () => {
  const genesys = await start();
  const body = { frame: 'recept', surface: 'webhooks', effect: 'drop' };
  const answer = await rest(genesys, 'POST', '/_emulator/faults', { body });
  expect(JSON.stringify(answer.body)).toContain('Did you mean \\"receipt\\"?');
});

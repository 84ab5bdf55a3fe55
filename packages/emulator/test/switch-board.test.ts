import { expect, test } from 'vitest';
import { configured, conversing, fence, frames, onlyConversation, rest, start } from './support/emulator.ts';

const on = { body: { typing: { type: 'On' } } };
const control = { token: undefined };

test('a switch is moved while the emulator runs, told with its assumption, and moved back by a reset', async () => {
  const genesys = await start({ switches: { copyTypingToGuest: true } });
  await conversing(genesys);
  const { typingPath } = onlyConversation(genesys);
  expect((await rest(genesys, 'POST', typingPath, on)).status).toBe(204);
  const moved = await rest(genesys, 'POST', '/_emulator/switches', { ...control, body: { agentTypingStatus: 202 } });
  expect(moved.body.switches).toContainEqual({
    name: 'agentTypingStatus',
    value: 202,
    default: 204,
    values: [204, 200, 202],
    fact: 'AGENT-TYPING-204',
    mark: 'assumed',
    says: 'Agent typing is answered 204.',
  });
  expect((await rest(genesys, 'POST', typingPath, on)).status).toBe(202);
  genesys.switches.move({ copyTypingToGuest: false });
  await genesys.reset();
  expect(genesys.switches.positions).toMatchObject({ agentTypingStatus: 204, copyTypingToGuest: true });
});

test.each([
  ['a name that does not exist', { agentTypingStats: 202 }, 'Did you mean \\"agentTypingStatus\\"?'],
  ['a position that it has not', { agentTypingStatus: 203 }, 'use 204 or 200 or 202'],
  ['nothing', undefined, 'it is {\\"agentTypingStatus\\":202}'],
])('%s moves no switch', async (_name, given, reason) => {
  const genesys = await start();
  const body = given === undefined ? '' : { copyTypingToGuest: true, ...given };
  const answer = await rest(genesys, 'POST', '/_emulator/switches', { ...control, body });
  expect([answer.status, answer.body.code]).toEqual([400, 'option.invalid']);
  expect(JSON.stringify(answer.body)).toContain(reason);
  expect(genesys.switches.list().every((each) => each.value === each.default)).toBe(true);
});

test('a limit is moved while the emulator runs, all are let go, and come back', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { typingPath } = onlyConversation(genesys);
  const type = async () => (await rest(genesys, 'POST', typingPath, on)).status;
  const limits = (body: unknown) =>
    rest(genesys, 'POST', '/_emulator/limits', { ...control, body: JSON.stringify(body) });
  expect(await type()).toBe(204);
  const moved = (await limits({ agentTypingPerConversation: 1 })).body.limits;
  expect(moved).toContainEqual(
    expect.objectContaining({ name: 'agentTypingPerConversation', value: 1, default: 12, windowMs: 60_000 }),
  );
  expect([await type(), await type()]).toEqual([204, 429]);
  expect((await limits('off')).body.limits).toContainEqual(
    expect.objectContaining({ name: 'agentTypingPerConversation', value: null }),
  );
  for (let count = 0; count < 20; count += 1) expect(await type()).toBe(204);
  await limits('on');
  await limits({ agentTypingPerConversation: null });
  expect(genesys.limits.of('agentTypingPerConversation'), 'null, as the list has it').toBe(Number.POSITIVE_INFINITY);
  await limits('on');
  expect(genesys.limits.of('agentTypingPerConversation')).toBe(12);
  await limits('off');
  await genesys.reset();
  expect(genesys.limits.of('agentTypingPerConversation')).toBe(12);
});

test.each([
  [{ agentTypingPerConversatio: 1 }, 'Did you mean \\"agentTypingPerConversation\\"?'],
  [{ agentTypingPerConversation: -1 }, 'a number from 0'],
  [{ requestBodyBytes: 1 }, 'read at the start'],
  [7, 'The body cannot be 7'],
])('limits cannot be moved by %j', async (body, reason) => {
  const genesys = await start();
  const answer = await rest(genesys, 'POST', '/_emulator/limits', { ...control, body: JSON.stringify(body) });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(reason);
});

test('a fault may come in the one word of the command line', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const added = await rest(genesys, 'POST', '/_emulator/faults', { ...control, body: '"guest/text@in:drop:2"' });
  expect(added.body.rules).toMatchObject([
    { frame: 'text', surface: 'guest', direction: 'in', effect: 'drop', first: 2 },
  ]);
  guest.send(frames.text('one'));
  expect(await fence(guest)).toEqual([]);
  const wrong = await rest(genesys, 'POST', '/_emulator/faults', { ...control, body: '"text"' });
  expect([wrong.status, wrong.body.code]).toEqual([400, 'fault.invalid']);
});

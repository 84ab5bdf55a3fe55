import { BOUNDS, type FaultRule } from '@backchannel/emulator';
import { parseErrorBody } from '@backchannel/protocol';
import { expect, test } from 'vitest';
import {
  configured,
  connect,
  conversing,
  fence,
  frames,
  guestUrl,
  journaled,
  listening,
  onlyConversation,
  rest,
  start,
  startAtRest,
} from './support/emulator.ts';
import { refusedStatus, TestSocket } from './support/socket.ts';

const TYPING = 'postConversationsMessageCommunicationTyping';
const on = { body: { typing: { type: 'On' } } };

test('the first n calls of an operation are answered in the platform’s words, the next ones are done', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { typingPath } = onlyConversation(genesys);
  genesys.faults.add({ operation: TYPING, first: 2, status: 429, retryAfterSeconds: 7 });
  for (let count = 0; count < 2; count += 1) {
    const answer = await rest(genesys, 'POST', typingPath, on);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(parseErrorBody(answer.body)).toMatchObject({
      value: {
        code: 'too.many.requests.retry.after',
        message: 'Rate limit exceeded the maximum. Retry the request in [7] seconds',
        contextId: answer.headers.get('inin-correlation-id'),
      },
    });
  }
  expect((await rest(genesys, 'POST', typingPath, on)).status).toBe(204);
  expect(onlyConversation(genesys).conversation.typing).toHaveLength(1);
  const injected = genesys.journal.entries().filter(({ fault }) => fault === 'fault-1');
  expect(injected.map(({ status, note }) => [status, note])).toEqual([
    [429, 'Injected (fault-1): answered 429.'],
    [429, 'Injected (fault-1): answered 429.'],
  ]);
  expect(genesys.faults.list()).toMatchObject([{ id: 'fault-1', met: 3, fired: 2 }]);
});

test('other operations, the token endpoint and the configuration can fail too', async () => {
  const genesys = await start();
  genesys.faults.add({ operation: 'getUsersMe', status: 503 });
  genesys.faults.add({ operation: 'postOauthToken', status: 500 });
  genesys.faults.add({ operation: 'getDeploymentConfig', status: 504 });
  genesys.faults.add({ operation: 'getOauthAuthorize', status: 500 });
  const config = `/webdeployments/v1/deployments/${genesys.info.deploymentId}/config.json`;
  for (const [method, path, status, code] of [
    ['GET', '/api/v2/users/me', 503, 'service.unavailable'],
    ['POST', '/oauth/token', 500, 'internal.server.error'],
    ['GET', config, 504, 'request.timeout'],
    ['GET', '/oauth/authorize', 500, 'internal.server.error'],
  ] as const) {
    expect(await rest(genesys, method, path)).toMatchObject({ status, body: { code, status } });
  }
  expect((await rest(genesys, 'GET', config)).status).toBe(200);
});

test('an answer that is lost leaves the work done', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { messagesPath } = onlyConversation(genesys);
  genesys.faults.add({ operation: 'postConversationsMessageCommunicationMessages', direction: 'out', effect: 'cut' });
  await expect(rest(genesys, 'POST', messagesPath, { body: { textBody: 'once' } })).rejects.toThrow();
  expect((await rest(genesys, 'POST', messagesPath, { body: { textBody: 'twice' } })).status).toBe(200);
  expect(onlyConversation(genesys).conversation.transcript.map(({ text }) => text)).toEqual(['hello', 'once', 'twice']);
});

test('a request that is dropped hangs until the faults are cleared, and is not done', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { messagesPath } = onlyConversation(genesys);
  genesys.faults.add({ operation: 'postConversationsMessageCommunicationMessages', effect: 'drop' });
  const lost = rest(genesys, 'POST', messagesPath, { body: { textBody: 'lost' } });
  await journaled(genesys, ({ fault }) => fault === 'fault-1');
  genesys.faults.clear();
  await expect(lost).rejects.toThrow();
  expect(onlyConversation(genesys).conversation.transcript).toHaveLength(1);
});

test('a delayed request comes when the emulator’s clock says so', async () => {
  const { genesys } = await startAtRest();
  genesys.faults.add({ operation: 'getUsersMe', delayMs: 60_000 });
  const answered = rest(genesys, 'GET', '/api/v2/users/me');
  await journaled(genesys, ({ fault }) => fault === 'fault-1');
  await genesys.clock.advance(60_000);
  const answer = await answered;
  expect([answer.status, answer.headers.get('date')]).toEqual([200, 'Mon, 05 Jan 2026 10:01:00 GMT']);
});

test('clearing the faults lets a delayed request through at once', async () => {
  const { genesys } = await startAtRest();
  genesys.faults.add({ operation: 'getUsersMe', delayMs: 60_000 });
  const answered = rest(genesys, 'GET', '/api/v2/users/me');
  await journaled(genesys, ({ fault }) => fault === 'fault-1');
  genesys.faults.clear();
  expect((await answered).status).toBe(200);
});

test('a guest’s frame is answered with an error of its socket', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  genesys.faults.add({ frame: 'text', status: 429, retryAfterSeconds: 9 });
  genesys.faults.add({ frame: 'text', status: 4011 });
  guest.send(frames.text('one'));
  guest.send(frames.text('two'));
  guest.send(frames.text('three'));
  expect(await guest.next()).toMatchObject({
    class: 'TooManyRequestsErrorMessage',
    tracingId: 'text-one',
    body: { retryAfter: 9, errorCode: 429 },
  });
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4011, tracingId: 'text-two' });
  expect((await guest.next()).body.text).toBe('three');
});

const said = async (rules: readonly FaultRule[], texts: readonly string[], movesMs = 0): Promise<string[]> => {
  const { genesys } = await startAtRest();
  const guest = await configured(genesys);
  for (const rule of rules) genesys.faults.add(rule);
  for (const text of texts) guest.send(frames.text(text));
  genesys.faults.add({ frame: 'getJwt', first: 1, delayMs: 1 });
  guest.send(frames.jwt);
  await journaled(genesys, ({ kind, direction }) => kind === 'getJwt' && direction === 'in');
  await genesys.clock.advance(movesMs + 1);
  const copies = guest.frames.filter((each) => each.body.text !== undefined).map((each) => each.body.text as string);
  return copies;
};

test('frames in: dropped, doubled and overtaken', async () => {
  expect(await said([{ frame: 'text', effect: 'drop' }], ['a', 'b'])).toEqual(['b']);
  expect(await said([{ frame: 'text', effect: 'duplicate' }], ['a', 'b'])).toEqual(['a', 'a', 'b']);
  expect(await said([{ frame: 'text', effect: 'reorder' }], ['a', 'b', 'c'])).toEqual(['b', 'a', 'c']);
});

test('a delayed frame holds what follows it on its connection', async () => {
  expect(await said([{ frame: 'text', delayMs: 5_000 }], ['a', 'b'])).toEqual([]);
  expect(await said([{ frame: 'text', delayMs: 5_000 }], ['a', 'b'], 5_000)).toEqual(['a', 'b']);
});

test('a frame that nothing overtakes comes after a while', async () => {
  const { genesys } = await startAtRest();
  const guest = await configured(genesys);
  genesys.faults.add({ frame: 'text', effect: 'reorder' });
  guest.send(frames.text('alone'));
  await journaled(genesys, ({ fault }) => fault === 'fault-1');
  await genesys.clock.advance(BOUNDS.reorderWaitMs);
  expect((await guest.next()).body.text).toBe('alone');
});

test('frames out: the copy of a message is lost, and the message is there', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  genesys.faults.add({ frame: 'text', direction: 'out', effect: 'drop' });
  guest.send(frames.text('unconfirmed'));
  expect(await fence(guest)).toEqual([]);
  expect(onlyConversation(genesys).conversation.transcript).toMatchObject([{ text: 'unconfirmed' }]);
});

test('a cut in the place of a frame breaks that connection alone', async () => {
  const genesys = await start();
  const [guest, other] = [await configured(genesys), await configured(genesys)];
  genesys.faults.add({ frame: 'typing', effect: 'cut' });
  guest.send(frames.typing());
  expect(await guest.closed).toBe(1006);
  other.send(frames.text('still here'));
  expect((await other.next()).body.text).toBe('still here');
});

test('a half-open connection takes everything and gives nothing, until the faults are cleared', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { messagesPath } = onlyConversation(genesys);
  genesys.faults.add({ frame: 'typing', effect: 'half-open' });
  guest.send(frames.typing());
  await journaled(genesys, ({ fault }) => fault === 'fault-1');
  guest.send(frames.text('into the void'));
  await rest(genesys, 'POST', messagesPath, { body: { textBody: 'unheard' } });
  expect(onlyConversation(genesys).conversation.transcript.map(({ text }) => text)).toEqual(['hello', 'unheard']);
  expect([guest.socket.readyState, guest.frames.filter((each) => each.body.text === 'unheard')]).toEqual([1, []]);
  genesys.faults.clear();
  expect((await guest.next()).body.text).toBe('into the void');
});

test('the upgrade can be refused, broken and left unanswered', async () => {
  const genesys = await start();
  genesys.faults.add({ frame: 'open', status: 503 });
  expect(await refusedStatus(guestUrl(genesys))).toBe(503);
  genesys.faults.add({ frame: 'open', effect: 'cut' });
  await expect(refusedStatus(guestUrl(genesys))).rejects.toThrow();
  genesys.faults.add({ frame: 'open', effect: 'drop' });
  const hanging = new TestSocket(guestUrl(genesys));
  await journaled(genesys, ({ fault }) => fault === 'fault-3');
  genesys.faults.clear();
  await hanging.closed;
  await connect(genesys);
});

test('notification frames can be struck too', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const socket = await listening(genesys, [`v2.users.${genesys.info.agents[0]?.id}.conversations.messages`]);
  genesys.faults.add({ frame: 'conversation', effect: 'duplicate' });
  guest.send(frames.text('hello'));
  const [first, second] = [await socket.next(), await socket.next()];
  expect(second).toEqual(first);
});

test('a rate is drawn from the seed: the same run twice, another seed another run', async () => {
  const run = async (seed: number): Promise<string> => {
    const genesys = await start({ seed, limits: 'off' });
    genesys.faults.add({ operation: 'getUsersMe', rate: 0.5, status: 500 });
    const statuses: number[] = [];
    for (let count = 0; count < 24; count += 1) statuses.push((await rest(genesys, 'GET', '/api/v2/users/me')).status);
    return statuses.join(' ');
  };
  const [one, again, other] = [await run(1), await run(1), await run(2)];
  expect(again).toBe(one);
  expect(other).not.toBe(one);
  expect(new Set(one.split(' '))).toEqual(new Set(['200', '500']));
});

test('reset removes the rules, and brings back those of the start', async () => {
  const genesys = await start({ faults: [{ operation: 'getUsersMe', status: 503 }] });
  genesys.faults.add({ frame: 'text', effect: 'drop' });
  expect((await rest(genesys, 'GET', '/api/v2/users/me')).status).toBe(503);
  expect((await rest(genesys, 'GET', '/api/v2/users/me')).status).toBe(200);
  await genesys.reset();
  expect(genesys.faults.list()).toEqual([{ id: 'fault-1', operation: 'getUsersMe', status: 503, met: 0, fired: 0 }]);
  expect((await rest(genesys, 'GET', '/api/v2/users/me')).status).toBe(503);
});

test.each([{ delayMs: 60_000 }, { effect: 'reorder' as const }, { effect: 'half-open' as const }])(
  'reset loses what %j holds back: nobody of before is in the new state',
  async (what) => {
    const genesys = await start();
    const guest = await configured(genesys);
    genesys.faults.add({ frame: 'text', direction: 'in', ...what });
    guest.send(frames.text('of before'));
    await journaled(genesys, ({ fault }) => fault === 'fault-1');
    await genesys.reset();
    expect(await guest.closed).toBe(1001);
    expect(genesys.conversations()).toEqual([]);
    expect(genesys.journal.entries().filter(({ kind }) => kind === 'text')).toEqual([]);
  },
);

test('reset ends a request that is held back, and nothing of it is done', async () => {
  const genesys = await start();
  genesys.faults.add({ operation: 'postNotificationsChannels', delayMs: 60_000 });
  const asking = rest(genesys, 'POST', '/api/v2/notifications/channels');
  asking.catch(() => undefined);
  await journaled(genesys, ({ fault }) => fault === 'fault-1');
  await genesys.reset();
  await expect(asking).rejects.toThrow('fetch failed');
  expect((await rest(genesys, 'GET', '/api/v2/notifications/channels')).body.entities).toEqual([]);
});

test.each(['guest', 'notifications'] as const)(
  'a connection of the surface %s that is held back opens when the faults are cleared, and keeps nothing from ending',
  async (surface) => {
    const genesys = await start();
    genesys.faults.add({ frame: 'open', surface, first: 9, delayMs: 60_000 });
    const { body } = await rest(genesys, 'POST', '/api/v2/notifications/channels');
    const url = surface === 'guest' ? guestUrl(genesys) : body.connectUri;
    const knocking = async (times: number): Promise<TestSocket> => {
      const socket = new TestSocket(url);
      await journaled(genesys, () => genesys.faults.list()[0]?.fired === times);
      return socket;
    };
    const first = await knocking(1);
    genesys.faults.clear();
    await first.opened();
    genesys.faults.add({ frame: 'open', surface, first: 9, delayMs: 60_000 });
    const second = await knocking(1);
    await genesys.reset();
    expect(await second.closed).toBe(1006);
    genesys.faults.add({ frame: 'open', surface, first: 9, delayMs: 60_000 });
    const guest = surface === 'guest' ? await knocking(1) : undefined;
    await genesys.close();
    expect(await guest?.closed).toBe(guest && 1001);
  },
);

test('by HTTP: added one or many, listed with their targets, removed one or all', async () => {
  const genesys = await start();
  const many = [
    { frame: 'text', effect: 'drop' },
    { frame: 'typing', rate: 0.5, effect: 'cut' },
  ];
  const added = await rest(genesys, 'POST', '/_emulator/faults', { body: many });
  expect(added).toMatchObject({ status: 201, body: { rules: [{ id: 'fault-1' }, { id: 'fault-2' }] } });
  const listed = await rest(genesys, 'GET', '/_emulator/faults');
  expect(listed.body.rules).toHaveLength(2);
  expect(listed.body.operations).toContain(TYPING);
  expect((await rest(genesys, 'DELETE', '/_emulator/faults/fault-1')).status).toBe(204);
  expect((await rest(genesys, 'DELETE', '/_emulator/faults/fault-1')).status).toBe(404);
  expect((await rest(genesys, 'DELETE', '/_emulator/faults')).status).toBe(204);
  expect(genesys.faults.list()).toEqual([]);
});

test.each([
  [
    'an operation that is not served',
    { operation: 'postConversationsMessageCommunicationTypng', status: 429 },
    `Did you mean \\"${TYPING}\\"?`,
  ],
  ['a frame that does not pass', { frame: 'typin', effect: 'drop' }, 'Did you mean \\"typing\\"?'],
  ['a frame that only goes out', { frame: 'SessionResponse', direction: 'in', effect: 'drop' }, '(in)'],
  ['an answer to an answer', { frame: 'SessionResponse', status: 429 }, 'Nearest: \\"drop\\"'],
  ['a status that the platform has not', { operation: 'getUsersMe', status: 418 }, 'Nearest: 415'],
  ['a doubled request', { operation: 'getUsersMe', effect: 'duplicate' }, 'with direction \\"out\\"'],
  ['a half-open request', { operation: 'getUsersMe', effect: 'half-open' }, 'Nearest: \\"drop\\"'],
  ['a rate that never fires', { frame: 'text', rate: 0, effect: 'drop' }, 'would never fire'],
  ['no time at all', { frame: 'text', first: 0, effect: 'drop' }, 'from 1 to'],
  ['first and rate', { frame: 'text', first: 1, rate: 0.5, effect: 'drop' }, 'not both'],
  ['a misspelt field', { frame: 'text', effct: 'drop' }, 'Did you mean \\"effect\\"?'],
  [
    'an effect with the field of another',
    { frame: 'text', effect: 'drop', delayMs: 5 },
    'goes with the effect \\"delay\\"',
  ],
  ['nothing', [null], 'it is an object such as'],
])('a rule that could never fire is refused with what is nearest: %s', async (_name, rule, reason) => {
  const genesys = await start();
  const answer = await rest(genesys, 'POST', '/_emulator/faults', { body: rule });
  expect([answer.status, answer.body.code]).toEqual([400, 'fault.invalid']);
  expect(JSON.stringify(answer.body)).toContain(reason);
  expect(genesys.faults.list()).toEqual([]);
});

test('rules and held frames are bounded', async () => {
  const { genesys } = await startAtRest({ limits: 'off' });
  const guest = await configured(genesys);
  genesys.faults.add({ frame: 'getJwt', delayMs: 5_000 });
  for (let count = 0; count <= BOUNDS.heldFrames + 1; count += 1) guest.send(frames.jwt);
  expect(await guest.closed).toBe(1006);
  expect((await journaled(genesys, ({ kind }) => kind === 'bound')).note).toContain(`${BOUNDS.heldFrames} frames`);
  for (let count = 1; count < BOUNDS.faults; count += 1) genesys.faults.add({ frame: 'text', effect: 'drop' });
  expect(() => genesys.faults.add({ frame: 'text', effect: 'drop' })).toThrow(`its bound of ${BOUNDS.faults}`);
});

import { EmulatorError, startEmulator } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import {
  configured,
  connect,
  conversing,
  frames,
  guestUrl,
  onlyConversation,
  rest,
  start,
  startAtRest,
} from './support/emulator.ts';
import { refusedStatus, TestSocket } from './support/socket.ts';

// holds: LIMIT-GUEST-MESSAGES, class:TooManyRequestsErrorMessage
test('a session may send five messages in any second; the sixth is told when to come back', async () => {
  const { genesys, clock } = await startAtRest();
  const guest = await configured(genesys);
  for (let count = 0; count < 5; count += 1) {
    guest.send(frames.text(`m${count}`));
    expect((await guest.next()).class).toBe('StructuredMessage');
    clock.advance(100);
  }
  guest.send(frames.text('one too many'));
  expect(await guest.next()).toMatchObject({
    type: 'response',
    class: 'TooManyRequestsErrorMessage',
    code: 429,
    tracingId: 'text-one too many',
    body: { retryAfter: 1, errorCode: 4029, errorMessage: 'Message rate too high for this session' },
  });
  clock.advance(500);
  guest.send(frames.text('after the first'));
  expect((await guest.next()).class).toBe('StructuredMessage');
  // Rolling, not per calendar second: only the first of the five is a second old.
  guest.send(frames.typing());
  expect((await guest.next()).body.errorCode).toBe(4029);
});

// holds: LIMIT-GUEST-REQUESTS
test('a connection may send sixty frames in any minute, whatever they are', async () => {
  const { genesys, clock } = await startAtRest();
  const guest = await configured(genesys);
  for (let count = 1; count < 60; count += 1) {
    guest.send(count % 2 === 0 ? '{}' : frames.jwt);
    expect((await guest.next()).code).not.toBe(429);
  }
  clock.advance(20_000);
  guest.send(frames.jwt);
  expect(await guest.next()).toMatchObject({
    class: 'TooManyRequestsErrorMessage',
    tracingId: 'jwt-1',
    body: { retryAfter: 40 },
  });
  clock.advance(40_000);
  guest.send(frames.jwt);
  expect((await guest.next()).class).toBe('JwtResponse');
});

// holds: LIMIT-GUEST-HEALTH-CHECKS
test('a connection may be checked twice in any minute', async () => {
  const { genesys, clock } = await startAtRest();
  const guest = await configured(genesys);
  for (const expected of [200, 200, 429]) {
    guest.send(frames.echo);
    expect((await guest.next()).code).toBe(expected);
  }
  clock.advance(60_000);
  guest.send(frames.echo);
  expect((await guest.next()).code).toBe(200);
});

// holds: LIMIT-GUEST-CONFIGURES
test('a session may be configured sixty times in any minute, over all its connections', async () => {
  const { genesys } = await startAtRest({ limits: { guestConfiguresPerSession: 3 } });
  const first = await configured(genesys);
  await configured(genesys);
  first.send(frames.configure(genesys));
  await first.next();
  const third = await connect(genesys);
  third.send(frames.configure(genesys));
  expect(await third.next()).toMatchObject({
    code: 429,
    body: { errorCode: 429, errorMessage: 'ConfigureSession rate too high for this session', retryAfter: 60 },
  });
});

// holds: LIMIT-GUEST-CONNECTIONS, class:ConnectionClosedEvent
test('a fourth connection of a session closes the oldest with ConnectionClosedEvent and 1000', async () => {
  const genesys = await start();
  const oldest = await conversing(genesys);
  const others = [await configured(genesys), await configured(genesys), await configured(genesys)];
  expect(await oldest.next()).toMatchObject({ type: 'message', class: 'ConnectionClosedEvent', code: 200 });
  expect(await oldest.closed).toBe(1000);
  await rest(genesys, 'POST', onlyConversation(genesys).messagesPath, { body: { textBody: 'Hi' } });
  for (const guest of others) expect((await guest.next()).body.text).toBe('Hi');
});

// holds: LIMIT-DEPLOYMENT-CONNECTIONS, GUEST-UPGRADE-429
test('a deployment may have so many new connections in any minute; the next is refused at the upgrade', async () => {
  const { genesys, clock } = await startAtRest({ limits: { guestConnectionsPerDeployment: 2 } });
  await connect(genesys);
  await connect(genesys);
  expect(await refusedStatus(guestUrl(genesys))).toBe(429);
  clock.advance(60_000);
  const again = await new TestSocket(guestUrl(genesys)).opened();
  again.socket.terminate();
});

// holds: LIMIT-AGENT-TYPING, ERROR-429
test('an agent may type twelve times in any minute per conversation; the answer says when to come back', async () => {
  const { genesys, clock } = await startAtRest();
  await conversing(genesys);
  const { typingPath } = onlyConversation(genesys);
  const type = () => rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } });
  for (let count = 0; count < 12; count += 1) {
    expect((await type()).status).toBe(204);
    clock.advance(1_000);
  }
  const refused = await type();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('48');
  expect(refused.body).toMatchObject({
    code: 'too.many.requests.retry.after',
    status: 429,
    message: 'Rate limit exceeded the maximum. Retry the request in [48] seconds',
  });
  expect(onlyConversation(genesys).conversation.typing).toHaveLength(12);
  clock.advance(48_000);
  expect((await type()).status).toBe(204);
  expect((await type()).status).toBe(429);
});

// holds: LIMIT-TOKEN
test('a token may ask 300 times in any minute, and only that token', async () => {
  const { genesys } = await startAtRest({ limits: { requestsPerToken: 2 } });
  const [ana, ben] = genesys.info.agents;
  for (const expected of [200, 200, 429]) {
    expect((await rest(genesys, 'GET', '/api/v2/users/me', { token: ana?.token })).status).toBe(expected);
  }
  expect((await rest(genesys, 'GET', '/api/v2/users/me', { token: ben?.token })).status).toBe(200);
});

test('limits that are off count nothing, bounds in bytes stay', async () => {
  const genesys = await start({ limits: 'off' });
  const guest = await configured(genesys);
  for (let count = 0; count < 100; count += 1) guest.send(frames.text(`m${count}`));
  for (let count = 0; count < 100; count += 1) expect((await guest.next()).class).toBe('StructuredMessage');
  guest.send(frames.text('x'.repeat(4_097)));
  expect((await guest.next()).code).toBe(4011);
});

test.each([
  [{ limits: { guestMesagesPerSession: 1 } as never }, 'Did you mean "guestMessagesPerSession"?'],
  [{ limits: { requestsPerToken: -1 } }, 'limits.requestsPerToken cannot be -1 (number)'],
  [{ limits: { guestTypingGapMs: 1 } }, 'a rule of the official clients'],
  [{ switches: { honorTypingDuration: true } as never }, 'Did you mean "honourTypingDuration"?'],
  [
    { switches: { agentTypingStatus: 500 } as never },
    'switches.agentTypingStatus cannot be 500 (number): use 204 or 200 or 202.',
  ],
  [{ port: 70_000 }, 'port cannot be 70000 (number)'],
  [{ defaults: 'Demo' as never }, 'defaults cannot be Demo (string): use demo or platform.'],
  [{ seed: 1.5 }, 'seed cannot be 1.5 (number)'],
])('the option %j is refused with what would work', async (options, text) => {
  const error = await startEmulator(options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EmulatorError);
  expect(error).toMatchObject({ code: 'option.invalid', message: expect.stringContaining(text) });
  expect((error as Error).message).toMatch(/^option\.invalid: /);
});

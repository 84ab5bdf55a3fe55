import { LIMITS, parseNotificationFrame } from '@backchannel/protocol';
import { expect, test } from 'vitest';
import {
  clientToken,
  conversing,
  journaled,
  listening,
  onlyConversation,
  rest,
  start,
  startAtRest,
} from './support/emulator.ts';
import { basic, refreshTokenOf, tokenRequest } from './support/login.ts';
import { TestSocket } from './support/socket.ts';

const ME = '/api/v2/tokens/me';

// holds: TOKENS-ME, TOKENS-REVOKED-401
test('a token that was ended is unknown; others of the same user go on', async () => {
  const genesys = await start();
  const [ana] = genesys.info.agents;
  expect((await rest(genesys, 'GET', ME)).body).toMatchObject({
    organization: { id: expect.any(String) },
    OAuthClient: { id: genesys.info.loginClient.clientId },
  });
  const other = await tokenRequest(
    genesys,
    { grant_type: 'refresh_token', refresh_token: await refreshTokenOf(genesys) },
    basic(genesys.info.loginClient),
  );
  expect((await rest(genesys, 'DELETE', ME, { token: ana?.token })).status).toBe(204);
  expect(await rest(genesys, 'GET', ME, { token: ana?.token })).toMatchObject({
    status: 401,
    body: { code: 'bad.credentials' },
  });
  expect((await rest(genesys, 'HEAD', ME, { token: other.body.access_token })).status).toBe(200);
  // Whoever asks for the seeded credentials gets one that works.
  expect((await rest(genesys, 'GET', ME, { token: genesys.info.agents[0]?.token })).status).toBe(200);
});

// holds: TOKENS-ME, TOKENS-OTHER-USERS
test('all tokens of a user are ended at once, refresh tokens too, but not by another user', async () => {
  const genesys = await start();
  const [ana, ben] = genesys.info.agents;
  const refreshToken = await refreshTokenOf(genesys);
  const path = `/api/v2/tokens/${ana?.id}`;
  expect(await rest(genesys, 'DELETE', path, { token: ben?.token })).toMatchObject({ status: 403 });
  expect((await rest(genesys, 'DELETE', '/api/v2/tokens/nobody', { token: await clientToken(genesys) })).status).toBe(
    404,
  );
  expect((await rest(genesys, 'DELETE', path, { token: await clientToken(genesys) })).status).toBe(204);
  expect((await rest(genesys, 'GET', ME, { token: ana?.token })).status).toBe(401);
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  expect((await tokenRequest(genesys, form, basic(genesys.info.loginClient))).body.error).toBe('invalid_grant');
  expect((await rest(genesys, 'GET', ME, { token: ben?.token })).status).toBe(200);
});

// holds: NOTIFY-SYSTEM, NOTIFY-SYSTEM-WHEN
test('a channel hears that its token was ended, and its socket closes', async () => {
  const genesys = await start();
  const [ana] = genesys.info.agents;
  const socket = await listening(genesys, []);
  await rest(genesys, 'DELETE', ME, { token: ana?.token });
  const frame = await socket.next();
  expect(frame).toMatchObject({
    topicName: `v2.system.token_revoked.${ana?.id}`,
    eventBody: { channelId: socket.channelId, systemTopicType: 'token_revoked', reason: 'user_tokens_revoked' },
  });
  expect(parseNotificationFrame(frame)).toEqual({
    ok: true,
    value: { kind: 'token-revoked', reason: 'user_tokens_revoked' },
  });
  expect(await socket.closed).toBe(1000);
});

// holds: LIMIT-CHANNELS, NOTIFY-SYSTEM, NOTIFY-SYSTEM-WHEN
test('the 21st channel of a user and application takes the place of the one used least recently, which hears it', async () => {
  const { genesys, clock } = await startAtRest();
  const first = await listening(genesys, []);
  clock.advance(1);
  const channels = '/api/v2/notifications/channels';
  const unconnected: string[] = [];
  for (let count = 1; count < LIMITS.channelsPerUser.limit; count += 1) {
    unconnected.push((await rest(genesys, 'POST', channels, { body: '' })).body.id);
    clock.advance(1);
  }
  const exists = async (id: string | undefined) => (await rest(genesys, 'HEAD', `${channels}/${id}`)).status === 200;
  const idOfNext = async () => (await rest(genesys, 'POST', channels, { body: '' })).body.id as string;
  // Unconnected ones go first, the oldest of them before the others.
  await idOfNext();
  expect(await exists(first.channelId)).toBe(true);
  expect(await exists(unconnected[0])).toBe(false);
  // Another application of the same user has channels of its own.
  const other = await clientToken(genesys);
  await rest(genesys, 'POST', channels, { body: '', token: other });
  expect(await exists(unconnected[1])).toBe(true);
  const strict = await start({ limits: { channelsPerUser: 1 } });
  const only = await listening(strict, []);
  await rest(strict, 'POST', channels, { body: '' });
  expect(await only.next()).toMatchObject({
    topicName: `v2.system.no_longer_subscribed.${only.channelId}`,
    eventBody: { systemTopicType: 'no_longer_subscribed', reason: 'another_channel_subscribed' },
  });
  expect(await only.closed).toBe(1000);
});

test('the list of channels has those of the token; those of other tokens show that they exist', async () => {
  const genesys = await start();
  const channels = '/api/v2/notifications/channels';
  const mine = (await rest(genesys, 'POST', channels, { body: '' })).body.id;
  const { body } = await tokenRequest(
    genesys,
    { grant_type: 'refresh_token', refresh_token: await refreshTokenOf(genesys) },
    basic(genesys.info.loginClient),
  );
  await rest(genesys, 'POST', channels, { body: '', token: body.access_token });
  expect((await rest(genesys, 'GET', channels)).body.entities).toMatchObject([{ id: mine }]);
  const all = (await rest(genesys, 'GET', `${channels}?includechannels=oauthclient`)).body.entities;
  expect(all.map((each: { id?: string }) => each.id)).toEqual([mine, undefined]);
});

// holds: NOTIFY-CLOSING
test('an announced end leaves a minute to open the same connectUri again', async () => {
  const { genesys, clock } = await startAtRest();
  await conversing(genesys);
  const topic = `v2.users.${genesys.info.agents[0]?.id}.conversations.messages`;
  const [staying, moving] = [await listening(genesys, [topic]), await listening(genesys, [topic])];
  const retired = await rest(genesys, 'POST', '/_emulator/retire', { body: '', token: undefined });
  expect(retired.body).toEqual({ announced: 2 });
  for (const socket of [staying, moving])
    expect(await socket.next()).toMatchObject({ topicName: 'v2.system.socket_closing' });
  const moved = await new TestSocket(`${genesys.url.replace('http', 'ws')}/channels/${moving.channelId}`).opened();
  expect(await moving.closed).toBe(1000);
  clock.advance(60_000);
  expect(await staying.closed).toBe(1001);
  await rest(genesys, 'POST', onlyConversation(genesys).messagesPath, { body: { textBody: 'Still heard' } });
  const conversation = async (): Promise<unknown> => {
    for (;;) {
      const frame = await moved.next();
      if (frame.topicName === topic) return frame;
    }
  };
  expect(await conversation()).toMatchObject({ topicName: topic });
  moved.socket.terminate();
});

// holds: LIMIT-USER
test('the tokens of one user and client share a limit', async () => {
  const { genesys, clock } = await startAtRest({ limits: { requestsPerUser: 2 } });
  const { body } = await tokenRequest(
    genesys,
    { grant_type: 'refresh_token', refresh_token: await refreshTokenOf(genesys) },
    basic(genesys.info.loginClient),
  );
  const look = (token?: string) => rest(genesys, 'GET', ME, { token });
  expect((await look(genesys.info.agents[0]?.token)).status).toBe(200);
  expect((await look(body.access_token)).status).toBe(200);
  const refused = await look(body.access_token);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect((await journaled(genesys, ({ status }) => status === 429)).note).toContain('LIMIT-USER');
  expect((await look(genesys.info.agents[1]?.token)).status).toBe(200);
  clock.advance(60_000);
  expect((await look(body.access_token)).status).toBe(200);
});

import {
  LIMITS,
  PLATFORM_ERRORS,
  parseConversation,
  parseErrorBody,
  parseMessageData,
  parseUserMe,
} from '@backchannel/protocol';
import { expect, test } from 'vitest';
import {
  clientToken,
  conversing,
  fence,
  frames,
  onlyConversation,
  rest,
  start,
  startAtRest,
} from './support/emulator.ts';

// holds: op:getUsersMe, USERS-ME
test('users/me names the user of the token', async () => {
  const genesys = await start();
  for (const { id, name, token } of genesys.info.agents) {
    const answer = await rest(genesys, 'GET', '/api/v2/users/me', { token });
    expect(answer.status).toBe(200);
    expect(parseUserMe(answer.body)).toEqual({ ok: true, value: { id, name } });
  }
});

// holds: op:getConversation, op:getConversationsMessage, CONVERSATION-GET, CONVERSATION-LEGS
test('a conversation names its participants, their communications, each other’s ends and their messages', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { id, agentLeg, customerLeg, messagesPath } = onlyConversation(genesys);
  await rest(genesys, 'POST', messagesPath, { body: { textBody: 'Hi' } });
  const answer = await rest(genesys, 'GET', `/api/v2/conversations/${id}`);
  expect(parseConversation(answer.body)).toMatchObject({ ok: true });
  const [customer, queue, agent] = answer.body.participants;
  expect(customer).toMatchObject({
    purpose: 'customer',
    messages: [{ id: customerLeg, peerId: agentLeg, state: 'connected', type: 'webmessaging' }],
  });
  expect(queue).toMatchObject({ purpose: 'acd', endTime: expect.any(String), messages: [{ state: 'disconnected' }] });
  expect(agent).toMatchObject({
    purpose: 'agent',
    userId: genesys.info.agents[0]?.id,
    messages: [{ id: agentLeg, peerId: customerLeg }],
  });
  expect(customer.messages[0].messages).toMatchObject([
    { messageStatus: 'received', messageMetadata: { type: 'Text' } },
  ]);
  expect(agent.messages[0].messages).toMatchObject([{ messageStatus: 'delivery-success' }]);
  const media = await rest(genesys, 'GET', `/api/v2/conversations/messages/${id}`);
  expect(media.body.participants[2]).toMatchObject({
    purpose: 'agent',
    peer: customerLeg,
    messages: [{ message: { id: expect.any(String) } }],
  });
  expect(JSON.stringify(media.body)).not.toContain('Hi');
});

// holds: op:getConversationsMessages, CONVERSATION-LIST
test('the list of message conversations is the user’s own', async () => {
  const genesys = await start();
  await conversing(genesys);
  const [ana, ben] = genesys.info.agents;
  const path = '/api/v2/conversations/messages';
  expect(
    (await rest(genesys, 'GET', path, { token: ana?.token })).body.entities.map((each: { id: string }) => each.id),
  ).toEqual([onlyConversation(genesys).id]);
  expect((await rest(genesys, 'GET', path, { token: ben?.token })).body.entities).toEqual([]);
});

// holds: op:postConversationsMessageCommunicationMessages, op:getConversationsMessageMessage, AGENT-MESSAGE,
// AGENT-MESSAGE-STATUS
test('an agent’s message is answered with MessageData and read back with its status', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { messagesPath, id } = onlyConversation(genesys);
  const sent = await rest(genesys, 'POST', messagesPath, { body: { textBody: 'On its way.' } });
  expect(sent).toMatchObject({
    status: 200,
    body: {
      conversationId: id,
      direction: 'outbound',
      messengerType: 'webmessaging',
      status: 'queued',
      normalizedReceipts: [],
    },
  });
  expect(parseMessageData(sent.body)).toMatchObject({
    ok: true,
    value: { text: 'On its way.', originatingEntity: 'Human' },
  });
  expect((await guest.next()).body.id).toBe(sent.body.id);
  const path = `/api/v2/conversations/messages/${id}/messages`;
  expect((await rest(genesys, 'GET', `${path}/${sent.body.id}`)).body).toMatchObject({ status: 'delivery-success' });
  const inbound = onlyConversation(genesys).conversation.transcript[0]?.id;
  expect((await rest(genesys, 'GET', `${path}/${inbound}`)).body).toMatchObject({
    direction: 'inbound',
    status: 'received',
    normalizedMessage: { text: 'hello' },
  });
  await guest.close();
  const unseen = await rest(genesys, 'POST', messagesPath, { body: { textBody: 'Gone?' } });
  expect((await rest(genesys, 'GET', `${path}/${unseen.body.id}`)).body.status).toBe('sent');
});

// holds: op:postConversationsMessageCommunicationTyping, AGENT-TYPING, AGENT-TYPING-204
test('agent typing is answered 204 without a body', async () => {
  const genesys = await start();
  await conversing(genesys);
  const answer = await rest(genesys, 'POST', onlyConversation(genesys).typingPath, {
    body: { typing: { type: 'On' }, dateSent: '2026-01-05T10:00:00.000Z' },
  });
  expect(answer.status).toBe(204);
  expect(answer.body).toBe('');
  expect(answer.headers.get('ININ-Correlation-Id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('agent typing while the guest has no connection is dropped, and the journal says why', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  await guest.close();
  const { typingPath } = onlyConversation(genesys);
  expect((await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } })).status).toBe(204);
  expect(onlyConversation(genesys).conversation.typing).toEqual([]);
  expect(genesys.journal.entries().at(-1)?.note).toContain('no open connection');
});

// holds: ERROR-BODY, ERROR-CODES
test('every error has the envelope, and its contextId is the correlation id of the answer', async () => {
  const genesys = await start();
  for (const path of ['/api/v2/users/me', '/api/v2/nothing', '/', '/%zz', '/api/v2/conversations/none']) {
    const answer = await rest(genesys, 'GET', path, {
      token: path === '/api/v2/users/me' ? 'wrong' : genesys.info.agents[0]?.token,
    });
    const body = parseErrorBody(answer.body);
    if (!body.ok) throw new Error(`${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    expect(body.value.status).toBe(answer.status);
    expect(body.value.contextId).toBe(answer.headers.get('ININ-Correlation-Id'));
    expect(PLATFORM_ERRORS).toHaveProperty([body.value.code]);
    expect(answer.body).toMatchObject({ details: [], errors: [] });
  }
});

test.each([
  ['no bearer', undefined, 'authentication.required'],
  ['an unknown bearer', 'emulator-user-token-0', 'bad.credentials'],
])('%s is answered 401', async (_name, token, code) => {
  const genesys = await start();
  const answer = await rest(genesys, 'GET', '/api/v2/users/me', { token });
  expect(answer).toMatchObject({ status: 401, body: { code } });
});

test('a token is expired after 24 hours, and the control routes then hand out another', async () => {
  const { genesys, clock } = await startAtRest();
  const token = genesys.info.agents[0]?.token;
  clock.advance(86_399_999);
  expect((await rest(genesys, 'GET', '/api/v2/users/me', { token })).status).toBe(200);
  clock.advance(1);
  expect(await rest(genesys, 'GET', '/api/v2/users/me', { token })).toMatchObject({
    status: 401,
    body: { code: 'credentials.expired' },
  });
  expect((await rest(genesys, 'GET', '/api/v2/users/me')).status).toBe(200);
});

// holds: AGENT-CLIENT-CREDENTIALS, USERS-ME
test('a client-credentials token speaks for agents but has no user', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const token = await clientToken(genesys);
  const { typingPath, messagesPath, id } = onlyConversation(genesys);
  expect(await rest(genesys, 'GET', '/api/v2/users/me', { token })).toMatchObject({
    status: 400,
    body: { code: 'not.a.user' },
  });
  expect(await rest(genesys, 'GET', '/api/v2/conversations/messages', { token })).toMatchObject({
    status: 400,
    body: { code: 'not.a.user' },
  });
  expect((await rest(genesys, 'GET', `/api/v2/conversations/${id}`, { token })).status).toBe(200);
  expect((await rest(genesys, 'POST', typingPath, { token, body: { typing: { type: 'On' } } })).status).toBe(204);
  expect((await rest(genesys, 'POST', messagesPath, { token, body: { textBody: 'Hi' } })).status).toBe(200);
  expect(await fence(guest)).toHaveLength(2);
});

test('missing permissions are named, all that would do', async () => {
  const genesys = await start({ permissions: { agents: ['conversation:webmessaging:create'], client: [] } });
  const guest = await conversing(genesys);
  const { typingPath, id } = onlyConversation(genesys);
  const refused = await rest(genesys, 'POST', typingPath, {
    token: await clientToken(genesys),
    body: { typing: { type: 'On' } },
  });
  expect(refused).toMatchObject({
    status: 403,
    body: {
      code: 'missing.any.permissions',
      message:
        'Unable to perform the requested action. You must have at least one of the following permissions assigned: [conversation:message:create, conversation:webmessaging:create]',
    },
  });
  expect((await rest(genesys, 'GET', `/api/v2/conversations/${id}`)).status).toBe(403);
  expect((await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } })).status).toBe(204);
  expect(await fence(guest)).toHaveLength(1);
});

test('what does not exist is answered 404: conversation, communication, message', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { id, agentLeg, customerLeg } = onlyConversation(genesys);
  const body = { typing: { type: 'On' } };
  const leg = (conversation: string, communication: string) =>
    `/api/v2/conversations/messages/${conversation}/communications/${communication}/typing`;
  expect(await rest(genesys, 'POST', leg('none', agentLeg), { body })).toMatchObject({
    status: 404,
    body: { code: 'conversation.error.conversation.not.found' },
  });
  expect(await rest(genesys, 'POST', leg(id, 'none'), { body })).toMatchObject({
    status: 404,
    body: { code: 'not.found' },
  });
  expect((await rest(genesys, 'POST', leg(id, customerLeg), { body })).status).toBe(404);
  expect(genesys.journal.entries().at(-1)?.note).toContain('communication of the customer');
  expect((await rest(genesys, 'GET', `/api/v2/conversations/messages/${id}/messages/none`)).status).toBe(404);
});

// holds: ERROR-405
test('a wrong verb is answered 405 with the verbs that work', async () => {
  const genesys = await start();
  const answer = await rest(genesys, 'PUT', '/api/v2/notifications/channels', { body: '' });
  expect(answer).toMatchObject({ status: 405, body: { code: 'method.not.allowed' } });
  expect(answer.headers.get('allow')).toBe('POST, GET');
});

// holds: LIMIT-REQUEST-BODY, EMPTY-JSON-BODY
test('the body is JSON of at most 512,000 bytes; an empty one is no body', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { typingPath, messagesPath } = onlyConversation(genesys);
  expect(await rest(genesys, 'POST', typingPath, { body: '' })).toMatchObject({
    status: 400,
    body: { code: 'bad.request' },
  });
  expect(await rest(genesys, 'POST', typingPath, { body: '{"typing":' })).toMatchObject({
    status: 400,
    body: { code: 'bad.request' },
  });
  expect(
    await rest(genesys, 'POST', typingPath, {
      body: 'typing=On',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  ).toMatchObject({ status: 415, body: { code: 'unsupported.media.type' } });
  const bytes = LIMITS.requestBodyBytes.limit;
  expect(await rest(genesys, 'POST', messagesPath, { body: `"${'x'.repeat(bytes - 1)}"` })).toMatchObject({
    status: 413,
    body: { message: 'The request is over the size limit. Maximum bytes: 512000' },
  });
  expect((await rest(genesys, 'POST', messagesPath, { body: `"${'x'.repeat(bytes - 2)}"` })).status).toBe(400);
  expect((await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' })).status).toBe(200);
});

// holds: AGENT-TYPING-ON-ONLY
test('there is no typing Off for agents either', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { typingPath } = onlyConversation(genesys);
  expect(await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'Off' } } })).toMatchObject({
    status: 400,
    body: {
      code: 'invalid.value',
      message: 'Value [Off] is not valid for field type [type]. Allowable values are: On',
    },
  });
  expect((await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On', duration: 'long' } } })).status).toBe(
    400,
  );
});

// holds: AGENT-TYPING-BODY, AGENT-TYPING-FRACTION
test('agent typing for a fraction of a millisecond is refused with a hint and reaches nobody; any whole number is taken', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { typingPath } = onlyConversation(genesys);
  const type = (duration: unknown) => rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On', duration } } });
  const refused = await type(2_999.4);
  expect(refused).toMatchObject({ status: 400, body: { code: 'bad.request' } });
  const hint =
    '$.typing.duration is the number 2999.4; expected a whole number. Round it, or leave it out: the model says an integer of milliseconds (AGENT-TYPING-BODY).';
  expect(refused.headers.get('x-backchannel-hint')).toContain(hint);
  expect(genesys.journal.entries().at(-1)?.note).toContain(hint);
  expect((await type('3000')).status).toBe(400);
  expect(onlyConversation(genesys).conversation.typing).toEqual([]);
  for (const duration of [3_000, 3_000.0, 0, -1]) expect((await type(duration)).status).toBe(204);
  expect(onlyConversation(genesys).conversation.typing.map(({ durationMs }) => durationMs)).toEqual([
    3_000, 3_000, 5_000, 5_000,
  ]);
});

// holds: LIMIT-AGENT-TEXT
test('an agent’s text has at least one character and at most 4,000', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { messagesPath } = onlyConversation(genesys);
  for (const [textBody, status] of [
    ['x'.repeat(4_000), 200],
    ['x'.repeat(4_001), 400],
    ['', 400],
    [7, 400],
  ] as const) {
    expect((await rest(genesys, 'POST', messagesPath, { body: { textBody } })).status).toBe(status);
  }
});

// holds: AGENT-OWN-COMMUNICATION
test('a user does not speak through the communication of another', async () => {
  const genesys = await start();
  await conversing(genesys);
  const ben = genesys.info.agents[1]?.token;
  const { typingPath } = onlyConversation(genesys);
  expect(await rest(genesys, 'POST', typingPath, { token: ben, body: { typing: { type: 'On' } } })).toMatchObject({
    status: 403,
    body: { code: 'not.authorized' },
  });
});

// holds: op:postOauthToken, OAUTH-TOKEN, OAUTH-ERRORS, OAUTH-ERROR-STATUS, OAUTH-FORM-CREDENTIALS
test('the token endpoint takes Basic client credentials and nothing else', async () => {
  const genesys = await start();
  const { clientId, clientSecret } = genesys.info.oauth;
  const ask = async (basic: string | undefined, form: Record<string, string>, method = 'POST') => {
    const response = await fetch(`${genesys.url}/oauth/token`, {
      method,
      headers: basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
      ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
    });
    return { status: response.status, body: await response.json() };
  };
  const grant = { grant_type: 'client_credentials' };
  const failed = {
    error: 'invalid_client',
    description: 'authentication failed',
    error_description: 'authentication failed',
  };
  expect(await ask(`${clientId}:${clientSecret}`, grant)).toEqual({
    status: 200,
    body: { access_token: expect.any(String), token_type: 'bearer', expires_in: 86_400 },
  });
  expect(await ask(`${clientId}:wrong`, grant)).toEqual({ status: 401, body: failed });
  expect(await ask(`nobody:${clientSecret}`, grant)).toMatchObject({
    status: 401,
    body: { description: 'client not found' },
  });
  expect(await ask(undefined, { ...grant, client_id: clientId, client_secret: clientSecret })).toEqual({
    status: 401,
    body: failed,
  });
  expect(await ask(`${clientId}:${clientSecret}`, {})).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  });
  expect(await ask(`${clientId}:${clientSecret}`, { grant_type: 'password' })).toMatchObject({
    status: 400,
    body: { error: 'unsupported_grant_type' },
  });
  expect(await ask(undefined, {}, 'GET')).toMatchObject({ status: 405 });
});

// holds: DEPLOYMENT-CONFIG, DEPLOYMENT-DOMAINS, op:getDeploymentConfig, op:getDeploymentDomains
test('the deployment configuration is public and tells where the socket is', async () => {
  const genesys = await start();
  const path = `/webdeployments/v1/deployments/${genesys.info.deploymentId}`;
  const config = await rest(genesys, 'GET', `${path}/config.json`, { token: undefined });
  expect(config.body).toMatchObject({
    id: genesys.info.deploymentId,
    status: 'Active',
    messenger: {
      apps: {
        conversations: {
          messagingEndpoint: genesys.url.replace('http', 'ws'),
          showAgentTypingIndicator: true,
          showUserTypingIndicator: true,
          autoStart: { enabled: true },
        },
      },
    },
  });
  expect((await rest(genesys, 'GET', `${path}/domains.json`, { token: undefined })).body).toEqual({
    allowAllDomains: true,
    allowedDomains: [],
  });
  expect(
    (await rest(genesys, 'GET', '/webdeployments/v1/deployments/none/config.json', { token: undefined })).status,
  ).toBe(404);
  const platform = await start({ defaults: 'platform' });
  const off = await rest(platform, 'GET', `/webdeployments/v1/deployments/${platform.info.deploymentId}/config.json`, {
    token: undefined,
  });
  expect(off.body.messenger.apps.conversations).toMatchObject({
    showAgentTypingIndicator: false,
    showUserTypingIndicator: false,
    autoStart: { enabled: false },
  });
});

// holds: GUEST-HISTORY, GUEST-HISTORY-NO-TYPING
test('history is the guest’s own, newest first, in pages, without typing', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { messagesPath, typingPath } = onlyConversation(genesys);
  await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } });
  await rest(genesys, 'POST', messagesPath, { body: { textBody: 'Hi' } });
  guest.send(frames.typing());
  guest.send(frames.text('bye'));
  await fence(guest);
  const jwt = guest.frames.find((each) => each.class === 'JwtResponse').body.jwt;
  const page = (query: string) => rest(genesys, 'GET', `/api/v2/webmessaging/messages${query}`, { token: jwt });
  const all = await page('');
  expect(all.body).toMatchObject({ pageSize: 25, pageNumber: 1, total: 3, pageCount: 1 });
  expect(all.body.entities.map((each: { text: string; direction: string }) => [each.text, each.direction])).toEqual([
    ['bye', 'Inbound'],
    ['Hi', 'Outbound'],
    ['hello', 'Inbound'],
  ]);
  const copy = guest.frames.find((each) => each.body.text === 'bye');
  expect(all.body.entities[0]).toMatchObject({
    id: copy.body.id,
    channel: { messageId: copy.body.channel.messageId, time: copy.body.channel.time },
  });
  const second = await page('?pageNumber=2&pageSize=2');
  expect(second.body).toMatchObject({ pageCount: 2, entities: [{ text: 'hello' }] });
  expect((await page('?pageNumber=3&pageSize=2')).body.entities).toEqual([]);
  expect(await page('?pageSize=0')).toMatchObject({ status: 400, body: { code: 'invalid.value' } });
});

// holds: GUEST-JWT-LIFE, LIMIT-GUEST-HISTORY, action:getJwt, class:JwtResponse
test('history takes the JWT of the guest alone, for a minute, ten times a minute', async () => {
  const { genesys, clock } = await startAtRest();
  const guest = await conversing(genesys);
  guest.send(frames.jwt);
  const { jwt, exp } = (await guest.next()).body;
  expect(exp).toBe(Date.UTC(2026, 0, 5, 10, 1) / 1_000);
  const read = (token: string | undefined) => rest(genesys, 'GET', '/api/v2/webmessaging/messages', { token });
  expect(await read(undefined)).toMatchObject({ status: 401, body: { code: 'authentication.required' } });
  expect(await read(genesys.info.agents[0]?.token)).toMatchObject({ status: 401, body: { code: 'bad.credentials' } });
  const [header, payload, signature] = jwt.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const longer = Buffer.from(JSON.stringify({ ...claims, exp: exp + 3_600 })).toString('base64url');
  expect(await read(`${header}.${longer}.${signature}`)).toMatchObject({
    status: 401,
    body: { code: 'bad.credentials' },
  });
  for (let count = 0; count < 10; count += 1) expect((await read(jwt)).status).toBe(200);
  expect(await read(jwt)).toMatchObject({ status: 429 });
  clock.advance(60_000);
  expect(await read(jwt)).toMatchObject({ status: 401, body: { code: 'credentials.expired' } });
});

// Every operation that is served here is driven by Genesys's own JavaScript SDK, over real HTTP: what the SDK cannot call the
// way it is written, or cannot read, is wrong here.
import type { Emulator } from '@backchannel/emulator';
import platformClient from 'purecloud-platform-client-v2';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATIONS } from '../src/platform/operations.ts';
import { conversing, onlyConversation, start } from './support/emulator.ts';
import { CHALLENGE, logIn, REDIRECT_URI, VERIFIER } from './support/login.ts';
import { openSdkCalls } from './support/open-sdk-calls.ts';

const client = platformClient.ApiClient.instance;
// Otherwise it watches a configuration file in the home directory.
client.config.live_reload_config = false;

const conversations = new platformClient.ConversationsApi();
const notifications = new platformClient.NotificationsApi();
const tokens = new platformClient.TokensApi();
const users = new platformClient.UsersApi();

let genesys: Emulator;

beforeEach(async () => {
  genesys = await start();
  const { hostname, port } = new URL(genesys.url);
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) } as never);
  client.setAccessToken(genesys.info.agents[0]?.token ?? '');
});
afterEach(() => {
  // Else the SDK answers the next 401 by renewing the token of an emulator that is gone.
  delete (client as unknown as { authData: { refreshToken?: string } }).authData.refreshToken;
});
afterAll(() => client.setGateway(undefined as never));

const participant = (purpose: string): string =>
  onlyConversation(genesys).conversation.participants.findLast((each) => each.purpose === purpose)?.id ?? '';
const text = { textBody: 'On its way.' };
const said = async () => {
  const { id, agentLeg } = onlyConversation(genesys);
  return conversations.postConversationsMessageCommunicationMessages(id, agentLeg, text);
};
const channel = async () => (await notifications.postNotificationsChannels()).id ?? '';
const topics = () => [{ id: `v2.users.${genesys.info.agents[0]?.id}.conversations.messages` }];
const colleague = () => ({ userId: genesys.info.agents[1]?.id ?? '' });
const queue = async () => {
  const { id } = onlyConversation(genesys);
  return (await conversations.getConversation(id)).participants.find(({ purpose }) => purpose === 'acd')?.queueId ?? '';
};

/** One call per operation, by its own method; and what the SDK makes of the answer. */
const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  getUsersMe: async () => {
    expect(await users.getUsersMe()).toMatchObject({ id: genesys.info.agents[0]?.id });
  },
  getConversations: async () => {
    const { id } = onlyConversation(genesys);
    expect(await conversations.getConversations()).toMatchObject({ entities: [{ id }], total: 1 });
    expect(await conversations.getConversations({ communicationType: 'call' })).toMatchObject({ entities: [] });
  },
  getConversation: async () => {
    const { id } = onlyConversation(genesys);
    expect(await conversations.getConversation(id)).toMatchObject({ id, participants: [{}, {}, {}] });
  },
  getConversationsMessages: async () => {
    const { id } = onlyConversation(genesys);
    expect(await conversations.getConversationsMessages()).toMatchObject({
      entities: [{ id }],
      pageNumber: 1,
      total: 1,
    });
  },
  getConversationsMessage: async () => {
    const { id } = onlyConversation(genesys);
    expect(await conversations.getConversationsMessage(id)).toMatchObject({ id, participants: [{}, {}, {}] });
  },
  getConversationsMessageMessage: async () => {
    const { id } = await said();
    const read = await conversations.getConversationsMessageMessage(onlyConversation(genesys).id, id ?? '');
    expect(read).toMatchObject({ id, status: 'delivery-success', normalizedReceipts: [{}, { status: 'Delivered' }] });
  },
  getConversationsMessageDetails: async () => {
    const { id } = await said();
    expect(await conversations.getConversationsMessageDetails(id ?? '')).toMatchObject({ id, direction: 'outbound' });
  },
  postConversationsMessageMessagesBulk: async () => {
    const { id } = await said();
    const conversationId = onlyConversation(genesys).id;
    const answer = await conversations.postConversationsMessageMessagesBulk(conversationId, { body: [id ?? ''] });
    expect(answer).toMatchObject({ entities: [{ id }] });
  },
  postConversationsMessageCommunicationMessages: async () => {
    expect(await said()).toMatchObject({ direction: 'outbound', status: 'queued' });
  },
  postConversationsMessageCommunicationTyping: async () => {
    const { id, agentLeg } = onlyConversation(genesys);
    const typing = { typing: { type: 'On', duration: 5_000 } };
    expect(empty(await conversations.postConversationsMessageCommunicationTyping(id, agentLeg, typing))).toBe(true);
    expect(onlyConversation(genesys).conversation.typing).toHaveLength(1);
  },
  patchConversationsMessageParticipantAttributes: async () => {
    const { id } = onlyConversation(genesys);
    const body = { attributes: { order: '42' } };
    const customer = participant('customer');
    expect(await conversations.patchConversationsMessageParticipantAttributes(id, customer, { body })).toEqual(body);
  },
  patchConversationParticipantAttributes: async () => {
    const { id } = onlyConversation(genesys);
    const body = { attributes: { order: '42' } };
    const answer = await conversations.patchConversationParticipantAttributes(id, participant('customer'), body);
    expect(empty(answer)).toBe(true);
    expect(onlyConversation(genesys).conversation.participants[0]?.attributes).toEqual(body.attributes);
  },
  patchConversationsMessageParticipant: async () => {
    const { id } = onlyConversation(genesys);
    const body = { state: 'disconnected' };
    expect(empty(await conversations.patchConversationsMessageParticipant(id, participant('agent'), { body }))).toBe(
      true,
    );
    expect((await conversations.getConversation(id)).endTime).toEqual(expect.any(String));
  },
  patchConversationParticipant: async () => {
    const { id } = onlyConversation(genesys);
    const body = { state: 'disconnected' };
    expect(empty(await conversations.patchConversationParticipant(id, participant('agent'), body))).toBe(true);
  },
  patchConversationsMessageParticipantCommunication: async () => {
    const { id, agentLeg } = onlyConversation(genesys);
    const body = { state: 'disconnected' };
    const agent = participant('agent');
    expect(await conversations.patchConversationsMessageParticipantCommunication(id, agent, agentLeg, body)).toEqual(
      {},
    );
  },
  patchConversationsMessage: async () => {
    const { id } = onlyConversation(genesys);
    const body = { state: 'disconnected', participants: [], startTime: '' };
    expect(await conversations.patchConversationsMessage(id, body)).toMatchObject({ id, endTime: expect.any(String) });
  },
  postConversationDisconnect: async () => {
    const { id } = onlyConversation(genesys);
    expect(empty(await conversations.postConversationDisconnect(id))).toBe(true);
  },
  postConversationsMessageParticipantReplace: async () => {
    const { id } = onlyConversation(genesys);
    const answer = await conversations.postConversationsMessageParticipantReplace(
      id,
      participant('agent'),
      colleague(),
    );
    expect(empty(answer)).toBe(true);
    expect(onlyConversation(genesys).conversation.participants.at(-1)?.userId).toBe(colleague().userId);
  },
  postConversationParticipantReplace: async () => {
    const { id } = onlyConversation(genesys);
    const answer = await conversations.postConversationParticipantReplace(id, participant('agent'), {
      queueId: await queue(),
    });
    expect(empty(answer)).toBe(true);
  },
  postConversationParticipantReplaceAgent: async () => {
    const { id } = onlyConversation(genesys);
    const answer = await conversations.postConversationParticipantReplaceAgent(id, participant('agent'), colleague());
    expect(empty(answer)).toBe(true);
  },
  postConversationParticipantReplaceQueue: async () => {
    const { id } = onlyConversation(genesys);
    const body = { queueId: await queue() };
    expect(empty(await conversations.postConversationParticipantReplaceQueue(id, participant('agent'), body))).toBe(
      true,
    );
  },
  postNotificationsChannels: async () => {
    const made = await notifications.postNotificationsChannels();
    expect(made).toMatchObject({ id: expect.any(String), connectUri: expect.stringMatching(/^ws:/) });
  },
  getNotificationsChannels: async () => {
    const id = await channel();
    expect(await notifications.getNotificationsChannels()).toMatchObject({ entities: [{ id }] });
    expect(await notifications.getNotificationsChannels({ includechannels: 'oauthclient' })).toMatchObject({
      entities: [{ id }],
    });
  },
  headNotificationsChannel: async () => {
    await notifications.headNotificationsChannel(await channel());
    // A HEAD has no body to reject with: the SDK rejects with nothing.
    const missing = notifications.headNotificationsChannel('none').then(
      () => 'found',
      () => 'missing',
    );
    expect(await missing).toBe('missing');
  },
  getNotificationsChannelSubscriptions: async () => {
    expect(await notifications.getNotificationsChannelSubscriptions(await channel())).toEqual({ entities: [] });
  },
  postNotificationsChannelSubscriptions: async () => {
    const answer = await notifications.postNotificationsChannelSubscriptions(await channel(), topics());
    expect(answer).toMatchObject({ entities: [{ ...topics()[0], state: 'Permitted' }] });
  },
  putNotificationsChannelSubscriptions: async () => {
    const answer = await notifications.putNotificationsChannelSubscriptions(await channel(), topics());
    expect(answer).toMatchObject({ entities: topics() });
  },
  deleteNotificationsChannelSubscriptions: async () => {
    expect(empty(await notifications.deleteNotificationsChannelSubscriptions(await channel()))).toBe(true);
  },
  getNotificationsAvailabletopics: async () => {
    const { entities } = await notifications.getNotificationsAvailabletopics({ expand: ['requiresCurrentUser'] });
    expect(entities).toContainEqual(
      expect.objectContaining({ id: 'v2.users.{id}.conversations.messages', requiresCurrentUser: true }),
    );
  },
  getTokensMe: async () => {
    expect(await tokens.getTokensMe()).toMatchObject({ OAuthClient: { id: genesys.info.loginClient.clientId } });
  },
  headTokensMe: async () => {
    await tokens.headTokensMe();
  },
  deleteTokensMe: async () => {
    await tokens.deleteTokensMe();
    await expect(tokens.getTokensMe()).rejects.toMatchObject({ status: 401 });
  },
  deleteToken: async () => {
    await tokens.deleteToken(genesys.info.agents[0]?.id ?? '');
    await expect(tokens.getTokensMe()).rejects.toMatchObject({ status: 401 });
  },
  ...openSdkCalls(() => genesys),
};

/** Operations that the SDK has no method for, and how that is known. */
const NOT_IN_THE_SDK: Readonly<Record<string, string>> = {};

/** The SDK makes nothing, or an empty text, of an answer without a body. */
const empty = (answer: unknown): boolean => (answer ?? '') === '';

test('every operation has a call of the official SDK, or a reason why it has none', () => {
  expect([...Object.keys(CALLS), ...Object.keys(NOT_IN_THE_SDK)].sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
});

test('every operation has the name, the method and the path that the official SDK gives it', () => {
  const apis = [conversations, notifications, tokens, users] as unknown as Record<string, () => unknown>[];
  for (const { id } of OPERATIONS) {
    if (Object.hasOwn(NOT_IN_THE_SDK, id)) continue;
    expect([id, apis.some((api) => typeof api[id] === 'function')]).toEqual([id, true]);
  }
});

// holds: op:*
test.each(Object.keys(CALLS))('the official SDK calls %s', async (id) => {
  await conversing(genesys);
  await CALLS[id]?.();
  // It was this row that answered: the SDK's method and path are the row's.
  const { method, path } = OPERATIONS.find((each) => each.id === id) ?? { method: '', path: '' };
  const last = path.split('/').at(-1) ?? '';
  const kinds = genesys.journal.entries().map(({ kind }) => kind);
  expect(
    kinds.some((kind) => kind.startsWith(`${method} `) && kind.endsWith(last.startsWith('{') ? '{id}' : last)),
  ).toBe(true);
});

// holds: OAUTH-CODE, OAUTH-REFRESH
test('the official SDK logs an agent in by authorization code, and renews the token', async () => {
  const { clientId, clientSecret } = genesys.info.loginClient;
  const code = (await logIn(genesys, genesys.info.agents[1]?.id)).searchParams.get('code') ?? '';
  const login = await client.loginCodeAuthorizationGrant(clientId, clientSecret, code, REDIRECT_URI);
  expect(await users.getUsersMe()).toMatchObject({ name: 'Ben Okafor' });
  const { refreshToken = '' } = login as unknown as { refreshToken?: string };
  const renewed = await client.refreshCodeAuthorizationGrant(clientId, clientSecret, refreshToken);
  expect(renewed.accessToken).not.toBe('');
  expect(await users.getUsersMe()).toMatchObject({ name: 'Ben Okafor' });
});

// holds: OAUTH-PKCE
test('the official SDK logs an agent in by PKCE', async () => {
  const more = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
  expect(await client.computePKCECodeChallenge(VERIFIER)).toBe(CHALLENGE);
  const code = (await logIn(genesys, undefined, more)).searchParams.get('code') ?? '';
  await client.authorizePKCEGrant(genesys.info.loginClient.clientId, VERIFIER, code, REDIRECT_URI);
  expect(await users.getUsersMe()).toMatchObject({ name: 'Ana Lima' });
});

// holds: ERROR-BODY, ERROR-405, ERROR-CODES
test('the official SDK rejects with the platform’s error: 400, 401, 403, 404, 409', async () => {
  await conversing(genesys);
  const { id, agentLeg } = onlyConversation(genesys);
  const rejected = (call: Promise<unknown>) =>
    call.then(
      () => 'accepted',
      (error: unknown) => error,
    );
  const state = (each: string) =>
    rejected(conversations.patchConversationParticipant(id, participant('agent'), { state: each }));
  expect(await state('typing')).toMatchObject({ status: 400, code: 'invalid.value', contextId: expect.any(String) });
  expect(await rejected(conversations.getConversationsMessageDetails('none'))).toMatchObject({ status: 404 });
  client.setAccessToken(genesys.info.agents[1]?.token ?? '');
  expect(await state('disconnected')).toMatchObject({ status: 403, code: 'not.authorized' });
  client.setAccessToken('wrong');
  expect(await state('disconnected')).toMatchObject({ status: 401, code: 'bad.credentials' });
  client.setAccessToken(genesys.info.agents[0]?.token ?? '');
  expect(await state('disconnected')).toBe('accepted');
  expect(await rejected(conversations.postConversationsMessageCommunicationMessages(id, agentLeg, text))).toMatchObject(
    { status: 409, code: 'general.conflict' },
  );
});

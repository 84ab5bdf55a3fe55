// Genesys's own JavaScript SDK with its gateway set to the relay, over real HTTP: what works on Genesys works through it.
import { randomUUID } from 'node:crypto';
import { get } from 'node:http';
import platformClient from 'purecloud-platform-client-v2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Field, PATIENCE, startField } from './support/field.ts';

vi.setConfig({ testTimeout: 30_000 });

const client = platformClient.ApiClient.instance;
// Otherwise it watches a configuration file in the home directory.
client.config.live_reload_config = false;
const conversations = new platformClient.ConversationsApi();
const users = new platformClient.UsersApi();

let field: Field;
beforeAll(async () => {
  field = await startField();
});
afterAll(async () => {
  // The SDK documents the call without an argument, which takes the gateway away; its typings demand one.
  client.setGateway(undefined as never);
  await field.close();
});

function pointTo({ relay }: Field): void {
  const { hostname, port } = new URL(relay.url);
  // Its typings demand the path members, which default to none.
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) } as never);
}
beforeEach(async () => {
  pointTo(field);
  await client.loginClientCredentialsGrant('main', 'test-secret');
});
afterEach(() => {
  client.setReturnExtendedResponses(false);
  expect(field.genesys.refused()).toEqual([]);
});

/** As an agent's application finds its leg: by Genesys's id of the conversation, in the answer of `getConversation`. */
async function legOf(id: string) {
  const { genesysId } = await field.conversation(id);
  const found = await conversations.getConversation(genesysId);
  const agent = found.participants?.filter(({ purpose }) => purpose === 'agent').at(-1);
  return { genesysId, leg: agent?.messages?.[0]?.id ?? '' };
}

const TYPING = { typing: { type: 'On', duration: 6_000 } } as const;

describe('F18', () => {
  it('finds the conversation, types and writes; the guest sees both', async () => {
    const id = randomUUID();
    const { genesysId, leg } = await legOf(id);
    client.setReturnExtendedResponses(true);
    const typed = await conversations.postConversationsMessageCommunicationTyping(genesysId, leg, TYPING);
    expect(typed).toMatchObject({ status: 204 });
    client.setReturnExtendedResponses(false);
    expect((await field.seen(id)).typing).toMatchObject([{ from: 'agent', to: 'guest' }]);
    const sent = await conversations.postConversationsMessageCommunicationMessages(genesysId, leg, {
      textBody: 'It left this morning.',
    });
    const record = field.genesys.emulator.conversations().find((each) => each.id === genesysId);
    expect(record?.transcript).toMatchObject([{ from: 'agent', text: 'It left this morning.' }]);
    expect(sent).toMatchObject({
      id: record?.transcript[0]?.id,
      conversationId: genesysId,
      direction: 'outbound',
      messengerType: 'webmessaging',
      status: 'queued',
      normalizedMessage: { text: 'It left this morning.', type: 'Text', direction: 'Outbound' },
      selfUri: `/api/v2/conversations/messages/${genesysId}/messages/${record?.transcript[0]?.id}`,
    });
  });

  it('keeps to the limits of Genesys: what still shows is not sent again, and is 204 too', async () => {
    const id = randomUUID();
    const { genesysId, leg } = await legOf(id);
    for (let count = 0; count < 14; count += 1) {
      await conversations.postConversationsMessageCommunicationTyping(genesysId, leg, TYPING);
    }
    expect((await field.seen(id)).typing).toHaveLength(1);
  });

  it('reports errors in Genesys’s envelope', async () => {
    const { genesysId, leg } = await legOf(randomUUID());
    const type = (conversation: string, communication: string, body: object = TYPING) =>
      conversations.postConversationsMessageCommunicationTyping(conversation, communication, body as typeof TYPING);
    const { body } = await field.call('GET', `/api/v2/conversations/${genesysId}`);
    const guestLeg = body.participants.find(({ purpose }: { purpose: string }) => purpose === 'customer').messages[0]
      .id;
    for (const communication of [randomUUID(), guestLeg]) {
      await expect(type(genesysId, communication)).rejects.toMatchObject({ status: 404, code: 'not.found' });
    }
    await expect(type(genesysId, leg, { typing: { type: 'Off' } })).rejects.toMatchObject({
      status: 400,
      code: 'bad.request',
      message: expect.stringContaining('must be "On"'),
      contextId: expect.stringMatching(/^[\da-f]{32}$/),
      details: [{ fieldName: 'typing.type', errorCode: expect.any(String) }],
      errors: [],
    });
    await expect(type(genesysId, leg, { typing: { type: 'On', duration: 2_999.4 } })).rejects.toMatchObject({
      status: 400,
      code: 'bad.request',
      details: [{ fieldName: 'typing.duration', errorCode: expect.stringContaining('2999.4') }],
    });
    const send = (textBody: string) =>
      conversations.postConversationsMessageCommunicationMessages(genesysId, leg, { textBody });
    await expect(send(' ')).rejects.toMatchObject({ status: 400, code: 'bad.request' });
    client.setAccessToken('nonsense');
    await expect(type(genesysId, leg)).rejects.toMatchObject({ status: 401, code: 'bad.credentials' });
    client.setAccessToken(await field.tokenOf('main', 'signals:read'));
    await expect(type(genesysId, leg)).rejects.toMatchObject({
      status: 403,
      code: 'not.authorized',
      message: expect.stringContaining('signals:write'),
    });
    client.setAccessToken(await field.tokenOf('other'));
    await expect(type(genesysId, leg)).rejects.toMatchObject({
      status: 404,
      code: 'conversation.error.conversation.not.found',
    });
  });

  it('knows a wrong secret as the SDK does', async () => {
    await expect(client.loginClientCredentialsGrant('main', 'wrong')).rejects.toMatchObject({
      response: { status: 401, data: { error: 'invalid_client' } },
    });
  });

  it('passes nothing else on unless that is switched on', async () => {
    client.setAccessToken(field.genesys.emulator.info.agents[0]?.token ?? '');
    const before = field.genesys.emulator.journal.entries().length;
    await expect(users.getUsersMe()).rejects.toMatchObject({ status: 404, code: 'path.unknown' });
    expect(field.genesys.emulator.journal.entries()).toHaveLength(before);
  });
});

describe('F18 with passThrough', () => {
  let open: Field;
  beforeAll(async () => {
    open = await startField({ passThrough: true }, field.genesys);
  });
  afterAll(() => open.close());
  beforeEach(() => pointTo(open));

  it('passes other calls on with the caller’s own token, and their answers back', async () => {
    const [agent] = field.genesys.emulator.info.agents;
    client.setAccessToken(agent?.token ?? '');
    expect(await users.getUsersMe()).toMatchObject({ id: agent?.id, name: agent?.name });
    const { genesysId } = await field.conversation(randomUUID());
    const { body } = await field.call('GET', `/api/v2/conversations/${genesysId}`);
    const customer = field.genesys.emulator
      .conversations()
      .find(({ id }) => id === body.id)
      ?.participants.find(({ purpose }) => purpose === 'customer');
    await conversations.patchConversationParticipantAttributes(genesysId, customer?.id ?? '', {
      attributes: { seen: 'yes' },
    });
    await vi.waitFor(() => {
      const found = field.genesys.emulator.conversations().find(({ id }) => id === genesysId);
      expect(found?.participants.find(({ id }) => id === customer?.id)?.attributes).toMatchObject({ seen: 'yes' });
    }, PATIENCE);
  });

  it('sends neither the relay’s tokens nor a call without one to Genesys', async () => {
    const before = field.genesys.emulator.journal.entries().length;
    await client.loginClientCredentialsGrant('main', 'test-secret');
    await expect(users.getUsersMe()).rejects.toMatchObject({ status: 401, code: 'bad.credentials' });
    expect(await open.call('GET', '/api/v2/users/me', undefined, {})).toMatchObject({
      status: 401,
      body: { code: 'authentication.required', message: expect.stringContaining('token of Genesys Cloud') },
    });
    for (const [path, authorization] of [
      ['', `BEARER  ${open.token}`],
      ['', `Bearer\t${open.token}`],
      ['', `x, Bearer ${open.token}`],
      ['', open.token],
      [`?token=${open.token}`, 'Bearer of-genesys'],
    ] as const) {
      const answer = await open.call('GET', `/api/v2/users/me${path}`, undefined, { authorization });
      expect([path, authorization, answer.status]).toEqual([path, authorization, 401]);
    }
    expect(field.genesys.emulator.journal.entries()).toHaveLength(before);
  });

  it('leads nowhere but to the API', async () => {
    const headers = { authorization: 'Bearer of-genesys' };
    const before = field.genesys.emulator.journal.entries().length;
    for (const path of [
      '/api/v2/%2e%2e/%2e%2e/_emulator/info',
      '/api/v2/..%2f..%2f_emulator/info',
      '/api/v2/%2e%2e%2fx',
    ]) {
      const { status } = await open.call('GET', path, undefined, headers);
      expect([path, status]).toEqual([path, 404]);
    }
    // As no client of the Fetch API would send it.
    const raw = await new Promise<number | undefined>((resolve, reject) => {
      const path = '/api/v2/../../_emulator/info';
      get(open.relay.url, { path, headers }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    });
    expect(raw).toBe(404);
    expect(field.genesys.emulator.journal.entries()).toHaveLength(before);
  });

  it('still knows its own paths: a wrong verb on one is 405', async () => {
    const answer = await open.call('PATCH', '/api/v2/webmessaging/guests/messages');
    expect([answer.status, answer.headers.get('allow'), answer.body.code]).toEqual([405, 'POST', 'method.not.allowed']);
  });
});

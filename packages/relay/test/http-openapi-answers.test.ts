// Real HTTP and sockets on a relay and the emulator: what each operation answers, held against what the document says of it.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { type Field, startField } from './support/field.ts';
import { alone, type CheckedDocument, openApiSchema } from './support/openapi-schema.ts';

vi.setConfig({ testTimeout: 30_000 });

interface Call {
  readonly path: string;
  readonly body?: object | string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a call needs that goes before it. */
interface Place {
  readonly id: string;
  readonly guestId: string;
  readonly communicationId: string;
  /** A message of the agent. */
  readonly messageId: string;
}

let field: Field;
let document: CheckedDocument;
let place: Place;

beforeAll(async () => {
  field = await startField();
  document = openApiSchema.parse(await (await fetch(`${field.relay.url}/openapi.json`)).json());
  const id = randomUUID();
  const { guest, agent } = await field.conversation(id);
  const sent = await field.call('POST', '/api/v2/conversations/messaging/messages', { conversationId: id, text: 'Hi' });
  place = { id, guestId: guest.id, communicationId: agent.messages[0].id, messageId: sent.body.id };
});
afterAll(() => field.close());

const chat = (call: (place: Place) => Call) => () => call(place);
const guests = chat(({ id }) => ({ path: `/api/v2/webmessaging/guests/conversations/${id}` }));
const below = (path: string, body?: object) => chat(({ id }) => ({ path: `/v1/conversations/${id}${path}`, body }));

/** A call of each operation that succeeds. */
const CALLS: Readonly<Record<string, () => Call>> = {
  getToken: () => ({
    path: '/oauth/token',
    body: 'grant_type=client_credentials&client_id=main&client_secret=test-secret',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
  putConversation: () => ({ path: `/v1/conversations/${randomUUID()}`, body: {} }),
  getConversation: below(''),
  getConversations: () => ({ path: '/v1/conversations' }),
  deleteConversation: () => ({ path: `/v1/conversations/${doomed}` }),
  postTyping: below('/typing', { participant: 'guest', typing: true }),
  postReceipt: below('/receipts', { participant: 'guest', watermark: 'seen' }),
  postMessage: below('/messages', { participant: 'guest', text: 'Hello' }),
  explainConversation: below('/explain'),
  postConversationToken: below('/tokens', { participant: 'guest' }),
  postTicket: () => ({ path: '/v1/tickets' }),
  getCaller: () => ({ path: '/v1/whoami' }),
  getEvents: below('/events'),
  postGuestEvent: () => ({ path: `${guests().path}/events`, body: { eventType: 'typing' } }),
  postGuestTyping: () => ({ path: `${guests().path}/typing`, body: {} }),
  postConversationEvent: chat(({ id }) => ({
    path: `/api/v2/conversations/messaging/conversations/${id}/events`,
    body: { type: 'read-receipt' },
  })),
  getSession: chat(({ id }) => ({ path: `/api/v2/messaging/sessions/${id}` })),
  postSessionTyping: chat(({ id, guestId }) => ({
    path: `/api/v2/messaging/guests/${guestId}/typing`,
    body: { sessionId: id, type: 'paused' },
  })),
  postGuestMessage: chat(({ id }) => ({
    path: '/api/v2/webmessaging/guests/messages',
    body: { channelId: id, content: 'Hello' },
  })),
  postGuest: () => ({ path: '/api/v2/webmessaging/guests', body: {} }),
  postGuestToken: chat(({ guestId }) => ({ path: `/api/v2/webmessaging/guests/${guestId}/tokens` })),
  postParticipantState: chat(({ id, guestId }) => ({
    path: `/api/v2/conversations/${id}/participants/${guestId}`,
    body: { state: 'typing' },
  })),
  postTypingFlag: chat(({ id }) => ({
    path: `/api/v2/conversations/messaging/conversations/${id}/typing`,
    body: { typing: true },
  })),
  putMessageRead: chat(({ messageId }) => ({
    path: `/api/v2/conversations/messaging/messages/${messageId}/read`,
    body: { read: true },
  })),
  postParticipantTyping: chat(({ id }) => ({
    path: '/api/v2/conversations/messaging/typing',
    body: { conversationId: id, participantId: 'guest' },
  })),
  postAgentMessage: chat(({ id }) => ({
    path: '/api/v2/conversations/messaging/messages',
    body: { conversationId: id, text: 'How can I help?' },
  })),
  getFieldConversation: chat(({ id }) => ({ path: `/api/v2/conversations/${id}` })),
  postAgentTyping: chat(({ id, communicationId }) => ({
    path: `/api/v2/conversations/messages/${id}/communications/${communicationId}/typing`,
    body: { typing: { type: 'On', duration: 5_000 } },
  })),
  postAgentCommunicationMessage: chat(({ id, communicationId }) => ({
    path: `/api/v2/conversations/messages/${id}/communications/${communicationId}/messages`,
    body: { textBody: 'It left this morning.' },
  })),
  getHealth: () => ({ path: '/healthz' }),
  getReadiness: () => ({ path: '/readyz' }),
  getMetrics: () => ({ path: '/metrics' }),
};
const doomed = randomUUID();

/** Those that answer `GET` with a WebSocket. */
const SOCKETS: Readonly<Record<string, () => string>> = {
  stream: () => '/v1/stream',
  guestSocket: () => `/api/v2/webmessaging/guests/${place.guestId}/connection`,
  eventSocket: () => '/api/v2/conversations/messaging/events',
};

function operationOf(id: string) {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (operation?.operationId === id) return { ...operation, path, method: method.toUpperCase() };
    }
  }
  throw new Error(`The document has no operation ${id}.`);
}

type Operation = ReturnType<typeof operationOf>;

/** Sends it; of a stream no more than its head is waited for. */
async function send(operation: Operation, { path, body, headers }: Call, token: string | undefined = field.token) {
  const type = typeof body === 'object' ? { 'content-type': 'application/json' } : {};
  const patience = new AbortController();
  const answer = await fetch(`${field.relay.url}${path}`, {
    method: operation.method,
    headers: { ...(token !== '' && { authorization: `Bearer ${token}` }), ...type, ...headers },
    signal: patience.signal,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const media = answer.headers.get('content-type')?.split(';')[0];
  const text = media === 'text/event-stream' ? 'a stream' : await answer.text();
  patience.abort();
  return { status: answer.status, media, text };
}

/** The document has the answer: its status by name where it is a success, its media type, and a schema that it fits. */
function expectDocumented(operation: Operation, { status, media, text }: Awaited<ReturnType<typeof send>>): void {
  const named = operation.responses[String(status)];
  const response = named ?? (status >= 400 ? operation.responses.default : undefined);
  const told = `${operation.operationId} ${status} ${media} ${text.slice(0, 300)}`;
  expect(response, told).toBeDefined();
  if (text === '') {
    expect([told, media, response?.content]).toEqual([told, undefined, undefined]);
    return;
  }
  const schema = response?.content?.[media ?? '']?.schema;
  expect(schema, told).toBeDefined();
  const isJson = /[/+]json$/.test(media ?? '');
  const { error } = z.fromJSONSchema(alone(schema ?? {}, document)).safeParse(isJson ? JSON.parse(text) : text);
  expect([told, error?.issues]).toEqual([told, undefined]);
}

describe('the OpenAPI document', () => {
  it('has no operation that is not called here', () => {
    const ids = Object.values(document.paths).flatMap((item) => Object.values(item).map((each) => each?.operationId));
    expect([...Object.keys(CALLS), ...Object.keys(SOCKETS)].sort()).toEqual(ids.sort());
  });

  it.each(Object.keys(CALLS))('says what %s answers when it is done', async (id) => {
    const operation = operationOf(id);
    if (id === 'deleteConversation') await field.call('PUT', `/v1/conversations/${doomed}`, {});
    const answer = await send(operation, CALLS[id]?.() ?? { path: '' });
    expect(answer.status, answer.text).toBeLessThan(300);
    expectDocumented(operation, answer);
  });

  it('says what the second call of putConversation answers', async () => {
    const operation = operationOf('putConversation');
    const answer = await send(operation, { path: `/v1/conversations/${place.id}`, body: {} });
    expect(answer.status).toBe(200);
    expectDocumented(operation, answer);
  });

  it.each(Object.keys(CALLS))('says how %s refuses', async (id) => {
    const operation = operationOf(id);
    const call = CALLS[id]?.() ?? { path: '' };
    for (const token of ['', 'nonsense', await field.tokenOf('reader'), await field.tokenOf('other')]) {
      const unknown = { ...call, path: call.path.replaceAll(place.id, randomUUID()) };
      expectDocumented(operation, await send(operation, call, token));
      expectDocumented(operation, await send(operation, unknown, token));
    }
    for (const body of ['{', '{}', 'x'.repeat(100_000)]) {
      if (operation.requestBody === undefined) continue;
      for (const type of [...Object.keys(operation.requestBody.content), 'application/xml']) {
        expectDocumented(operation, await send(operation, { ...call, body, headers: { 'content-type': type } }));
      }
    }
  });

  it.each(Object.keys(CALLS))('says of %s whether its body may be left out', async (id) => {
    const operation = operationOf(id);
    const { path } = CALLS[id]?.() ?? { path: '' };
    if (operation.requestBody === undefined) return;
    const { status } = await send(operation, { path });
    expect([id, status]).toEqual([id, operation.requestBody.required ? 400 : expect.toSatisfy((code) => code < 300)]);
  });

  it.each(Object.keys(SOCKETS))('says what %s answers to who opens it and to who does not', async (id) => {
    const operation = operationOf(id);
    const path = SOCKETS[id]?.() ?? '';
    const socket = new WebSocket(`${field.relay.url.replace('http', 'ws')}${path}`);
    const [{ statusCode }] = await once(socket, 'upgrade');
    socket.terminate();
    expect([statusCode, operation.responses['101']?.content]).toEqual([101, undefined]);
    expect(operation.responses['101']).toBeDefined();
    const plain = await send(operation, { path });
    expect(plain.status).toBe(426);
    expectDocumented(operation, plain);
    expect(operation.responses['426']).toBeDefined();
    expect(Object.keys(operation.responses).filter((status) => status.startsWith('2'))).toEqual([]);
  });

  it('says when to come back, of every call', () => {
    for (const id of [...Object.keys(CALLS), ...Object.keys(SOCKETS)]) {
      expect([id, operationOf(id).responses.default?.headers]).toEqual([id, { 'Retry-After': expect.anything() }]);
    }
  });
});

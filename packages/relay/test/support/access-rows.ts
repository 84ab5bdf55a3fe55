import type { Scope } from '@backchannel/relay';

/** What a row's path and body can name. */
export interface AccessPlace {
  /** The row's own conversation. */
  readonly id: string;
  readonly guestId: string;
  /** Its other name, a UUID. */
  readonly session: string;
  /** A message of its guest. */
  readonly messageId: string;
  /** The credential is tried on what only an agent may do. */
  readonly forAgent: boolean;
}

/** How a route is called by the matrix of credentials, and what the right one gets. `id`: of the row's own conversation. */
export interface AccessRow {
  readonly body?: ((id: string, place: AccessPlace) => object) | undefined;
  /** The same call for an agent, where the call names a participant. */
  readonly agentBody?: ((id: string, place: AccessPlace) => object) | undefined;
  /** Parameters of the path that are not the conversation’s id. */
  readonly parameters?: ((place: AccessPlace) => Readonly<Record<string, string>>) | undefined;
  /** Who may not act for the participant gets this; default 403. */
  readonly forbidden?: number | undefined;
  /** Status for a client that may. */
  readonly right: number;
  readonly scope?: Scope | undefined;
  /** It names a conversation of the client main in its path or body: for who may not see it, it is 404. */
  readonly ofConversation?: boolean | undefined;
  /** What another client gets, where that is not 404. */
  readonly otherClient?: number | undefined;
  /** Browsers' tokens are 403. */
  readonly clientsOnly?: boolean | undefined;
  /** A WebSocket: statuses are close codes there, and `open` stays open. */
  readonly socket?: boolean | undefined;
}

/** Anybody may call; a credential changes nothing. */
const open = (right: number): AccessRow => ({ right });

/** A signal in a conversation. */
const signal = { right: 202, scope: 'signals:write', ofConversation: true } as const;

/** One row for each route. `access-matrix.test.ts` fails for a route without one, and for a row without a route. */
export const ACCESS_ROWS: Readonly<Record<string, AccessRow>> = {
  'POST /oauth/token': open(400),
  'GET /healthz': open(200),
  'GET /readyz': open(200),
  'GET /metrics': open(200),
  'GET /openapi.json': open(200),
  'GET /docs': open(200),

  'PUT /v1/conversations/:id': {
    right: 200,
    scope: 'signals:write',
    ofConversation: true,
    otherClient: 201,
    clientsOnly: true,
  },
  'GET /v1/conversations/:id': { right: 200, scope: 'signals:read', ofConversation: true },
  'DELETE /v1/conversations/:id': { right: 204, scope: 'signals:write', ofConversation: true, clientsOnly: true },
  'GET /v1/conversations': { right: 200, scope: 'signals:read', clientsOnly: true },
  'GET /v1/conversations/:id/explain': { right: 200, scope: 'signals:read', ofConversation: true, clientsOnly: true },
  'POST /v1/conversations/:id/typing': {
    body: () => ({ participant: 'guest', typing: true }),
    agentBody: () => ({ participant: 'agent:u1', typing: true }),
    right: 202,
    scope: 'signals:write',
    ofConversation: true,
  },
  'POST /v1/conversations/:id/receipts': {
    body: () => ({ participant: 'guest', watermark: 'seen' }),
    agentBody: () => ({ participant: 'agent:u1', watermark: 'seen' }),
    right: 202,
    scope: 'signals:write',
    ofConversation: true,
  },
  'POST /v1/conversations/:id/messages': {
    body: () => ({ participant: 'guest', text: 'Hello' }),
    agentBody: () => ({ participant: 'agent:u1', text: 'Hello' }),
    right: 202,
    scope: 'messages:write',
    ofConversation: true,
  },
  'POST /v1/conversations/:id/tokens': {
    body: () => ({ participant: 'guest' }),
    agentBody: () => ({ participant: 'agent:u1' }),
    right: 201,
    ofConversation: true,
    clientsOnly: true,
  },
  'POST /v1/tickets': { right: 201 },
  'GET /v1/whoami': { right: 200 },
  'GET /v1/conversations/:id/events': { right: 200, scope: 'signals:read', ofConversation: true },
  'GET /v1/stream': { right: 0, scope: 'signals:read', socket: true },

  'POST /api/v2/webmessaging/guests/conversations/:conversationId/events': {
    body: () => ({ eventType: 'typing' }),
    ...signal,
  },
  'POST /api/v2/webmessaging/guests/conversations/:conversationId/typing': signal,
  'POST /api/v2/conversations/messaging/conversations/:conversationId/events': {
    body: () => ({ type: 'typing' }),
    ...signal,
  },
  'GET /api/v2/messaging/sessions/:sessionId': { right: 200, scope: 'signals:read', ofConversation: true },
  'POST /api/v2/messaging/guests/:guestId/typing': {
    parameters: ({ guestId }) => ({ guestId }),
    body: (_, { session }) => ({ sessionId: session, type: 'paused' }),
    ...signal,
  },
  'POST /api/v2/webmessaging/guests/messages': {
    body: (id) => ({ channelId: id, content: '', typingIndicator: true }),
    ...signal,
    right: 200,
  },
  'POST /api/v2/webmessaging/guests': { right: 201, scope: 'signals:write', clientsOnly: true },
  'POST /api/v2/webmessaging/guests/:guestId/tokens': {
    parameters: ({ guestId }) => ({ guestId }),
    right: 200,
    ofConversation: true,
    clientsOnly: true,
  },
  'GET /api/v2/webmessaging/guests/:guestId/connection': {
    parameters: ({ guestId }) => ({ guestId }),
    right: 0,
    scope: 'signals:read',
    ofConversation: true,
    socket: true,
  },
  'POST /api/v2/conversations/:conversationId/participants/:participantId': {
    parameters: ({ forAgent }) => ({ participantId: forAgent ? 'participant-of-u1' : 'guest' }),
    body: () => ({ state: 'typing' }),
    agentBody: () => ({ state: 'typing' }),
    ...signal,
  },
  'GET /api/v2/conversations/messaging/events': { right: 0, scope: 'signals:read', socket: true },
  'POST /api/v2/conversations/messaging/conversations/:conversationId/typing': {
    body: () => ({ typing: true }),
    ...signal,
  },
  'PUT /api/v2/conversations/messaging/messages/:messageId/read': {
    parameters: ({ messageId }) => ({ messageId }),
    body: () => ({ read: true, participantId: 'agent:u1' }),
    agentBody: () => ({ read: true, participantId: 'agent:u1' }),
    ...signal,
    right: 200,
  },
  'POST /api/v2/conversations/messaging/typing': {
    body: (id) => ({ conversationId: id, participantId: 'guest' }),
    agentBody: (id) => ({ conversationId: id, participantId: 'participant-of-u1' }),
    ...signal,
    forbidden: 401,
  },
  'POST /api/v2/conversations/messaging/messages': {
    body: (id) => ({ conversationId: id, text: 'Hello' }),
    agentBody: (id) => ({ conversationId: id, text: 'Hello', participantId: 'participant-of-u1' }),
    right: 202,
    scope: 'messages:write',
    ofConversation: true,
  },
  'GET /api/v2/conversations/:conversationId': { right: 200, scope: 'signals:read', ofConversation: true },
  'POST /api/v2/conversations/messages/:conversationId/communications/:communicationId/typing': {
    parameters: () => ({ communicationId: 'communication-of-u1' }),
    body: () => ({ typing: { type: 'On' } }),
    agentBody: () => ({ typing: { type: 'On' } }),
    ...signal,
    right: 204,
  },
  'POST /api/v2/conversations/messages/:conversationId/communications/:communicationId/messages': {
    parameters: () => ({ communicationId: 'communication-of-u1' }),
    body: () => ({ textBody: 'Hello' }),
    agentBody: () => ({ textBody: 'Hello' }),
    right: 200,
    scope: 'messages:write',
    ofConversation: true,
  },
};

import {
  type Parsed,
  parseAgentMessageRequest,
  parseAgentTypingRequest,
  parseConversation,
  parseDeploymentConfig,
  parseErrorBody,
  parseGuestHistoryPage,
  parseGuestRequest,
  parseGuestResponse,
  parseMessageData,
  parseNotificationChannel,
  parseNotificationFrame,
  parseTokenResponse,
} from '@backchannel/protocol';

interface Sample {
  readonly guard: (value: unknown) => Parsed<unknown>;
  readonly value: unknown;
}

const token = '7c0b1d6e-2f0b-4f0d-9a57-0f5c5a1f7a10';
const channel = {
  time: '2026-01-05T10:00:07.000Z',
  messageId: 'm-1',
  type: 'Private',
  from: { nickname: 'Ana' },
  to: {},
};

/** One well-formed value per shape, composed for these tests after the published schema. */
export const SAMPLES: Record<string, Sample> = {
  configureSession: {
    guard: parseGuestRequest,
    value: { action: 'configureSession', token, deploymentId: 'd-1', startNew: false, tracingId: 't-1' },
  },
  'guest text': {
    guard: parseGuestRequest,
    value: {
      action: 'onMessage',
      token,
      tracingId: 't-2',
      message: {
        type: 'Text',
        text: 'Where is my order?',
        channel: { metadata: { customAttributes: { page: 'cart' } } },
      },
    },
  },
  'guest typing': {
    guard: parseGuestRequest,
    value: {
      action: 'onMessage',
      token,
      message: { type: 'Event', events: [{ eventType: 'Typing', typing: { type: 'On', duration: 6000 } }] },
    },
  },
  echo: { guard: parseGuestRequest, value: { action: 'echo', token, message: { type: 'Text', text: 'ping' } } },
  getJwt: { guard: parseGuestRequest, value: { action: 'getJwt', token, tracingId: 't-3' } },
  SessionResponse: {
    guard: parseGuestResponse,
    value: {
      type: 'response',
      class: 'SessionResponse',
      code: 200,
      tracingId: 't-1',
      body: { connected: true, newSession: true, readOnly: false, durationSeconds: 259200, expirationDate: 1791139139 },
    },
  },
  'agent typing frame': {
    guard: parseGuestResponse,
    value: {
      type: 'message',
      class: 'StructuredMessage',
      code: 200,
      body: {
        id: 'e-1',
        type: 'Event',
        direction: 'Outbound',
        channel,
        events: [{ eventType: 'Typing', typing: { type: 'On', duration: 5000 } }],
        metadata: { correlationId: 'c-1' },
      },
    },
  },
  'agent text frame': {
    guard: parseGuestResponse,
    value: {
      type: 'message',
      class: 'StructuredMessage',
      code: 200,
      body: { id: 'm-2', type: 'Text', direction: 'Outbound', text: 'Hello', originatingEntity: 'Human', channel },
    },
  },
  TooManyRequestsErrorMessage: {
    guard: parseGuestResponse,
    value: {
      type: 'response',
      class: 'TooManyRequestsErrorMessage',
      code: 429,
      tracingId: 't-2',
      body: { retryAfter: 3, errorCode: 4029, errorMessage: 'Message rate too high for this session' },
    },
  },
  'error frame': {
    guard: parseGuestResponse,
    value: { type: 'response', class: 'string', code: 4011, body: 'Message length 5000 is larger than 4096' },
  },
  JwtResponse: {
    guard: parseGuestResponse,
    value: { type: 'response', class: 'JwtResponse', code: 200, body: { jwt: 'a.b.c', exp: 1623675564 } },
  },
  'deployment configuration': {
    guard: parseDeploymentConfig,
    value: {
      id: 'd-1',
      version: '3',
      status: 'Active',
      messenger: {
        enabled: true,
        apps: {
          conversations: {
            messagingEndpoint: 'wss://webmessaging.mypurecloud.com',
            showAgentTypingIndicator: true,
            showUserTypingIndicator: true,
            autoStart: { enabled: true },
            conversationClear: { enabled: false },
            conversationDisconnect: { enabled: true, type: 'ReadOnly' },
          },
        },
      },
    },
  },
  'history page': {
    guard: parseGuestHistoryPage,
    value: {
      entities: [
        { id: 'a1', type: 'Text', direction: 'Outbound', text: 'Hi', originatingEntity: 'Human', channel, content: [] },
        {
          id: 'a0',
          type: 'Event',
          direction: 'Inbound',
          events: [{ eventType: 'Presence', presence: { type: 'Join' } }],
          channel: { time: null },
        },
      ],
      pageSize: 25,
      pageNumber: 1,
      total: 2,
      pageCount: 1,
    },
  },
  'token answer': {
    guard: parseTokenResponse,
    value: { access_token: 'opaque', token_type: 'bearer', expires_in: 86399 },
  },
  'error body': {
    guard: parseErrorBody,
    value: {
      message: 'The conversation does not exist.',
      code: 'conversation.error.conversation.not.found',
      status: 404,
      contextId: 'c-1',
      details: [],
      errors: [],
    },
  },
  'agent typing request': {
    guard: parseAgentTypingRequest,
    value: { typing: { type: 'On', duration: 5000 }, dateSent: '2026-01-01T10:00:00.000Z' },
  },
  'agent message request': { guard: parseAgentMessageRequest, value: { textBody: 'Hello' } },
  MessageData: {
    guard: parseMessageData,
    value: {
      id: 'm-3',
      conversationId: 'c-1',
      timestamp: '2026-01-01T10:00:01.200Z',
      direction: 'outbound',
      status: 'queued',
      normalizedMessage: { id: 'm-3', type: 'Text', text: 'Hello', direction: 'Outbound', originatingEntity: 'Human' },
    },
  },
  conversation: {
    guard: parseConversation,
    value: {
      id: 'c-1',
      participants: [
        {
          id: 'p-1',
          purpose: 'customer',
          messages: [
            {
              id: 'leg-1',
              peerId: 'leg-2',
              type: 'webmessaging',
              state: 'connected',
              messages: [{ messageId: 'm1', messageStatus: 'received' }],
            },
          ],
        },
        {
          id: 'p-2',
          purpose: 'agent',
          userId: 'u-1',
          attributes: { skill: 'orders' },
          messages: [{ id: 'leg-2', peerId: 'leg-1', type: 'webmessaging', state: 'connected', messages: [] }],
        },
      ],
    },
  },
  'notification channel': {
    guard: parseNotificationChannel,
    value: {
      id: 'ch-1',
      connectUri: 'wss://streaming.mypurecloud.com/channels/ch-1',
      expires: '2026-01-02T10:00:00.000Z',
    },
  },
  'typing notification': {
    guard: parseNotificationFrame,
    value: {
      topicName: 'v2.users.u-1.conversations.inbound.typing.event',
      version: '2',
      eventBody: {
        conversationId: 'c-1',
        normalizedMessage: {
          type: 'Event',
          direction: 'Inbound',
          events: [{ eventType: 'Typing', typing: { type: 'On', duration: 5000 } }],
        },
      },
    },
  },
  'conversation notification': {
    guard: parseNotificationFrame,
    value: {
      topicName: 'v2.users.u-1.conversations.messages',
      version: '2',
      eventBody: {
        id: 'c-1',
        participants: [
          {
            id: 'p-2',
            purpose: 'agent',
            state: 'connected',
            user: { id: 'u-1' },
            messages: [{ message: { id: 'm-1' }, messageTime: '2026-01-01T10:00:00.000Z', messageStatus: 'received' }],
          },
        ],
      },
    },
  },
  heartbeat: {
    guard: parseNotificationFrame,
    value: { topicName: 'channel.metadata', eventBody: { message: 'WebSocket Heartbeat' } },
  },
};

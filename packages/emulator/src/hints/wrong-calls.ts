import type { RealCallName } from './real-calls.ts';

/** A request that people make and Genesys does not know. `{name}` stands for any text without a slash. */
export interface WrongCall {
  /** Where it was seen: a field report (F1 …), a thread of a forum that invents endpoints, or what anybody's fingers do. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly real: RealCallName;
  /** The status with which Genesys answers: a path that exists with other verbs is 405, any other 404. */
  readonly answer: 404 | 405;
}

/** A WebSocket that people open and Genesys does not have. */
export interface WrongSocket {
  readonly id: string;
  readonly path: string;
  readonly real: RealCallName;
}

const wrong = (
  id: string,
  method: string,
  path: string,
  real: RealCallName,
  answer: WrongCall['answer'] = 404,
): WrongCall => ({ id, method, path: `/api/v2${path}`, real, answer });

/** None of these is in the official API: searched for in every path of its documentation. */
export const WRONG_CALLS: readonly WrongCall[] = [
  wrong('F1', 'POST', '/webmessaging/guests/conversations/{conversationId}/events', 'guestTyping'),
  wrong('F2', 'POST', '/webmessaging/guests/conversations/{conversationId}/typing', 'guestTyping'),
  wrong('F3', 'POST', '/conversations/messaging/conversations/{conversationId}/events', 'agentTyping'),
  wrong('F4', 'GET', '/messaging/sessions/{sessionId}', 'guestSession'),
  wrong('F5', 'POST', '/messaging/guests/{guestId}/typing', 'guestTyping'),
  wrong('F6', 'POST', '/webmessaging/guests/messages', 'guestMessage'),
  wrong('F7', 'PATCH', '/webmessaging/guests/messages', 'guestMessage'),
  wrong('F8', 'POST', '/webmessaging/guests', 'guestSession'),
  wrong('F8', 'POST', '/webmessaging/guests/{guestId}/tokens', 'guestSession'),
  wrong('F9', 'POST', '/conversations/{conversationId}/participants/{participantId}', 'agentTyping', 405),
  wrong('F11', 'POST', '/conversations/messaging/conversations/{conversationId}/typing', 'agentTyping'),
  wrong('F12', 'PUT', '/conversations/messaging/messages/{messageId}/read', 'noReceipt'),
  wrong('F13', 'POST', '/conversations/messaging/typing', 'agentTyping'),
  wrong('F16', 'POST', '/conversations/messaging/messages', 'agentMessage'),
  wrong('a common slip', 'POST', '/oauth/token', 'token'),
  wrong('forum 19427', 'POST', '/conversations/guests/{guestId}/typing', 'guestTyping'),
  wrong('forum 10153', 'POST', '/webmessaging/guests/{guestId}/typing-indicator', 'guestTyping'),
  wrong('forum 10638', 'POST', '/webmessaging/guest/conversations/{conversationId}/messages', 'guestMessage'),
  wrong(
    'forum 10953',
    'POST',
    '/conversations/messaging/conversations/{conversationId}/participants/{participantId}/typing',
    'agentTyping',
  ),
  wrong('forum 14083', 'POST', '/conversations/webmessaging/participants/{participantId}/typing', 'agentTyping'),
  wrong('forum 10493', 'GET', '/conversations/messaging/participants', 'conversation'),
  wrong('forum 10493', 'POST', '/conversations/messaging/participants', 'guestSession'),
  wrong('forum 10617', 'POST', '/conversations/messaging', 'guestSession', 405),
  wrong('forum 9071', 'POST', '/webmessaging/messages', 'noReceipt', 405),
  wrong('forum 12116', 'DELETE', '/webmessaging/guests/{guestId}', 'guestSession'),
  wrong('forum 18516', 'POST', '/engagements/guests', 'guestSession'),
  wrong('forum 18344', 'POST', '/guest/message/logins', 'guestSession'),
];

export const WRONG_SOCKETS: readonly WrongSocket[] = [
  { id: 'F10', path: '/api/v2/conversations/messaging/events', real: 'events' },
  { id: 'forum 15454', path: '/v2/webchat/guest/sessions', real: 'guestSession' },
  { id: 'forum 10811', path: '/v2/conversations/guests/{guestId}/events', real: 'guestSession' },
  { id: 'forum 13491', path: '/api/v2/external/messaging/websockets', real: 'guestSession' },
  { id: 'forum 9509', path: '/webchat/v1/guest/connect', real: 'guestSession' },
  { id: 'forum 15857', path: '/api/v2/guest/conversations/websocket', real: 'guestSession' },
  { id: 'forum 16657', path: '/api/v2/webchat/v1/sessions/{sessionId}/stream', real: 'guestSession' },
  { id: 'forum 18008', path: '/', real: 'guestSession' },
];

/** Scopes as people write them. `domain:entity:action` is the form of permissions, and no scope ends in `:write`. */
export const WRONG_SCOPES: readonly string[] = [
  'webmessaging:guest',
  'webmessaging:guest:write',
  'webmessaging:write',
  'webmessaging:send',
  'webchat:guest:typing',
  'messaging:guest:write',
  'messaging:write',
  'conversations:messaging',
  'conversations:messaging:write',
  'conversations:read',
  'conversation:write',
  'analytics:read',
];

/** Frames that are no frames of the guest socket, by the `type` that they have instead of an `action`. */
export const WRONG_FRAME_TYPES = {
  typing: 'guestTyping',
  typingIndicator: 'guestTyping',
  'typing-indicator': 'guestTyping',
  message: 'guestMessage',
  text: 'guestMessage',
  read: 'noReceipt',
  'read-receipt': 'noReceipt',
  readReceipt: 'noReceipt',
  authenticate: 'guestSession',
  connect: 'guestSession',
} as const satisfies Readonly<Record<string, RealCallName>>;

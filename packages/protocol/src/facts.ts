/**
 * How far a statement about the platform can be trusted.
 * `documented`: official code, schema, documentation or staff. `observed`: seen on the live service by the source named.
 * `third-party`: somebody's report of one of these. `assumed`: no source; a switch of the emulator, or a choice that is safe
 * either way.
 */
export type Mark = 'documented' | 'observed' | 'third-party' | 'assumed';

/** A statement about the platform. Code, tests and the emulator refer to it by its id. */
export interface Fact {
  readonly mark: Mark;
  readonly says: string;
  readonly source: string;
}

const MOBILE_SDK = 'MyPureCloud/genesys-messenger-transport-mobile-sdk 2.14.0';
const GUEST_SCHEMA = 'MyPureCloud/web-messaging-sdk-java 18.1.0, swagger.json';
const PLATFORM_SDK = 'purecloud-platform-client-v2 262.0.0';
const PYTHON_MODELS = 'MyPureCloud/platform-client-sdk-python 257.1.0, models';
const HEADLESS_GUIDE = 'Safricloud-PTY-Ltd/genesys-cloud-headless-webmessage-reference, 2026-10';

const documented = (says: string, source: string): Fact => ({ mark: 'documented', says, source });
const thirdParty = (says: string, source: string): Fact => ({ mark: 'third-party', says, source });
const assumed = (says: string, source: string): Fact => ({ mark: 'assumed', says, source });

/** Every statement about the platform that this code base rests on. Limits have a table of their own (`LIMITS`). */
export const FACTS = {
  'HOSTS-REGIONS': documented(
    'Hosts are a prefix (api, login, webmessaging, api-cdn) on a region domain.',
    `${PLATFORM_SDK}; ${MOBILE_SDK}, util/Urls.kt`,
  ),
  'HOSTS-ONE-SERVER': documented(
    'One host can play guest socket, CDN and API for an official client.',
    `${MOBILE_SDK}, TRANSPORT_CUSTOM_ENDPOINT`,
  ),

  'GUEST-ACTIONS': documented(
    'The guest socket knows twelve actions; none is a receipt, a read or a typing stop.',
    `${GUEST_SCHEMA}, RequestType`,
  ),
  'GUEST-TOLERANCE': documented(
    'Clients ignore unknown keys, classes, content and event types.',
    `${MOBILE_SDK}, ignoreUnknownKeys and the Unknown cases`,
  ),
  'GUEST-DISPATCH-ON-CLASS': documented(
    'Frames are told apart by class; no client branches on type.',
    `${MOBILE_SDK}; ${GUEST_SCHEMA}`,
  ),
  'GUEST-CONFIGURE-FIRST': assumed(
    'A frame other than configureSession on a fresh connection is answered 4007 (session not found).',
    'official clients refuse it locally; the server is unseen',
  ),
  'GUEST-TOKEN': documented(
    'The session token is chosen by the client; the same token resumes the session on any device.',
    'help.mypurecloud.com/faqs/what-are-guest-session-token-requirements',
  ),
  'GUEST-ECHO': documented(
    'A guest message comes back as an Inbound copy with its tracingId; there is no other acknowledgement.',
    `${MOBILE_SDK}, core/MessageStore.kt`,
  ),
  'GUEST-HEALTH-CHECK': documented(
    'The answer to echo is a StructuredMessage with its tracingId; official clients use one fixed tracingId to know it.',
    `${MOBILE_SDK}, core/events/HealthCheckProvider.kt`,
  ),
  'GUEST-ECHO-ALL-CONNECTIONS': assumed(
    'Every connection of a session receives the Inbound copy; only the sender’s carries the tracingId.',
    'fan-out reported, the tracingId not',
  ),
  'GUEST-MESSAGE-KEY': thirdParty('Messages are keyed by channel.messageId, else id.', HEADLESS_GUIDE),
  'GUEST-ATTRIBUTES-TWO-PLACES': documented(
    'Custom attributes stand in message.channel (mobile) or in the frame’s channel (Java).',
    `${MOBILE_SDK}; ${GUEST_SCHEMA}`,
  ),
  'GUEST-CLOSED-REASON': documented(
    'ConnectionClosedEvent carries reason (mobile) or reasonCode (schema).',
    `${MOBILE_SDK}; ${GUEST_SCHEMA}`,
  ),
  'GUEST-CODES': documented(
    'Errors are frames of class string with a code; WebSocket close codes carry no meaning.',
    `${MOBILE_SDK}, core/ErrorCode.kt`,
  ),
  'GUEST-JOIN': documented(
    'With autoStart a client sends Presence Join once on a new session.',
    `${MOBILE_SDK}, core/MessagingClientImpl.kt`,
  ),
  'GUEST-NO-REPLAY': documented(
    'Nothing is replayed after a reconnect: the client reads the history again.',
    `${MOBILE_SDK}, core/MessageStore.kt`,
  ),
  'GUEST-UNORDERED': thirdParty(
    'Frames may arrive out of order.',
    'ovotech/genesys-web-messaging-tester, docs/unordered-messages.md',
  ),
  'GUEST-UPGRADE-403': documented(
    'A refused upgrade (HTTP 403) is final: wrong deployment, feature or domain.',
    `${MOBILE_SDK}, Android PlatformSocket.kt`,
  ),
  'GUEST-JWT-LIFE': thirdParty('The history JWT lives about one minute.', HEADLESS_GUIDE),
  'GUEST-HISTORY': documented(
    'History is REST with the JWT of getJwt as bearer, newest first.',
    `${MOBILE_SDK}, network/WebMessagingApi.kt`,
  ),
  'GUEST-HISTORY-NO-TYPING': documented(
    'Event types in history are CoBrowse, Presence and Video: typing is never in it.',
    `${PYTHON_MODELS}, web_messaging_event.py`,
  ),
  'GUEST-SESSION-LIFE': thirdParty(
    'A session lives 72 h after its last message unless the deployment says otherwise.',
    HEADLESS_GUIDE,
  ),
  'GUEST-BAD-FRAME': assumed(
    'Text that is not JSON, a wrong type or a missing field is answered with class string, code 400.',
    'the server is unseen',
  ),
  'GUEST-UNKNOWN-ACTION': assumed('An unknown action is answered with class string, code 400.', 'the server is unseen'),
  'GUEST-BINARY-FRAME': assumed(
    'A binary frame that holds UTF-8 JSON is read like text; anything else is a bad frame.',
    'official clients send text',
  ),
  'GUEST-FRAME-BYTES': assumed('A frame over 128 KiB closes the connection with 1009.', 'no source gives a bound'),
  'GUEST-WRONG-DEPLOYMENT': assumed(
    'An unknown deployment is refused at the upgrade with 403.',
    'the official mobile SDK reads 403 as “check your deploymentId”',
  ),
  'GUEST-ALLOWED-DOMAINS': documented(
    'A deployment may restrict the Origin of its guests.',
    `${PYTHON_MODELS}, web_deployment.py`,
  ),

  'GUEST-TOKEN-MISMATCH': assumed(
    'A frame whose token is not the one that this connection configured is answered 4007.',
    'official clients never send one',
  ),
  'GUEST-START-NEW': assumed(
    'configureSession with startNew gives the token a new session without a conversation; the history starts afresh.',
    'documented for a read-only session; that it also works on a live one, and what becomes of the history, is in no source',
  ),
  'GUEST-SESSION-EXPIRED': documented(
    'SessionExpiredEvent tells that the session is over; the next configureSession of the token starts a new one.',
    `${MOBILE_SDK}, core/sessionduration/SessionDurationHandler.kt`,
  ),
  'GUEST-SESSION-EXPIRY-UNASKED': assumed(
    'An expiring session also sends SessionExpiredEvent to its open connections without being asked.',
    'the official mobile SDK asks with an echo after the expiry',
  ),
  'GUEST-CLEAR-403': documented(
    'Presence Clear is answered 403, “Presence events Conversation Clear are not supported”, while it is not enabled.',
    `${MOBILE_SDK}, test fixture`,
  ),
  'GUEST-NOT-SERVED': assumed(
    'What the schema names but nobody has seen answered (receipts, other presences, two of the actions) is answered 4000.',
    'the code exists (feature unavailable); when the server uses it is in no source',
  ),
  'GUEST-ATTRIBUTES-ON-CUSTOMER': assumed(
    'Custom attributes of a guest appear as attributes of the customer participant.',
    'no source; switch attributesOnCustomer',
  ),
  'GUEST-UPGRADE-429': assumed(
    'Too many new connections of a deployment are refused at the upgrade with 429.',
    'the limit is reported, the answer is not',
  ),

  'GUEST-TYPING-ON-ONLY': documented(
    'Guest typing has one value, On; no Off exists.',
    `${GUEST_SCHEMA}, EventTypingType`,
  ),
  'GUEST-TYPING-DURATION': documented(
    'typing.duration is optional, in milliseconds, and read as 5,000 when absent.',
    `${GUEST_SCHEMA}; ${MOBILE_SDK}, EventHandlerImpl.kt`,
  ),
  'GUEST-TYPING-DURATION-HONOURED': assumed(
    'Whether a custom duration reaches the other side is unknown; the emulator passes it on unless switched.',
    'no source',
  ),
  'GUEST-TYPING-FLAG': documented(
    'With showUserTypingIndicator off the official mobile client sends no typing.',
    `${MOBILE_SDK}, MessagingClientImpl.kt`,
  ),
  'GUEST-TYPING-403': documented(
    'The server can refuse typing: 403, class string, “Turn on the Feature Toggle or fix the configuration.”',
    `${MOBILE_SDK}, test fixture typingIndicatorForbidden`,
  ),
  'GUEST-TYPING-ECHO': assumed(
    'A guest’s typing is not copied back to it.',
    'official clients discard such a copy; whether it is sent is unseen',
  ),
  'GUEST-TYPING-NO-CONVERSATION': assumed(
    'Typing before the first message opens no conversation and reaches nobody.',
    'no source',
  ),
  'AGENT-TYPING': documented(
    'Agent typing is one POST on the agent’s communication; the answer has no body.',
    `${PLATFORM_SDK}, postConversationsMessageCommunicationTyping`,
  ),
  'AGENT-TYPING-ON-ONLY': documented(
    'Agent typing has one value, On.',
    `${PYTHON_MODELS}, message_typing_event_request`,
  ),
  'AGENT-TYPING-204': assumed('Agent typing is answered 204.', 'the numeric status is in no source; any 2xx works'),
  'AGENT-TYPING-DURATION': assumed(
    'Whether the guest receives the duration that the agent sent is unknown; the emulator passes it on unless switched.',
    'no source',
  ),
  'AGENT-TYPING-FLAG': assumed(
    'Agent typing reaches the guest also while showAgentTypingIndicator is off.',
    'the official mobile client parses the flag and leaves it to the user interface',
  ),
  'AGENT-MESSAGE': documented(
    'An agent’s text is one POST on the agent’s communication with textBody; the answer is MessageData.',
    `${PLATFORM_SDK}, postConversationsMessageCommunicationMessages`,
  ),
  'AGENT-CLIENT-CREDENTIALS': assumed(
    'Agent typing and messages accept a client-credentials token.',
    'no source; switch clientCredentialsActAsAgent',
  ),
  'AGENT-OWN-COMMUNICATION': assumed(
    'A user token is refused (403 not.authorized) on the communication of another user.',
    'no source; switch onlyOwnCommunication',
  ),
  'AGENT-MESSAGE-STATUS': assumed(
    'An agent’s text is answered queued; its reference is delivery-success once a connection of the guest has it, else sent.',
    'the values are documented, their order on web messaging is not',
  ),
  'CONVERSATION-GET': documented(
    'GET /api/v2/conversations/{id} names participants and their communications.',
    `${PYTHON_MODELS}, participant, message`,
  ),
  'CONVERSATION-LEGS': documented(
    'participants[].messages[].id is the communicationId; the last agent participant is the current one.',
    'GenesysCloudBlueprints/digital-messaging-translator-blueprint, sendChat',
  ),
  'CONVERSATION-LIST': documented('GET /api/v2/conversations/messages is the logged-in user’s list.', PLATFORM_SDK),
  'USERS-ME': documented(
    '/api/v2/users/me needs a user token; client credentials are answered 400 not.a.user.',
    'MyPureCloud/developercenter-tutorials, oauth-client-credentials; swagger of SDK 22',
  ),
  'OAUTH-TOKEN': documented(
    'Client credentials: POST {login}/oauth/token, Basic, grant_type=client_credentials.',
    `${PLATFORM_SDK}, ApiClient.js`,
  ),
  'OAUTH-ERRORS': documented(
    'Token errors carry error, description and error_description.',
    'gildas/go-gcloudcx client_test.go; tishige/CallFlowVisualizer issues 8 and 9',
  ),
  'OAUTH-ERROR-STATUS': assumed(
    'A failed client authentication is answered 401, other token errors 400.',
    'reported as 400 and as 401',
  ),
  'OAUTH-FORM-CREDENTIALS': assumed('Client credentials in the form body are refused.', 'no official sample does it'),
  'ERROR-BODY': documented(
    'Errors are {message, code, status, contextId, details, errors}; contextId equals ININ-Correlation-Id.',
    `${PLATFORM_SDK}; developer forum topic 12028`,
  ),
  'ERROR-CODES': documented(
    'Codes and texts of the generic errors.',
    'swagger of SDK 22 (2018-03-21) and later release notes',
  ),
  'ERROR-405': assumed(
    'A wrong verb is answered 405 method.not.allowed with an Allow header.',
    'the generic body is in no source',
  ),
  'ERROR-429': documented(
    '429: code too.many.requests.retry.after, Retry-After in whole seconds.',
    'developer forum topic 12028',
  ),
  'EMPTY-JSON-BODY': documented(
    'The official SDK sends content-type application/json with an empty body on GET and body-less POST.',
    `${PLATFORM_SDK}, run`,
  ),
  'NOTIFY-CHANNEL': documented(
    'POST /api/v2/notifications/channels without a body makes a channel; its connectUri needs no further authentication.',
    `${PLATFORM_SDK}; official CLI, listenchannel.go`,
  ),
  'NOTIFY-SUBSCRIPTIONS': documented(
    'POST adds topics, PUT replaces them; one refused topic fails the request unless ignoreErrors.',
    `${PLATFORM_SDK}; announcement of 2021-12-13`,
  ),
  'NOTIFY-TOPICS': documented(
    'Guest typing arrives on v2.users.{id}.conversations.inbound.typing.event, messages on v2.users.{id}.conversations.messages.',
    'notificationMappings.json of the official JavaScript SDK',
  ),
  'NOTIFY-EVENTS': documented(
    'Conversation events carry participants and message references, never a text; typing events carry no message id.',
    `${PYTHON_MODELS}; ${PLATFORM_SDK}, index.d.ts`,
  ),
  'NOTIFY-OWN-TOPICS': assumed(
    'A user subscribes to the topics of that user alone.',
    'topics carry requiresCurrentUser; the values for these topics are in no source that was read',
  ),
  'NOTIFY-CHANNEL-LIFE': thirdParty(
    'A channel lives 24 hours and is extended by subscribing.',
    'a copy of the documentation; community.genesys.com',
  ),
  'NOTIFY-HEARTBEAT': thirdParty(
    'channel.metadata carries “WebSocket Heartbeat” about every 30 s.',
    'official CLI for the text; a community post of 2025-10 for the period',
  ),
  'NOTIFY-PING': documented(
    'A client may send {"message":"ping"}; the answer comes on channel.metadata.',
    'official Java SDK, NotificationHandler.sendPing',
  ),
  'NOTIFY-PONG-TEXT': assumed('The answer to a ping says “pong”.', 'no source shows the text'),
  'NOTIFY-CLOSING': documented(
    'v2.system.socket_closing announces the end of a socket: reconnect to the same connectUri within a minute.',
    'official streaming client, connection-transfer.ts',
  ),
  'NOTIFY-ONE-SOCKET': thirdParty(
    'A channel has one connection: a new one takes over.',
    'koodaamo/genesys-notifications',
  ),
  'ROUTING-FIRST-AGENT': assumed(
    'A new conversation is answered by the first agent at once.',
    'a convenience of the emulator; the real routing is the organisation’s',
  ),
} as const satisfies Record<string, Fact>;

/** Id of a statement in `FACTS`. */
export type FactId = keyof typeof FACTS;

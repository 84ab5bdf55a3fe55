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

  'DEPLOYMENT-CONFIG': documented(
    'GET {api-cdn}/webdeployments/v1/deployments/{id}/config.json is public and says what the deployment allows; an absent flag is false.',
    `${MOBILE_SDK}, util/Urls.kt and shyrka/receive/DeploymentConfig.kt`,
  ),
  'DEPLOYMENT-DOMAINS': thirdParty('domains.json beside it has allowAllDomains and allowedDomains.', HEADLESS_GUIDE),

  'GUEST-SOCKET': documented(
    'Guests connect to wss://webmessaging.{domain}/v1 with the deployment’s id in the query; nothing else authenticates the upgrade.',
    `${MOBILE_SDK}, util/Urls.kt; ${GUEST_SCHEMA}`,
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
  'GUEST-EVENTS-PER-FRAME': assumed(
    'A frame with more than 16 events or 64 items of content is answered with class string, code 400.',
    'a list of events is documented, its length is in no source',
  ),
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
    'What the schema names but nobody has seen answered (receipts, other presences, disconnectCustomer, resumeToken) is answered 4000.',
    'the code exists (feature unavailable); when the server uses it is in no source; switch answerToUnserved',
  ),
  'GUEST-ATTRIBUTES-ON-CUSTOMER': assumed(
    'Custom attributes of a guest appear as attributes of the customer participant.',
    'no source; switch attributesOnCustomer',
  ),
  'GUEST-UPGRADE-429': assumed(
    'Too many new connections of a deployment are refused at the upgrade with 429.',
    'the limit is reported, the answer is not',
  ),

  'GUEST-START-NEW-HISTORY': assumed(
    'After a conversation was disconnected (type Send or none) the next message opens another one in the same session, and the history shows both.',
    'no source',
  ),
  'GUEST-DISCONNECT': documented(
    'When an agent ends the conversation the guest gets Presence Disconnect if the deployment says so; metadata.readOnly "true" (type ReadOnly) ends writing until startNew.',
    `${MOBILE_SDK}, core/MessagingClientImpl.kt and test fixtures`,
  ),
  'GUEST-DISCONNECT-IN-HISTORY': assumed(
    'Presence Disconnect, Clear and SignIn are entries of the conversation like Join.',
    'the types are allowed in history; when they are written is in no source',
  ),
  'GUEST-READ-ONLY-409': thirdParty('Writing in a read-only conversation is refused with 409.', HEADLESS_GUIDE),
  'GUEST-CLEAR': documented(
    'Presence Clear is copied back, then come SessionClearedEvent and ConnectionClosedEvent; the session is over.',
    `${MOBILE_SDK}, transport/uml/clearConversation`,
  ),
  'GUEST-CLEAR-ORDER': assumed(
    'The copy of Presence Clear comes before SessionClearedEvent.',
    'so says the official diagram; a live session had it the other way round; switch clearedBeforeCopy',
  ),
  'GUEST-CLOSE-SESSION': documented(
    'closeSession with closeAllConnections tells the other connections ConnectionClosedEvent; the caller gets a SessionResponse with connected false.',
    `${MOBILE_SDK}, closeAllConnectionsForTheSession`,
  ),
  'GUEST-CLOSE-SESSION-LIVE': assumed(
    'closeSession on a conversation that is not read-only closes connections and nothing else; readOnly in its answer is the state of the session.',
    'official clients send it in a read-only conversation alone',
  ),
  'GUEST-CONFIGURATION': documented(
    'getConfiguration is answered with allowedMedia, blockedExtensions, maxCustomDataBytes, messageRoutingEnabled and sessionDurationSeconds.',
    `${GUEST_SCHEMA}, GetConfigurationResponse`,
  ),
  'GUEST-CONFIGURATION-ANYTIME': assumed(
    'getConfiguration needs no configured session.',
    'it names the deployment itself',
  ),

  'GUEST-SIGN-IN': documented(
    'configureAuthenticatedSession carries in data.code the JWT of the token exchange; on a session that exists it is the step-up.',
    `${MOBILE_SDK}, auth/AuthHandlerImpl.kt and transport/uml/auth_flow`,
  ),
  'GUEST-SIGN-IN-REFRESH': documented(
    'token/refresh carries refreshToken alone (mobile SDK) or deploymentId too (platform model).',
    `${MOBILE_SDK}; ${PYTHON_MODELS}, WebDeploymentsRefreshJWTRequest`,
  ),
  'GUEST-SIGN-IN-STEP-UP': documented(
    'A step-up closes the other connections of the session (ConnectionClosedEvent, signedIn), sends Presence SignIn with the names of the customer, and says clearedExistingSession when another session of the customer ended.',
    `${MOBILE_SDK}, transport/uml/auth_flow/high_level_stepup_flow.puml`,
  ),
  'GUEST-SIGN-IN-ORDER': assumed('SessionResponse comes before Presence SignIn.', 'no source gives the order'),
  'GUEST-SIGN-IN-ERRORS': assumed(
    'An expired or revoked JWT is answered 401; one that is none, or a deployment without sign-in or step-up, 403 “Session authentication failed”.',
    'the codes and the text are documented (mobile SDK, handleError), which comes when is not',
  ),
  'GUEST-SIGN-IN-PROVIDER': assumed(
    'The identity provider of the emulator has two customers with fixed codes and id tokens that can be used again and again.',
    'a convenience of the emulator: the real provider is the customer’s own',
  ),
  'GUEST-SIGN-IN-REST-ERRORS': assumed(
    'A code or token that the exchange does not accept is answered 401 bad.credentials; sign-in switched off, 403 not.authorized.',
    'no source',
  ),
  'GUEST-SIGN-IN-JWT-LIFE': assumed('The JWT of the exchange lives 15 minutes.', 'no source'),
  'GUEST-NO-DOWNGRADE': documented(
    'configureSession on a session that has signed in is answered 4017.',
    `${MOBILE_SDK}, core/ErrorCode.kt`,
  ),
  'GUEST-LOGOUT': documented(
    'DELETE token/revoke sends LogoutEvent to every connection of the customer’s sessions.',
    `${MOBILE_SDK}, auth/AuthHandlerImpl.kt and transport/uml`,
  ),
  'GUEST-AUTHENTICATED': documented(
    'metadata.authenticated "true" marks messages of a guest who has signed in.',
    `${MOBILE_SDK}, util/extensions/MessageExtension.kt`,
  ),
  'GUEST-PUSH': documented(
    'Push devices are registered per deployment and session token; errors have codes of their own.',
    `${MOBILE_SDK}, network/WebMessagingApi.kt, core/ErrorCode.kt`,
  ),
  'GUEST-PUSH-NOT-SERVED': assumed(
    'An organisation without push answers 403 feature.toggle.disabled.',
    'the code is documented, its status is not; the emulator sends no push',
  ),

  'GUEST-ALLOWED-MEDIA': documented(
    'SessionResponse names allowed MIME types, the largest file in KB, and blocked extensions; an empty inbound allows nothing.',
    `${GUEST_SCHEMA}, AllowedMedia; ${MOBILE_SDK}, test fixtures`,
  ),
  'GUEST-ATTACHMENT': documented(
    'onAttachment is answered with a presigned URL; PUT with exactly its headers and Content-Type, then UploadSuccessEvent or UploadFailureEvent comes on the socket.',
    `${MOBILE_SDK}, core/AttachmentHandlerImpl.kt`,
  ),
  'GUEST-ATTACHMENT-ERRORS': documented(
    'With errorsAsJson a refused onAttachment comes as GenerateUrlError, else as class string; code 200/message or 400/response.',
    `${MOBILE_SDK}, test fixtures; ${HEADLESS_GUIDE}`,
  ),
  'GUEST-ATTACHMENT-CODES': assumed(
    'Blocked or unlisted types are 4001, sizes 4002, contents 4003, names 4004 and 4005, an empty file 4102.',
    'the names of the codes are documented; which rule gives which is not',
  ),
  'GUEST-ATTACHMENT-URL-LIFE': documented(
    'A presigned URL lives about ten minutes; getAttachment gives a new one.',
    `${MOBILE_SDK}, core/MessagingClient.kt`,
  ),
  'GUEST-ATTACHMENT-UNSENT': documented(
    'A file that is not sent is deleted after 15 days (4008 from then on).',
    `${MOBILE_SDK}, transport/uml/scp/remove_attachment.puml`,
  ),
  'GUEST-ATTACHMENT-ONE': documented('A message carries at most one attachment.', `${GUEST_SCHEMA}, MessageContent`),
  'GUEST-ATTACHMENT-STORE': assumed(
    'The store answers PUT like the object store behind presigned URLs: 403 for another signature, time or header.',
    'no source gives its answers',
  ),
  'GUEST-BUTTON-RESPONSE': documented(
    'An answer to a button is a ButtonResponse in a Text with empty text (mobile) or a Structured with the label (web, cards everywhere).',
    `${MOBILE_SDK}, core/MessageStore.kt; ${HEADLESS_GUIDE}`,
  ),
  'GUEST-PICKERS': documented(
    'Messages to guests may carry date pickers, list pickers and forms.',
    `${GUEST_SCHEMA}, CleanMessageContent`,
  ),
  'GUEST-PICKER-RESPONSE': thirdParty(
    'A picker is answered by a Structured with one ButtonResponse (DatePicker: the ISO time, ListPicker: one per item) that names the message in originatingMessageId; a form by a Form item with its answers in response[].',
    `${HEADLESS_GUIDE}; a later revision of the mobile SDK’s tests`,
  ),
  'GUEST-FORM-ANSWERS': assumed(
    'The answer of a text or wheel field of a form is a ButtonResponse of the type Form with the text, or the item’s value, as its payload.',
    'the schema has response[].component as a ButtonResponse and names no type for these fields',
  ),
  'GUEST-BOT-MESSAGES': thirdParty('Messages of bots had no channel.messageId live.', HEADLESS_GUIDE),

  'GUEST-TYPING-ON-ONLY': documented(
    'Guest typing has one value, On; no Off exists.',
    `${GUEST_SCHEMA}, EventTypingType`,
  ),
  'GUEST-TYPING-DURATION': documented(
    'typing.duration is optional, in milliseconds (to the guest’s schema any number), and read as 5,000 when absent.',
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
  'AGENT-TYPING-BODY': documented(
    'The body of agent typing has typing.duration, an optional integer of milliseconds, and an optional dateSent.',
    `${PYTHON_MODELS}, message_typing_event_request, conversation_event_typing`,
  ),
  'AGENT-TYPING-FRACTION': assumed(
    'Agent typing whose duration is not a whole number is answered 400 bad.request.',
    'that it is an integer is documented, what anything else is answered is in no source; a whole number is safe either way',
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
    'An agent’s text is queued when it is answered, then sent, and delivery-success once a connection or history request of the guest has it.',
    'the values are documented, their order on web messaging is not',
  ),
  'AGENT-MESSAGE-UNDELIVERED': assumed(
    'An agent’s text that no connection of the guest has when the session ends becomes delivery-failed, reason MessageExpired.',
    'the values are documented, when web messaging uses them is not',
  ),
  'MESSAGE-RECEIPTS': documented(
    'normalizedReceipts of an outbound message are messages of type Receipt with its id, status, reasons and isFinalReceipt.',
    `${PYTHON_MODELS}, message_data`,
  ),
  'MESSAGE-DETAILS': documented(
    'GET /api/v2/conversations/messages/{messageId}/details reads a message by its own id alone.',
    `${PLATFORM_SDK}, getConversationsMessageDetails`,
  ),
  'MESSAGE-BULK': documented(
    'POST …/messages/bulk takes a list of message ids and answers them as entities.',
    `${PLATFORM_SDK}, postConversationsMessageMessagesBulk`,
  ),
  'MESSAGE-BULK-UNKNOWN': assumed('Ids that the conversation does not have are left out of the answer.', 'no source'),
  'PARTICIPANT-ATTRIBUTES': documented(
    'Attributes of a participant are texts; two PATCH paths take {"attributes":{…}} and nothing else.',
    `${PLATFORM_SDK}, patchConversationsMessageParticipantAttributes, patchConversationParticipantAttributes`,
  ),
  'PARTICIPANT-ATTRIBUTES-MERGED': assumed(
    'A PATCH of attributes changes those that it names and keeps the others.',
    'it is a PATCH; no source says it in words',
  ),
  'PARTICIPANT-STATE': documented(
    'A participant is changed by PATCH with state connected (answer) or disconnected (leave); no state means typing.',
    `${PYTHON_MODELS}, media_participant_request`,
  ),
  'PARTICIPANT-OWN': assumed(
    'A user token changes, transfers and ends its own participation and the customer’s, not another agent’s.',
    'no source; switch onlyOwnCommunication',
  ),
  'PARTICIPANT-EMPTY-ANSWER': assumed(
    'Changes and transfers of participants are answered 202 without a body.',
    'the official SDK resolves nothing; the numeric status is in no source',
  ),
  TRANSFER: documented(
    'POST …/participants/{id}/replace with userId or queueId hands a conversation on; the next agent is a new participant.',
    `${PLATFORM_SDK}, postConversationsMessageParticipantReplace; the translator blueprint for the new participant`,
  ),
  'TRANSFER-LEAVES': assumed(
    'A transfer ends the leg of the participant that is replaced at once.',
    'an unattended transfer; the moment is in no source',
  ),
  'CONVERSATION-END': documented(
    'POST /api/v2/conversations/{id}/disconnect, or PATCH with state disconnected, ends all legs.',
    `${PLATFORM_SDK}, postConversationDisconnect, patchConversationsMessage`,
  ),
  'CONVERSATION-END-LAST-AGENT': assumed(
    'A conversation is over when its last agent has left and no queue has it; the guest’s next message opens another.',
    'how long a web messaging conversation can be joined again is in no source',
  ),
  'CONVERSATION-LIST-PAGES': assumed(
    'The list has the fields of a page, and is one page: the SDK has no parameter to ask for another.',
    `${PLATFORM_SDK}, getConversationsMessages takes none; whether the service reads any is unseen`,
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
  'OPEN-INBOUND': documented(
    'An integration of open messaging takes four calls: message, event, receipt, structured response; each needs conversation:message:receive.',
    `${PLATFORM_SDK}, postConversationsMessageInboundOpenMessage and its three siblings`,
  ),
  'OPEN-INBOUND-200': assumed('The four calls are answered 200.', 'the numeric status is in no source; any 2xx works'),
  'OPEN-SCHEMA-400': assumed(
    'A value that the schema does not have is answered 400: invalid.value for an enumeration, bad.request for the rest.',
    'the codes are documented, which comes when is not',
  ),
  'OPEN-TEXT-OR-CONTENT': thirdParty(
    'A message without text and content is answered 400 “should have required property content, …, should match some schema in anyOf”.',
    'community.genesys.com, send an inbound structured open response message',
  ),
  'OPEN-METADATA': thirdParty(
    'metadata is a flat map of texts; nesting is answered 400 bad.request.',
    'developer.genesys.cloud/forum, topic 26014',
  ),
  'OPEN-ID-TYPE': documented(
    'idType is Email, Phone or Opaque; official samples write it with a small letter, and that is accepted.',
    `${PYTHON_MODELS}, open_messaging_from_recipient; developer.genesys.cloud, inboundReceiptMessages`,
  ),
  'OPEN-UNKNOWN-FIELDS': documented(
    'Fields outside the schema are ignored.',
    'developer.genesys.cloud/forum, topic 11021 (said of the older endpoint)',
  ),
  'OPEN-PREFETCH': documented(
    'prefetchConversationId=true adds conversationId to the answer of a message.',
    `${PLATFORM_SDK}, postConversationsMessageInboundOpenMessage`,
  ),
  'OPEN-NEW-CONVERSATION': documented(
    'A message or an event opens a new conversation when there is none; a structured response never does.',
    `${PLATFORM_SDK}, texts of the four operations`,
  ),
  'OPEN-RECEIPT-OPENS-NONE': assumed(
    'A receipt opens no conversation, although the text of the operation says the same of it as of a message.',
    'it is about an outbound message, so there is one',
  ),
  'OPEN-MESSAGE-KEY': documented(
    'Each message must have a unique combination of its id and its time.',
    'developer.genesys.cloud/commdigital/digital/openmessaging, outboundMessages',
  ),
  'OPEN-MESSAGE-REPEATED': assumed(
    'A message with the id and the time of an earlier one is answered like that one and not added again.',
    'no source says what a repetition does; switch ignoreRepeatedOpenMessages',
  ),
  'OPEN-EVENT': documented(
    'An inbound event is {"eventType":"Typing"}: no On, no Off, no duration.',
    `${PYTHON_MODELS}, open_event; ${PLATFORM_SDK}, OpenEvent`,
  ),
  'OPEN-RECEIPT-STATUS': documented(
    'An inbound receipt is Sent, Delivered, Failed, Published or Removed, of which the guide supports Delivered and Failed; Read is not in the schema.',
    `${PYTHON_MODELS}, open_inbound_normalized_receipt; developer.genesys.cloud, inboundReceiptMessages`,
  ),
  'OPEN-RECEIPT-REASONS': documented(
    'reasons are only used with Failed; each has a message and one of thirteen codes.',
    `${PYTHON_MODELS}, conversation_reason`,
  ),
  'OPEN-RECEIPT-REFUSED': thirdParty(
    'A receipt can be answered 2xx with status Failed and reasons: it was not taken.',
    'gildas/go-gcloudcx, SendInboundReceipt and testdata/response-inbound-receipt-errors.json',
  ),
  'OPEN-RECEIPT-UNKNOWN': assumed(
    'A receipt about a message that the integration did not send to that address is answered 200 Failed, UnknownMessage.',
    'the form is reported, the reason is not',
  ),
  'OPEN-RECEIPT-EFFECT': assumed(
    'Delivered makes an outbound message delivery-success, Failed delivery-failed; a later receipt changes nothing once one was final.',
    'the statuses are documented, how they meet is not',
  ),
  'OPEN-STRUCTURED-UNKNOWN': assumed(
    'A structured response without a conversation is answered 404.',
    'only that it needs an existing conversation is documented',
  ),
  'OPEN-INTEGRATION': documented(
    'Integrations are created, read, changed, listed and deleted under …/messaging/integrations/open; createStatus is Initiated until it is Completed.',
    `${PLATFORM_SDK}, postConversationsMessagingIntegrationsOpen; ${PYTHON_MODELS}, open_integration`,
  ),
  'OPEN-INTEGRATION-AT-ONCE': assumed(
    'The emulator’s integrations are Completed as soon as they are created; a deleted one is answered 404 from then on.',
    'how long the service takes is in no source',
  ),
  'OPEN-SECRET': documented(
    'The secret that signs webhooks must be longer than 15 characters.',
    `${PYTHON_MODELS}, open_integration_request`,
  ),
  'OPEN-SETTINGS': documented(
    'Messaging settings switch typing per direction; an integration names one, or has the default of the organisation.',
    `${PLATFORM_SDK}, postConversationsMessagingSettings, putConversationsMessagingSettingsDefault`,
  ),
  'OPEN-TYPING-DISABLED': documented(
    'Typing is disabled by default, inbound and outbound.',
    'help.mypurecloud.com/articles/platform-configuration-profiles-overview',
  ),
  'OPEN-TYPING-DROPPED': assumed(
    'Typing that a setting disables is answered 2xx and reaches nobody.',
    'what a disabled event answers is in no source',
  ),
  'OPEN-WEBHOOK': documented(
    'Outbound messages are posted to the integration’s URL as JSON, with its webhookHeaders.',
    'developer.genesys.cloud/commdigital/digital/openmessaging, outboundMessages',
  ),
  'OPEN-WEBHOOK-TARGET': documented(
    'The webhook has to be reachable on port 443; custom ports are not to be used.',
    'help.mypurecloud.com/articles/configure-an-open-messaging-integration',
  ),
  'OPEN-WEBHOOK-TYPING': thirdParty(
    'An agent’s typing is a webhook of type Event with typing On and a duration.',
    'gildas/go-gcloudcx, testdata/openmessaging-outbound-event-typing.json',
  ),
  'OPEN-WEBHOOK-RECEIPT': thirdParty(
    'Receipts are webhooks of type Receipt: Published for an inbound message. Who stands in to and from of that one is inferred.',
    'gildas/go-gcloudcx, testdata/openmessaging-inbound-receipt-*.json; the Slack and Ionic blueprints, which discard them',
  ),
  'OPEN-SIGNATURE': documented(
    'X-Hub-Signature-256 is sha256= and the base64 (not hex) of the HMAC-SHA256 of the body.',
    'developer.genesys.cloud/commdigital/digital/openmessaging, validate; the Slack blueprint',
  ),
  'OPEN-WEBHOOK-RETRY': documented(
    'An answer is awaited for 10 s; a timeout, 429 or 5xx is tried again up to 5 times, 5 s apart; other statuses are not.',
    'developer.genesys.cloud/commdigital/digital/openmessaging, validate',
  ),
  'OPEN-WEBHOOK-UNREACHABLE': assumed(
    'A connection that fails counts as a timeout: it is tried again.',
    'the guide names timeouts and statuses only',
  ),
  'OPEN-WEBHOOK-FAILED': assumed(
    'A message whose webhook was not accepted in the end becomes delivery-failed, reason GeneralError.',
    'a user reports that the whole chat failed; the status is in no source',
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
  'OAUTH-ONE-GRANT': documented(
    'An OAuth client has one grant type: one for client credentials cannot log users in.',
    `${PYTHON_MODELS}, o_auth_client_request, authorizedGrantType`,
  ),
  'OAUTH-WRONG-GRANT': assumed(
    'A grant that is not the client’s is answered unauthorized_client.',
    'the code is the standard’s (RFC 6749); the service is unseen',
  ),
  'OAUTH-CODE': documented(
    'GET {login}/oauth/authorize redirects with a code, which POST /oauth/token exchanges by Basic for a token with a refresh token.',
    `${PLATFORM_SDK}, ApiClient.js, loginCodeAuthorizationGrant`,
  ),
  'OAUTH-LOGIN-PAGE': assumed(
    'The login page is one of the emulator’s own: it offers the seeded agents, without a password.',
    'a convenience of the emulator; the real page is Genesys’s or the identity provider’s',
  ),
  'OAUTH-CODE-LIFE': assumed('A code works once, for five minutes.', 'no source; the standard asks for a short life'),
  'OAUTH-PKCE': documented(
    'With PKCE (S256) the code is exchanged by client_id and code_verifier without an Authorization header.',
    `${PLATFORM_SDK}, ApiClient.js, authorizePKCEGrant`,
  ),
  'OAUTH-PKCE-NO-REFRESH': assumed(
    'The answer to a PKCE exchange has no refresh token.',
    'the official SDK reads none there',
  ),
  'OAUTH-REFRESH': documented(
    'grant_type=refresh_token by Basic answers another access token.',
    `${PLATFORM_SDK}, ApiClient.js, refreshCodeAuthorizationGrant`,
  ),
  'OAUTH-REFRESH-ROTATES': assumed(
    'A refresh token works once: its answer carries the next one.',
    'the answer has the field; whether the old one goes on working is in no source',
  ),
  'OAUTH-REDIRECT-URIS': assumed(
    'A redirect_uri that the client does not name is refused on the page, without a redirect.',
    'a client names its redirect URIs; the emulator takes any on this machine for named',
  ),
  'OAUTH-LIFETIME': documented(
    'Access tokens live as long as their client says: 300 to 172,800 seconds, 86,400 by default.',
    `${PYTHON_MODELS}, o_auth_client_request; the Terraform provider’s documentation`,
  ),
  'TOKENS-ME': documented(
    'DELETE /api/v2/tokens/me ends the token of the request, DELETE /api/v2/tokens/{userId} all of a user; GET and HEAD look at it.',
    `${PLATFORM_SDK}, TokensApi.js`,
  ),
  'TOKENS-OTHER-USERS': assumed(
    'A user token may end the tokens of that user alone (403 not.authorized).',
    'the permission for others’ is in no source that was read',
  ),
  'TOKENS-REVOKED-401': assumed(
    'A token that was ended is answered 401 bad.credentials.',
    'the code is documented, its use here is not',
  ),
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
  'NOTIFY-AVAILABLE-TOPICS': documented(
    'GET /api/v2/notifications/availabletopics lists topics with their parameters, transports and what they require.',
    `${PLATFORM_SDK}, getNotificationsAvailabletopics`,
  ),
  'NOTIFY-AVAILABLE-TOPICS-VALUES': assumed(
    'What the topics of messaging require and how they are described.',
    'the fields are documented, the values of these topics are in no source that was read',
  ),
  'NOTIFY-QUEUE-TOPICS': documented(
    'v2.routing.queues.{id}.conversations.messages carries the message conversations of a queue.',
    'notificationMappings.json of the official JavaScript SDK',
  ),
  'NOTIFY-ALL-MEDIA': documented(
    'v2.users.{id}.conversations and v2.routing.queues.{id}.conversations carry conversations of all media: participants with their communications, messages by id.',
    `notificationMappings.json of the official JavaScript SDK; ${PLATFORM_SDK}, index.d.ts, ConversationEventTopicConversation`,
  ),
  'NOTIFY-UNDELIVERED': documented(
    'v2.webmessaging.deployments.{id}.undelivered.messages names conversation, participant, communication, the end of the session and the messages by id.',
    `notificationMappings.json of the official JavaScript SDK; ${PLATFORM_SDK}, index.d.ts, V2WebMessagingUndeliveredMessageTopic…`,
  ),
  'NOTIFY-UNDELIVERED-WHEN': assumed(
    'It comes when an agent’s message finds no connection of the guest, with all that wait; participant and communication are the customer’s, times are milliseconds.',
    'the fields are documented, when it comes and what they hold is not',
  ),
  'NOTIFY-UNKNOWN-TOPIC': assumed(
    'A topic with the id of nothing that exists is refused 400 notification.invalid.topic.',
    'no source; switch refuseUnknownTopics',
  ),
  'NOTIFY-QUEUE-PERMISSIONS': assumed('Any token may subscribe to the topics of a queue.', 'no source that was read'),
  'NOTIFY-SYSTEM': documented(
    'v2.system.no_longer_subscribed.{id} and v2.system.token_revoked.{id} come unasked; reasons another_channel_subscribed and user_tokens_revoked.',
    `notificationMappings.json of the official JavaScript SDK; ${PYTHON_MODELS}`,
  ),
  'NOTIFY-SYSTEM-WHEN': assumed(
    'no_longer_subscribed (id: the channel) tells a channel that a newer one took its place, token_revoked (id: the owner) that its tokens were ended; then the socket closes.',
    'the topics are documented, their moments and ids are not',
  ),
  'NOTIFY-ONE-SOCKET': thirdParty(
    'A channel has one connection: a new one takes over.',
    'koodaamo/genesys-notifications',
  ),
  'ROUTING-FIRST-AGENT': assumed(
    'A new conversation is answered by the first agent at once.',
    'a convenience of the emulator; the real routing is the organisation’s',
  ),
  'ROUTING-ANSWERED-AT-ONCE': assumed(
    'What an agent gets is connected at once instead of alerting until it is answered.',
    'a convenience of the emulator: the real platform does so for users who answer automatically',
  ),
} as const satisfies Record<string, Fact>;

/** Id of a statement in `FACTS`. */
export type FactId = keyof typeof FACTS;

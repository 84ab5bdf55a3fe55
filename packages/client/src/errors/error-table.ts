import type { GuestCode, PlatformErrorCode } from '@backchannel/protocol';
import type { SignalOutcome } from '@backchannel/signals';

/** What a code means to the person who meets it. */
export interface Explanation {
  /** Why it happens. */
  readonly cause: string;
  /** What to do. */
  readonly fix: string;
}

const because = (cause: string, fix: string): Explanation => ({ cause, fix });

const NOTHING = 'Nothing: it is how it should be.';

/** Codes of `BackchannelError` and of notices. Errors of the platform have the prefix `platform.` and stand in `PLATFORM_CODES`. */
export const CLIENT_CODES = {
  'option.invalid': because(
    'An option of a session or a token source is missing, empty or of the wrong type.',
    'The message names the option, what it was and what it may be.',
  ),
  'text.invalid': because(
    'A message is blank or longer than the platform takes (guest: 4,096 bytes, agent: 4,000 characters).',
    'Keep the send button off for blank drafts; split longer texts.',
  ),
  'attributes.invalid': because(
    'Custom attributes of a guest’s message have more than 2,048 bytes, keys and values together; or an agent sets a value that is no text.',
    'Send ids instead of data; turn values into texts.',
  ),
  'environment.no-websocket': because(
    'The runtime has no global WebSocket (Node 20).',
    'Pass ports: { openSocket: (url) => new WebSocket(url) } with the package "ws", or use Node 22.',
  ),
  'socket.unopenable': because(
    'The runtime refused to make a socket at all: the address or the page’s security policy does not allow it.',
    'Check hosts; from an https page the socket must be wss, and Content-Security-Policy must name it in connect-src.',
  ),
  'attachment.refused': because(
    'A file is not one that the session takes (type, size, name), or the service refused it.',
    'The message says which rule; attachmentRules(guest) names them all before the upload.',
  ),
  'attachment.unreachable': because(
    'The place to upload to did not answer, or CORS forbids it.',
    'Check the network; the presigned URL must be allowed by connect-src of the page’s policy.',
  ),
  'queue.full': because(
    'More messages were written without a connection than the offline queue holds.',
    'Show that the line is broken; send again when the session is live.',
  ),
  'sign-in.lost': because(
    'The JWT of a guest who has signed in expired, and the platform did not renew it.',
    'Let the guest sign in again: signIn(guest, proof) with what the identity provider gives.',
  ),
  'session.expiring': because(
    'Nobody has written for almost as long as the session lives.',
    'Tell the guest, or let it go: the next message prolongs it.',
  ),
  'token.unsaved': because(
    'The token store failed, for example because the browser’s storage is full or switched off.',
    'Nothing is lost now, but the next visit begins a new session.',
  ),
  aborted: because('The AbortSignal that was passed in fired.', NOTHING),
  closed: because(
    'Something was awaited of a session that has ended.',
    'Call connect() first; the reason of the end stands in the snapshot.',
  ),
  unexpected: because(
    'Something that is no BackchannelError was thrown, mostly by a port or a listener of the application.',
    'Look at the cause of the error.',
  ),
  'broadcast.invalid': because(
    'A broadcast’s sessionId, guestId, type or time is not one that can be sent; nothing was.',
    'The message names the field, what it was and what it may be.',
  ),
  'typing.send': because(
    'The send function of a Typing threw.',
    'Look at the cause. Return a Settled instead of throwing when a refusal is normal.',
  ),
  'http.timeout': because(
    'A request had no answer within 15 s. What it asked for may have happened.',
    'Try again; a message is looked for before it is sent again.',
  ),
  'http.too-large': because(
    'An answer was longer than 4,000,000 characters.',
    'Ask for smaller pages; if it was the SDK’s own request, report it. A message of an agent whose answer it was has been sent.',
  ),
  'http.unreadable': because(
    'An answer was not what the platform documents: often the page of a proxy or a login.',
    'Check hosts; the message names the first wrong field. A message of an agent whose answer it was has been sent.',
  ),
  'http.unreachable': because(
    'The request did not reach the server, or a browser hid the answer: network, address, or CORS.',
    'Check hosts and the network; in a browser look for a CORS complaint in the console.',
  ),
  'frame.unreadable': because(
    'A frame was binary, too long, no JSON, or had a field of the wrong type. It was dropped; the session goes on.',
    'The text names the field. When it comes again, report it with the frame.',
  ),
  'frame.unrecognised': because(
    'The service sent a frame of a class that this version does not know. It was ignored.',
    'Update the SDK when something is missing.',
  ),
  'rate.refused': because(
    'The service refused a frame for its rate: other connections of the session, or other clients, use the limit too.',
    'Wait as long as the text says. Typing is silent meanwhile; messages wait by themselves.',
  ),
  'typing.timeout': because(
    'The platform did not answer an open messaging channel’s typing while it would still have been true.',
    'Nothing, when it is rare: the next key signals again. Otherwise look at the network.',
  ),
  'receipt.unsupported': because(
    'A receipt other than Delivered or Failed was to be sent: Genesys takes no Read from an integration.',
    'Send Delivered when the user’s device has the message; carry “read” on a plane of your own.',
  ),
  'receipt.failed': because(
    'A receipt was answered 2xx, but the body says Failed: the platform did not take it.',
    'Check that the id is the one of the outbound message’s webhook, and that it went to this user.',
  ),
  'channel.closed': because(
    'A guest was asked for from an OpenMessagingChannel that has been closed.',
    'Make another channel; one lives as long as the process.',
  ),
  'agents.full': because(
    'An AgentPlatform has 20 notification channels of 1,000 topics each, two for every agent: 10,000 agents have joined.',
    'Close sessions of agents who have left, or use another OAuth client.',
  ),
  'guests.full': because(
    'An OpenMessagingChannel keeps 10,000 guests: the one that was asked for longest ago was closed.',
    'Close guests that have left; ask for a guest again before you use it after a long time.',
  ),
  'typing.refused': because(
    'The service refused typing; with 403 the deployment has it switched off.',
    'Turn on the typing indicator in the Messenger configuration, or ignore it: messages are not concerned.',
  ),
  'history.unread': because(
    'The history could not be read after a reconnect, so messages may be missing until the next one.',
    'The text says why; the history may be read ten times a minute per session.',
  ),
  'history.partial': because(
    'The history is longer than what is read at once: older messages were left out.',
    'Ask for older messages when the guest scrolls up.',
  ),
  'login.refused': because(
    'An agent’s login came back without a code, or from another login than the one that was begun.',
    'Begin the login again; the message says what the platform said.',
  ),
  'message.failed': because(
    'The platform took an agent’s message and then could not deliver it.',
    'Show it as failed and let the agent send it again.',
  ),
  'message.unread': because(
    'An agent’s client was told of a message and could not read it.',
    'It is tried again with the next change; check that the token may view messages.',
  ),
  'conversation.unread': because(
    'An agent’s client was told of a conversation and could not read it.',
    'It is read with the next change; check the permission conversation:communication:view.',
  ),
  'conversations.unlisted': because(
    'The agent’s conversations could not be listed: those that were there already are missing.',
    'The text says why. New ones are heard of all the same.',
  ),
  'conversations.dropped': because(
    'More conversations than an agent’s session keeps (200): the oldest was forgotten.',
    'End what is over; the platform still has it.',
  ),
} as const satisfies Record<string, Explanation>;

/** How a call or a signal ended (`Settled.outcome`). */
export const OUTCOMES: Readonly<Record<SignalOutcome, Explanation>> = {
  sent: because('It was done. A typing frame is acknowledged by nobody, so no more can be known of one.', NOTHING),
  coalesced: because('An earlier signal still says the same, or the session was connected already.', NOTHING),
  'suppressed:budget': because(
    'A limit of the platform, or the part of it that is kept for messages, had no room.',
    'Nothing: the next key tries again. If it happens often, count what else uses the connection or the token.',
  ),
  'suppressed:stale': because('Its moment passed before it could leave; a late signal would be untrue.', NOTHING),
  'suppressed:gap': because('The least time between two signals of the channel had not passed.', NOTHING),
  'suppressed:quiet': because(
    'The platform refused for its rate, so signals are silent for 30 s.',
    'Find what else uses the limit: the SDK itself stays below it.',
  ),
  'suppressed:privacy': because('The participant, or the integrator, does not want it known.', NOTHING),
  'suppressed:no-conversation': because(
    'No conversation exists, and a signal never opens one.',
    'Send a message first, or switch on “start conversations automatically” in the deployment.',
  ),
  'suppressed:disabled': because(
    'The deployment has typing indicators switched off.',
    'Switch them on in the Messenger configuration (for open messaging: in the messaging settings).',
  ),
  offline: because(
    'There is no connection, and nothing waits for one unless it was asked to.',
    'Show the state of the session; send again when it is live.',
  ),
  unsupported: because(
    'The channel has no such thing: no typing stop, no read receipt.',
    'docs/what-works.md has the equivalents.',
  ),
  refused: because('The platform answered with an error.', 'The reason has its code and text; look it up below.'),
  timeout: because(
    'No answer in time. Whether it happened is unknown.',
    'Messages are looked for by themselves and may still turn into sent; a session goes on connecting.',
  ),
  aborted: because('The caller gave up. What had left already may still arrive.', NOTHING),
};

/** Codes of the platform’s error envelope; on a `BackchannelError` with the prefix `platform.`. */
export const PLATFORM_CODES: Readonly<Record<PlatformErrorCode, Explanation>> = {
  'bad.request': because('A field is missing or has the wrong type.', 'Compare the body with the documented one.'),
  'not.a.user': because(
    'The operation needs a user, and a client-credentials token has none.',
    'Use the token of a user (authorization code, PKCE), or pass userId to AgentSession.',
  ),
  'invalid.value': because(
    'A field has a value outside its list: for typing only On exists.',
    'The message lists the values. To end typing send the message, or let the duration run out.',
  ),
  'notification.invalid.topic': because(
    'A topic does not exist, or is not for this token.',
    'GET /api/v2/notifications/availabletopics lists them; most need the user’s own id.',
  ),
  'notification.subscription.too.many.subscriptions': because(
    'The channel has 1,000 topics already.',
    'Open another channel, or remove topics.',
  ),
  'authentication.required': because(
    'The request has no bearer token.',
    'Send Authorization: Bearer and an access token.',
  ),
  'bad.credentials': because(
    'The token is unknown to this region, or is of another kind (a guest’s JWT only reads that guest’s history).',
    'Take a fresh token from the same region.',
  ),
  'feature.toggle.disabled': because(
    'The organisation does not have the feature (push notifications, in the emulator always).',
    'Do without it, or have it switched on.',
  ),
  'deployment.not.found': because(
    'There is no deployment with that id in this region.',
    'Compare deploymentId and region with the Messenger deployment in the admin pages.',
  ),
  'credentials.expired': because('The token is over.', 'Take a new one; TokenSource does so 60 s before the end.'),
  'missing.any.permissions': because(
    'The role of the user or of the client has none of the named permissions.',
    'An administrator grants one of them.',
  ),
  'not.authorized': because(
    'The token may not act on this thing: mostly the communication of another user.',
    'Use the communication of the agent whose token it is.',
  ),
  'not.found': because(
    'The id or the path does not exist; after a transfer the communicationId is another one.',
    'Read the conversation again: participants[].messages[].id of the current agent.',
  ),
  'conversation.error.conversation.not.found': because(
    'There is no such conversation, or it is another organisation’s.',
    'A guest never learns this id: take it from a notification or from the list of the agent’s conversations.',
  ),
  'method.not.allowed': because('The path exists, the verb does not.', 'The Allow header names the verbs.'),
  'general.conflict': because(
    'The thing is in another state than the request needs, for example a communication that has ended.',
    'Read it again.',
  ),
  'request.entity.too.large': because('The body is over 512,000 bytes.', 'Send less; files are uploaded by URL.'),
  'unsupported.media.type': because('The Content-Type is not JSON.', 'Send Content-Type: application/json.'),
  'too.many.requests.retry.after': because(
    'A limit is used up: 300 requests a minute per token, 12 typing events a minute per conversation.',
    'Wait for the seconds of Retry-After. The SDK does.',
  ),
  'internal.server.error': because('A fault of the platform.', 'Try again later; quote the context id to support.'),
  'service.unavailable': because('The platform is overloaded or being maintained.', 'Try again later.'),
  'request.timeout': because('The platform was too slow.', 'Try again; what it asked for may have happened.'),
};

/** Codes in the frames of the guest socket. */
export const GUEST_SOCKET_CODES: Readonly<Record<GuestCode, Explanation>> = {
  400: because('The frame is no JSON, or a field is missing or wrong.', 'The body of the frame says which.'),
  401: because('The guest’s sign-in is not valid (any more).', 'Sign in again.'),
  403: because(
    'Switched off in the deployment (typing, clear), or the sign-in was refused.',
    'Change the Messenger configuration; the body of the frame says what it is.',
  ),
  404: because('The deployment or the thing does not exist.', 'Check the ids.'),
  408: because('The service was too slow.', 'As with 5000.'),
  409: because('The conversation is over and can only be read.', 'Start a new one.'),
  429: because('A limit of the connection or the session is used up.', 'Wait for retryAfter. The SDK does.'),
  4000: because('The feature is not available in this deployment.', 'Do without it, or change the configuration.'),
  4001: because('This type of file is not allowed.', 'The session response lists what is.'),
  4002: because('The file is too large.', 'The session response has the limit.'),
  4003: because('The content of the file was refused.', 'Send another file.'),
  4004: because('The name of the file is not allowed.', 'Rename it.'),
  4005: because('The name of the file is too long.', 'Rename it.'),
  4006: because('The session has expired.', 'Begin a new one with a new token.'),
  4007: because(
    'The connection has no session: nothing was configured, or the token is another.',
    'Configure first, with the token of every later frame.',
  ),
  4008: because('The upload was not finished in time.', 'Upload again.'),
  4009: because('There is no such attachment.', 'Upload again.'),
  4010: because('The attachment was sent before its upload was confirmed.', 'Wait for UploadSuccessEvent.'),
  4011: because('The text has more than 4,096 bytes.', 'Split it.'),
  4013: because('The custom attributes have more than 2,048 bytes.', 'Send ids instead of data.'),
  4017: because(
    'The token belongs to a signed-in session.',
    'Sign in with it, or begin a new session with a new token.',
  ),
  4020: because('A parameter is missing.', 'The body of the frame says which.'),
  4029: because('Messages come too fast.', 'Wait for retryAfter. The SDK sends two a second at most.'),
  4102: because('The file is empty.', 'Send another file.'),
  5000: because(
    'A fault of the service.',
    'The SDK connects again by itself. A message stands as failed: look whether it arrived before you send it again.',
  ),
};

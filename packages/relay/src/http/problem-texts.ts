import type { ProblemCode } from '../domain/problem.ts';

/** What a code means, for `title` of a problem document and for the page at `/docs`. */
export interface ProblemText {
  /** Status with which it comes. */
  readonly status: number;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

export const PROBLEM_TEXTS: Readonly<Record<ProblemCode, ProblemText>> = {
  'request.invalid': {
    status: 400,
    title: 'The request is not valid',
    cause:
      'A member of the body, the query or the path is missing, of the wrong type or out of its bounds; or the body is no JSON.',
    fix: '`errors` names each member and what it may be.',
  },
  'credential.missing': {
    status: 401,
    title: 'No credential',
    cause: 'The call has no `Authorization` header.',
    fix: 'Get a token from `POST /oauth/token` and send it as `Authorization: Bearer <token>`.',
  },
  'credential.invalid': {
    status: 401,
    title: 'The credential is not valid',
    cause: 'The token was not signed by this relay, its client was removed, or the header is not a bearer token.',
    fix: 'Get a token from this relay. Tokens of Genesys Cloud are not accepted.',
  },
  'credential.expired': {
    status: 401,
    title: 'The credential has expired',
    cause: 'The token is older than its `expires_in`.',
    fix: 'Get a new token; renew it a minute before it ends.',
  },
  'scope.missing': {
    status: 403,
    title: 'A scope is missing',
    cause: 'The token does not carry the scope that `detail` names.',
    fix: 'Ask for it in `scope` at `POST /oauth/token`; if the client does not have it, add it in the configuration.',
  },
  'actor.forbidden': {
    status: 403,
    title: 'Not for this participant',
    cause:
      'The credential may not act for that guest or agent: `actAs` of the client, or the token is another participant’s.',
    fix: 'Use a credential that is entitled to the participant, or extend `actAs` in the configuration.',
  },
  'origin.forbidden': {
    status: 403,
    title: 'The origin may not call',
    cause: 'A page of an origin that is not in `allowedOrigins` called.',
    fix: 'Add the origin, scheme and port included, to `allowedOrigins` in the configuration.',
  },
  'conversation.unknown': {
    status: 404,
    title: 'No such conversation',
    cause: 'This client has no conversation of that name. Those of other clients are answered the same way.',
    fix: 'Make it with `PUT /v1/conversations/{id}` first.',
  },
  'participant.unknown': {
    status: 404,
    title: 'No such participant',
    cause: 'Nobody of that name or id is in the conversation.',
    fix: 'Use `guest`, `agent:{userId}`, or an id from `GET /v1/conversations/{id}`.',
  },
  'message.unknown': {
    status: 404,
    title: 'No such message',
    cause: 'No message of that id is in a conversation of this client.',
    fix: 'Use the id of a `message` event, or the one that sending it was answered with.',
  },
  'path.unknown': {
    status: 404,
    title: 'No such path',
    cause: 'The relay serves nothing there.',
    fix: '`fix` names the nearest path that exists; all are on this page.',
  },
  'method.wrong': {
    status: 405,
    title: 'The path does not take this method',
    cause: 'The path exists with other methods.',
    fix: 'Use one of those in the `Allow` header.',
  },
  'conversation.taken': {
    status: 409,
    title: 'The name is taken',
    cause: 'Another conversation of this client already has the session, guest or Genesys id.',
    fix: 'Use another, or `DELETE` the conversation that has it.',
  },
  'conversation.differs': {
    status: 409,
    title: 'The conversation has another guest',
    cause: 'The conversation is open already, and was made with another nickname, deployment or attributes.',
    fix: 'Leave that member out, or `DELETE` the conversation first.',
  },
  'conversation.ended': {
    status: 409,
    title: 'The conversation has ended',
    cause: 'Genesys or somebody of your side has ended it, so nothing can be sent into it.',
    fix: 'Make a new one with `PUT /v1/conversations/{id}`; an id can be used again.',
  },
  'agent.absent': {
    status: 409,
    title: 'The agent is not in the conversation',
    cause: 'A message of an agent needs an agent whose communication is connected.',
    fix: 'Wait until the agent has answered: the participants of `GET /v1/conversations/{id}` say so.',
  },
  'idempotency.conflict': {
    status: 409,
    title: 'The key was used for something else',
    cause: 'A message of other content was sent with the same `Idempotency-Key`.',
    fix: 'One key per message: a new one for new content.',
  },
  'body.large': {
    status: 413,
    title: 'The body is too large',
    cause: 'It has more bytes than `limits.bodyBytesMax` of the configuration.',
    fix: 'Send less, or raise `limits.bodyBytesMax` in the configuration.',
  },
  'media.unsupported': {
    status: 415,
    title: 'The media type is not supported',
    cause: 'The body is neither JSON nor a form, or not UTF-8.',
    fix: 'Send `Content-Type: application/json`.',
  },
  'rate.limited': {
    status: 429,
    title: 'Too many calls',
    cause: 'The caller has used up a limit that `detail` names.',
    fix: 'Wait as many seconds as `Retry-After` says.',
  },
  'lane.full': {
    status: 429,
    title: 'Too many messages wait',
    cause:
      'As many messages wait in this conversation as `limits.laneMax` allows: Genesys is slower than the caller, or unreachable.',
    fix: 'Wait as many seconds as `Retry-After` says; the messages that wait are not lost.',
  },
  'conversations.full': {
    status: 429,
    title: 'Too many conversations',
    cause: 'As many conversations are open as `limits.conversationsMax` allows.',
    fix: '`DELETE` those that are over, or raise the limit.',
  },
  internal: {
    status: 500,
    title: 'The relay failed',
    cause: 'A mistake of the relay itself. What was asked for may have happened or not.',
    fix: 'Look for `traceId` in the relay’s log, and report it.',
  },
  'upstream.failed': {
    status: 502,
    title: 'Genesys could not be asked',
    cause: 'Genesys did not answer, or refused.',
    fix: '`detail` has its words; look at the credentials and hosts of the configuration.',
  },
  'store.busy': {
    status: 503,
    title: 'The store is too busy',
    cause: 'More is to be written than the disk takes: nothing was recorded.',
    fix: 'Try again after `Retry-After`. If it happens often, use a faster disk.',
  },
  'store.failed': {
    status: 503,
    title: 'The store can’t be used',
    cause:
      'The relay’s disk is full or fails, or its database is damaged. What was asked for may have been written down or not.',
    fix: 'Try again after `Retry-After`, a message with the same `Idempotency-Key`. Whoever runs the relay finds the reason in its log.',
  },
  stopping: {
    status: 503,
    title: 'The relay is stopping',
    cause: 'It is being restarted: no new work is taken.',
    fix: 'Try again after `Retry-After`; another instance, or the same one, answers then.',
  },
};

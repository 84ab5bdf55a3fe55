/** Stable codes of what the relay refuses; `docs` and `/docs` explain each. */
export type ProblemCode =
  | 'request.invalid'
  | 'credential.missing'
  | 'credential.invalid'
  | 'credential.expired'
  | 'scope.missing'
  | 'actor.forbidden'
  | 'conversation.unknown'
  | 'conversation.taken'
  | 'conversation.differs'
  | 'participant.unknown'
  | 'message.unknown'
  | 'agent.absent'
  | 'conversation.ended'
  | 'conversations.full'
  | 'idempotency.conflict'
  | 'method.wrong'
  | 'path.unknown'
  | 'body.large'
  | 'media.unsupported'
  | 'rate.limited'
  | 'lane.full'
  | 'origin.forbidden'
  | 'upstream.failed'
  | 'store.busy'
  | 'store.failed'
  | 'stopping'
  | 'internal';

/** What a request gets when it can't be done; the HTTP layer writes it as a problem document (RFC 9457). */
export class RelayProblem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  /** What to do instead, for the person who wrote the caller. */
  readonly fix: string;
  /** Which members of the request are wrong, and why. */
  readonly errors: readonly { readonly path: string; readonly detail: string }[];
  readonly retryAfterMs: number | undefined;
  /** Methods that the path takes, with 405. */
  readonly allow: readonly string[] | undefined;

  /** `detail`: what could not be done, and why. */
  constructor(
    code: ProblemCode,
    status: number,
    detail: string,
    {
      fix,
      errors = [],
      retryAfterMs,
      allow,
      cause,
    }: {
      readonly fix: string;
      readonly errors?: readonly { readonly path: string; readonly detail: string }[] | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly allow?: readonly string[] | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(detail, { cause });
    this.name = 'RelayProblem';
    this.code = code;
    this.status = status;
    this.fix = fix;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs;
    this.allow = allow;
  }
}

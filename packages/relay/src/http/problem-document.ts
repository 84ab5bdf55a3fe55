import { BackchannelError } from '@backchannel/client';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RelayProblem } from '../domain/problem.ts';
import { STORE_MISTAKE } from '../store/store-errors.ts';
import { PROBLEM_TEXTS } from './problem-texts.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
/** Says when to come back, where a problem is a matter of time and does not say itself. */
const RETRY_AFTER_DEFAULT_MS = 1_000;
/** A process whose store has failed is started anew in about this time. */
const STORE_RETRY_AFTER_MS = 5_000;

/** A problem as RFC 9457 writes it, with what this relay adds: `fix`, `code`, `errors` and `traceId`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly fix: string;
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly detail: string }[] | undefined;
  readonly traceId: string;
}

/** Where `/docs` explains a code. */
const problemType = (code: string): string => `/docs#${code}`;

/** Members of fastify's errors that are looked at. */
interface HttpError extends Error {
  readonly statusCode?: number | undefined;
  readonly code?: string | undefined;
}

/** Whatever was thrown, as a problem. What is nobody's fault but ours says nothing of its cause: that is in the log. */
export function problemOf(thrown: unknown, { bodyBytesMax }: { readonly bodyBytesMax: number }): RelayProblem {
  if (thrown instanceof RelayProblem) return thrown;
  const { code, statusCode = 500 }: Partial<HttpError> = thrown instanceof Error ? thrown : {};
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new RelayProblem(
      'body.large',
      413,
      `The body has more than ${bodyBytesMax} bytes (limits.bodyBytesMax of the configuration).`,
      {
        fix: PROBLEM_TEXTS['body.large'].fix,
      },
    );
  }
  if (statusCode === 415) return unsupportedMedia('The media type of the body is not one that the relay reads.');
  if (statusCode >= 400 && statusCode < 500) {
    return new RelayProblem(
      'request.invalid',
      statusCode,
      'The request can’t be read: its body or path is malformed.',
      {
        fix: 'Send well-formed JSON in UTF-8, without "__proto__" or "constructor" members; percent-encode what stands in the path.',
        cause: thrown,
      },
    );
  }
  if (thrown instanceof BackchannelError && thrown.code.startsWith('store.') && thrown.code !== STORE_MISTAKE) {
    return new RelayProblem('store.failed', 503, 'The relay can’t use its store at this moment.', {
      fix: PROBLEM_TEXTS['store.failed'].fix,
      retryAfterMs: STORE_RETRY_AFTER_MS,
      cause: thrown,
    });
  }
  return new RelayProblem('internal', 500, 'The relay failed; it is not the caller’s mistake.', {
    fix: PROBLEM_TEXTS.internal.fix,
    cause: thrown,
  });
}

export const unsupportedMedia = (detail: string): RelayProblem =>
  new RelayProblem('media.unsupported', 415, detail, {
    fix: 'Send JSON in UTF-8 with "Content-Type: application/json".',
  });

export function documentOf(problem: RelayProblem, traceId: string): ProblemDocument {
  return {
    type: problemType(problem.code),
    title: PROBLEM_TEXTS[problem.code].title,
    status: problem.status,
    detail: problem.message,
    fix: problem.fix,
    code: problem.code,
    ...(problem.errors.length > 0 && { errors: problem.errors }),
    traceId,
  };
}

/** Headers that go with a problem, whatever body it is written in. */
export function problemHeaders(problem: RelayProblem): Readonly<Record<string, string>> {
  const timed = problem.status === 429 || problem.status === 503;
  const waitMs = problem.retryAfterMs ?? (timed ? RETRY_AFTER_DEFAULT_MS : undefined);
  return {
    ...(waitMs !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) }),
    ...(problem.allow !== undefined && { allow: problem.allow.join(', ') }),
    ...(problem.status === 401 && {
      'www-authenticate': `Bearer realm="backchannel"${problem.code === 'credential.missing' ? '' : ', error="invalid_token"'}`,
    }),
    ...(problem.code === 'stopping' && { connection: 'close' }),
  };
}

/** The error of RFC 6749 for what stands in front of the token route's handler: rate, body, a stop. */
const oauthError = ({ status }: RelayProblem): string =>
  status === 429 || status === 503 ? 'temporarily_unavailable' : status >= 500 ? 'server_error' : 'invalid_request';

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: RelayProblem,
  { traceId, isOAuth = false }: { readonly traceId: string; readonly isOAuth?: boolean | undefined },
) {
  const document = {
    ...documentOf(problem, traceId),
    // Clients of OAuth look at these two alone.
    ...(isOAuth && { error: oauthError(problem), error_description: `${problem.message} ${problem.fix}` }),
  };
  return reply
    .code(problem.status)
    .headers(problemHeaders(problem))
    .type(PROBLEM_MEDIA_TYPE)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(request.method === 'HEAD' ? undefined : document);
}

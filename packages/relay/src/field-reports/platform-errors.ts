import type { PlatformErrorCode } from '@backchannel/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { ProblemCode, RelayProblem } from '../domain/problem.ts';
import type { RelayContext } from '../http/context.ts';
import { problemHeaders, problemOf } from '../http/problem-document.ts';
import { traceOf } from '../http/trace.ts';

/** What Genesys would say to each of the relay's problems. */
const CODES = {
  'request.invalid': 'bad.request',
  'credential.missing': 'authentication.required',
  'credential.invalid': 'bad.credentials',
  'credential.expired': 'credentials.expired',
  'scope.missing': 'not.authorized',
  'actor.forbidden': 'not.authorized',
  'origin.forbidden': 'not.authorized',
  'conversation.unknown': 'conversation.error.conversation.not.found',
  'participant.unknown': 'not.found',
  'message.unknown': 'not.found',
  'path.unknown': 'not.found',
  'method.wrong': 'method.not.allowed',
  'conversation.taken': 'general.conflict',
  'conversation.differs': 'general.conflict',
  'conversation.ended': 'general.conflict',
  'agent.absent': 'general.conflict',
  'idempotency.conflict': 'general.conflict',
  'body.large': 'request.entity.too.large',
  'media.unsupported': 'unsupported.media.type',
  'rate.limited': 'too.many.requests.retry.after',
  'lane.full': 'too.many.requests.retry.after',
  'conversations.full': 'too.many.requests.retry.after',
  'upstream.failed': 'service.unavailable',
  'store.busy': 'service.unavailable',
  'store.failed': 'service.unavailable',
  stopping: 'service.unavailable',
  internal: 'internal.server.error',
} as const satisfies Record<ProblemCode, PlatformErrorCode>;

const envelopeSchema = z
  .object({
    message: z.string().meta({ description: 'What could not be done, and how to do it.' }),
    code: z.string().meta({ description: 'Genesys’s word for it.' }),
    status: z.number(),
    contextId: z.string().meta({ description: 'Look for it in the relay’s log.' }),
    details: z.array(z.object({ fieldName: z.string(), errorCode: z.string() })),
    errors: z.array(z.never()),
  })
  .meta({ id: 'F18Error' });

/** What a route answers in the OpenAPI document whose errors are sent by `sendPlatformError`. */
export const platformErrorResponse = {
  description: 'Genesys’s error envelope.',
  content: { 'application/json': { schema: envelopeSchema } },
};

/**
 * A problem in Genesys's error envelope, for calls of Genesys's own: the official SDK reads `code`, `message` and `status` of it.
 * The message is the relay's: what could not be done, and how to do it.
 */
export function sendPlatformError(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  { settings, ports, log }: RelayContext,
) {
  const problem = problemOf(thrown, settings.limits);
  const { traceId: contextId } = traceOf(request, ports.ids);
  if (problem.status >= 500 && problem.code !== 'stopping') {
    const { method, routeOptions } = request;
    const error = problem.cause ?? problem;
    log.error('request failed', { method, route: routeOptions.url, status: problem.status, traceId: contextId, error });
  }
  return reply
    .code(problem.status)
    .headers({ ...problemHeaders(problem), 'inin-correlation-id': contextId })
    .type('application/json')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(envelopeOf(problem, contextId));
}

function envelopeOf(
  { code, message, status, fix, errors }: RelayProblem,
  contextId: string,
): z.infer<typeof envelopeSchema> {
  const details = errors.map(({ path: fieldName, detail }) => ({ fieldName, errorCode: detail }));
  const said = errors.map(({ path, detail }) => `${path} ${detail}.`);
  const text = [message, ...said, fix].join(' ');
  return { message: text, code: CODES[code], status, contextId, details, errors: [] };
}

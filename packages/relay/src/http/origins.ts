import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { RouteTable } from './route-table.ts';

/** Seconds for which a browser may remember what a preflight was told. */
const PREFLIGHT_SECONDS = 600;
const REQUEST_HEADERS = 'authorization, content-type, guest_token, idempotency-key, last-event-id, traceparent';
const RESPONSE_HEADERS = 'location, retry-after, traceparent';

/**
 * Lets pages of the allowed origins call, and refuses those of all others before anything else is looked at: also where the
 * browser itself would not ask first (simple requests, WebSockets). Answers a preflight and says so with `true`.
 */
export function checkOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  { access, routes }: { readonly access: Access; readonly routes: RouteTable },
): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  if (!access.allowsOrigin(origin)) {
    throw new RelayProblem('origin.forbidden', 403, 'A page of this origin may not call the relay.', {
      fix: 'Add the page’s origin (scheme, host and port) to allowedOrigins in the configuration.',
    });
  }
  reply.header('access-control-allow-origin', origin).header('vary', 'origin');
  reply.header('access-control-expose-headers', RESPONSE_HEADERS);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  reply
    .code(204)
    .header('access-control-allow-methods', routes.methodsOf(pathOf(request)).join(', '))
    .header('access-control-allow-headers', REQUEST_HEADERS)
    .header('access-control-max-age', PREFLIGHT_SECONDS)
    .send();
  return true;
}

/** The path of a request without its query. */
export const pathOf = (request: Pick<FastifyRequest, 'url'>): string => request.url.split('?', 1)[0] ?? '/';

import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RelayProblem } from '../domain/problem.ts';
import type { RelayContext, Routes } from '../http/context.ts';
import { RouteTable } from '../http/route-table.ts';
import { sendPlatformError } from './platform-errors.ts';

/** Genesys answers within this time, or the caller hears that it did not: the official SDK waits for 16 s. */
const PASS_TIMEOUT_MS = 15_000;

/** What goes on to Genesys of a request's headers, and what comes back: nothing else does, neither cookies nor addresses. */
const REQUEST_HEADERS = [
  'accept',
  'accept-language',
  'authorization',
  'content-encoding',
  'content-type',
  'traceparent',
  'user-agent',
];
const RESPONSE_HEADERS = ['content-type', 'etag', 'inin-correlation-id', 'location', 'retry-after'];
const RESPONSE_HEADER_PREFIX = 'inin-ratelimit-';

/** Paths of reports that Genesys has too, with other verbs: those go on to it. */
const SHARED = new Set([
  '/api/v2/conversations/:conversationId',
  '/api/v2/conversations/:conversationId/participants/:participantId',
]);

/** How a token of this relay begins, wherever it stands in a header or an address: it is never sent anywhere. */
const OWN_TOKEN = /bc1\.[\da-f]{8}\./i;

/**
 * F18: every other call of Genesys's API, its body byte by byte as it came, when the configuration switches it on (`passThrough`).
 *
 * It goes with the caller's own Genesys token, so that nobody can do through the relay what Genesys would not let them do:
 * the relay's own credentials are never used for it, and a token of the relay is refused here rather than shown to Genesys.
 * Only to the configured API host, only below `/api/v2/`.
 */
export const passThrough: Routes = (app, context) => {
  if (!context.settings.passThrough) return;
  // Below the wildcard nobody else says 405 for what people write and Genesys does not have.
  const reported = new RouteTable();
  app.addHook('onRoute', ({ method, url }) => {
    if (SHARED.has(url) || url.includes('*')) return;
    for (const each of [method].flat())
      reported.add({ method: each, url, access: 'own', scopes: [], documented: false });
  });
  // A scope of its own: what is read here is not looked into.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/api/v2/*',
      exposeHeadRoute: false,
      config: { access: 'own' },
      schema: { hide: true },
      errorHandler: (error, request, reply) => void sendPlatformError(request, reply, error, context),
      handler: (request, reply) => pass(request, reply, context, reported),
    });
  });
};

async function pass(
  request: FastifyRequest,
  reply: FastifyReply,
  { settings, ports }: RelayContext,
  reported: RouteTable,
) {
  const { authorization = '' } = request.headers;
  const url = new URL(request.url, settings.genesys.hosts.api);
  // Also where dots and slashes are percent-encoded: who decodes them is up to the server behind.
  const isBelow = url.pathname.startsWith('/api/v2/') && !/%2e|%2f|%5c/i.test(url.pathname);
  if (!isBelow || url.origin !== new URL(settings.genesys.hosts.api).origin) throw outside();
  const allow = reported.methodsOf(url.pathname);
  if (allow.length > 0) throw wrongMethod(request.method, allow);
  if (authorization === '') throw needsToken('credential.missing', 'The call carries no token.');
  const headers = headersOf(request);
  if ([request.url, ...Object.values(headers)].some((text) => OWN_TOKEN.test(text))) {
    throw needsToken('credential.invalid', 'The token is one of the relay.');
  }
  const patience = new AbortController();
  const cancel = ports.clock.after(PASS_TIMEOUT_MS, () => patience.abort());
  const response = await ports
    .fetch(url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: patience.signal,
      ...(Buffer.isBuffer(request.body) && { body: request.body }),
    })
    .catch((cause: unknown) => {
      throw new RelayProblem('upstream.failed', 504, 'Genesys did not answer.', {
        fix: 'Try again in a moment.',
        cause,
      });
    })
    .finally(cancel);
  for (const [name, value] of response.headers) {
    if (RESPONSE_HEADERS.includes(name) || name.startsWith(RESPONSE_HEADER_PREFIX)) reply.header(name, value);
  }
  reply.code(response.status).serializer((payload: unknown) => payload as string);
  return reply.send(response.body ? Readable.fromWeb(response.body as ReadableStream) : undefined);
}

const headersOf = ({ headers }: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    REQUEST_HEADERS.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

const needsToken = (code: 'credential.missing' | 'credential.invalid', detail: string): RelayProblem =>
  new RelayProblem(code, 401, `${detail} This call goes on to Genesys, which wants a token of its own.`, {
    fix: 'Send a token of Genesys Cloud for it; agents’ typing and messages, and field reports, take the relay’s.',
  });

const outside = (): RelayProblem =>
  new RelayProblem('path.unknown', 404, 'The path leads out of /api/v2/.', {
    fix: 'Send it without "..", and without dots and slashes that are percent-encoded.',
  });

const wrongMethod = (method: string, allow: readonly string[]): RelayProblem =>
  new RelayProblem('method.wrong', 405, `This path does not take ${method}.`, {
    fix: `Use ${allow.join(' or ')}. The path is one of the relay; Genesys does not have it.`,
    allow,
  });

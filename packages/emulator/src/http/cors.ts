import type { FastifyInstance } from 'fastify';
import { isLoopbackOrigin } from './loopback.ts';

/** Answers browsers whose page comes from this machine, on any port; pages from elsewhere get no permission to read. */
export function allowLoopbackOrigins(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined || !isLoopbackOrigin(origin)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('vary', 'origin');
    reply.header('access-control-expose-headers', 'ININ-Correlation-Id, Retry-After, x-backchannel-hint');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    reply.header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
    reply.header('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '');
    reply.header('access-control-max-age', '600');
    await reply.code(204).send();
  });
}

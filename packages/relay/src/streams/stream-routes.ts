import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import * as z from 'zod';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { RelayContext, Routes } from '../http/context.ts';
import { documentOf } from '../http/problem-document.ts';
import { principalOf } from '../http/route-access.ts';
import { traceOf } from '../http/trace.ts';
import { conversationPath } from '../http/v1/conversation-schemas.ts';
import { readClientFrame, streamQuery } from './client-frame.ts';
import { refused, unauthenticated } from './ending.ts';
import { jsonFrame } from './frame.ts';
import { ServerSentSink } from './server-sent-sink.ts';
import { identifyStranger } from './stranger.ts';
import { EVENTS_DESCRIPTION, STREAM_DESCRIPTION } from './stream-descriptions.ts';
import { StreamSession, type StreamSessionOptions } from './stream-session.ts';

const tags = ['Streams'];

const sequence = z.coerce.number().pipe(z.int().min(0));
const sequenceHeader = z.object({
  'last-event-id': sequence
    .optional()
    .meta({ description: 'Sequence of the last event that you got; browsers send it by themselves.' }),
});
const sequenceQuery = z.object({
  after: sequence.optional().meta({ description: 'The same, for the first call. 0: everything that is kept.' }),
});

/** What happens, as it happens: a WebSocket for all conversations of a caller, and server-sent events for one. */
export const streamRoutes: Routes = (app, context) => {
  app.route({
    method: 'GET',
    url: '/v1/stream',
    exposeHeadRoute: false,
    config: { access: 'own', scopes: ['signals:read'], stream: true },
    schema: {
      tags,
      operationId: 'stream',
      summary: 'Events and commands over a WebSocket',
      description: STREAM_DESCRIPTION,
      querystring: streamQuery,
    },
    handler: async () => {
      throw new RelayProblem('request.invalid', 426, 'This address speaks WebSocket, and the request asks for none.', {
        fix: 'Open it with a WebSocket client (ws:// or wss://), or read GET /v1/conversations/{id}/events, which is plain HTTP.',
      });
    },
    wsHandler: (socket, request) => welcome(socket, request, context),
  });

  app.get(
    '/v1/conversations/:id/events',
    {
      exposeHeadRoute: false,
      config: { access: 'bearer', scopes: ['signals:read'], stream: true },
      schema: {
        tags,
        operationId: 'getEvents',
        summary: 'Events of a conversation (server-sent events)',
        description: EVENTS_DESCRIPTION,
        params: conversationPath,
        headers: sequenceHeader,
        querystring: sequenceQuery,
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const sink = new ServerSentSink(reply);
      const stream = context.streams.open({ sink, principal });
      const afterSequence = request.headers['last-event-id'] ?? request.query.after;
      try {
        await stream.follow(context.relay, { conversation: request.params, afterSequence });
      } catch (error) {
        stream.abandon();
        if (!sink.began) throw error;
        // Its reader went while it was told what it had missed, or the store failed: it comes back for the rest.
        sink.destroy();
        return reply;
      }
      sink.begin();
      return reply;
    },
  );
};

interface Caller {
  readonly principal: Principal;
  readonly conversationId?: string | undefined;
  readonly afterPosition?: number | undefined;
}

/** By a ticket in the address or a header of the upgrade, else by the first frame. */
function welcome(socket: WebSocket, request: FastifyRequest, context: RelayContext): void {
  const { access, streams, ports } = context;
  const { ticket, conversationId, after: afterPosition } = request.query as z.infer<typeof streamQuery>;
  const { authorization } = request.headers;
  const { traceId } = traceOf(request, ports.ids);
  const known = (caller: Caller) => begin({ ...caller, socket, context, traceId });

  if (ticket === undefined && authorization === undefined) {
    identifyStranger<Caller>(socket, {
      streams,
      ports,
      known,
      identify: (text) => {
        const frame = readClientFrame(text);
        if (frame.type !== 'authenticate') return undefined;
        return {
          principal: access.authenticateToken(frame.token),
          conversationId: frame.conversationId ?? conversationId,
          afterPosition: frame.after ?? afterPosition,
        };
      },
    });
    return;
  }
  try {
    const principal = ticket === undefined ? access.authenticate({ authorization }) : access.redeem(ticket);
    known({ principal, conversationId, afterPosition });
  } catch (error) {
    if (!(error instanceof RelayProblem)) throw error;
    const { code, reason } = unauthenticated(error);
    socket.close(code, reason);
  }
}

function begin(options: StreamSessionOptions): void {
  const { socket, context, traceId } = options;
  try {
    const session = new StreamSession(options);
    session.start().catch((error: unknown) => context.log.error('stream failed', { traceId, error }));
  } catch (error) {
    if (!(error instanceof RelayProblem)) throw error;
    const { code, reason } = refused(error);
    socket.send(jsonFrame({ type: 'problem', problem: documentOf(error, traceId) }).text);
    socket.close(code, reason);
  }
}

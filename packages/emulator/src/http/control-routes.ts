import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ControlledEmulator } from '../control.ts';
import { nearestName } from '../nearest-name.ts';
import { JournalStreams } from './journal-streams.ts';
import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts';

const CUTS = ['guests', 'notifications', 'all'] as const;

const INDEX = {
  'GET /_emulator/info': 'Ids and credentials: everything that a script needs.',
  'GET /_emulator/conversations':
    'Conversations with participants, transcript and the typing that reached the other side.',
  'GET /_emulator/journal': 'The wire, newest last: ?after=seq&limit=n. Live with Accept: text/event-stream.',
  'GET /_emulator/journal/stream': 'The wire, live (server-sent events); Last-Event-ID resumes.',
  'POST /_emulator/reset': 'Starts again from the seed: same ids, nobody there.',
  'POST /_emulator/cut': 'Breaks sockets without a close frame: {"sockets":"guests"|"notifications"|"all"}.',
} as const;

/**
 * The control surface. It hands out credentials, so it answers this machine alone: a foreign `Host` is a name that was pointed
 * here (DNS rebinding), a foreign `Origin` a page from elsewhere in the browser of this machine.
 */
export function controlRoutes(app: FastifyInstance, emulator: ControlledEmulator): JournalStreams {
  const streams = new JournalStreams(emulator.journal);

  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    if (!isLoopbackHost(host)) {
      await refuse(
        reply,
        403,
        'host.foreign',
        `The control routes do not answer the host ${quote(host)}. Call them as 127.0.0.1 or localhost.`,
      );
    } else if (origin !== undefined && !isLoopbackOrigin(origin)) {
      await refuse(
        reply,
        403,
        'origin.foreign',
        `The control routes do not answer pages of ${quote(origin)}. Open the page from 127.0.0.1 or localhost.`,
      );
    }
  });

  app.get('/_emulator', async () => INDEX);
  app.get('/_emulator/', async () => INDEX);
  app.get('/_emulator/info', async () => emulator.info);
  app.get('/_emulator/conversations', async () => emulator.conversations());
  app.get('/_emulator/journal', async (request, reply) => {
    if ((request.headers.accept ?? '').includes('text/event-stream')) return openStream(request, reply);
    const query = new URL(request.url, 'http://emulator').searchParams;
    const after = count(query.get('after'));
    const limit = count(query.get('limit'));
    if (after === 'invalid' || limit === 'invalid') {
      return refuse(reply, 400, 'query.invalid', 'after and limit are whole numbers from 0.');
    }
    return { entries: emulator.journal.entries({ after, limit }), dropped: emulator.journal.dropped };
  });
  app.get('/_emulator/journal/stream', async (request, reply) => openStream(request, reply));
  app.post('/_emulator/reset', async (_request, reply) => {
    await emulator.reset();
    return reply.code(204).send();
  });
  app.post('/_emulator/cut', async (request, reply) => {
    const { body } = request;
    const sockets = typeof body === 'object' && body !== null && 'sockets' in body ? body.sockets : undefined;
    const which = CUTS.find((each) => each === sockets);
    if (which === undefined) {
      const nearest = typeof sockets === 'string' ? nearestName(sockets, CUTS) : undefined;
      const hint = nearest === undefined ? `Send {"sockets":"all"}.` : `Did you mean "${nearest}"?`;
      return refuse(
        reply,
        400,
        'body.invalid',
        `sockets cannot be ${quote(sockets)}: it is "guests", "notifications" or "all". ${hint}`,
      );
    }
    return { cut: emulator.cut(which) };
  });
  app.all('/_emulator/*', async (request, reply) => {
    const asked = `${request.method} ${request.url.split('?')[0] ?? ''}`;
    const nearest = nearestName(asked.slice(0, 60), Object.keys(INDEX));
    return refuse(
      reply,
      404,
      'route.unknown',
      `There is no ${quote(asked)}. ${nearest === undefined ? 'GET /_emulator/ lists what there is.' : `Did you mean ${nearest}?`}`,
    );
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    refuse(reply, error.statusCode ?? 500, 'request.invalid', error.message),
  );

  const openStream = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const query = new URL(request.url, 'http://emulator').searchParams;
    const resumed = request.headers['last-event-id'];
    const after = count(typeof resumed === 'string' ? resumed : query.get('after'));
    if (after === 'invalid')
      return refuse(reply, 400, 'query.invalid', 'Last-Event-ID and after are whole numbers from 0.');
    if (streams.full) return refuse(reply, 429, 'streams.full', 'Too many live readers of the journal: close one.');
    reply.hijack();
    streams.open(reply, after ?? 0);
    return reply;
  };

  return streams;
}

const quote = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);

const refuse = (reply: FastifyReply, status: number, code: string, text: string): FastifyReply =>
  reply.code(status).send({ status, code, message: `${code}: ${text}` });

function count(text: string | null): number | undefined | 'invalid' {
  if (text === null || text === '') return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : 'invalid';
}

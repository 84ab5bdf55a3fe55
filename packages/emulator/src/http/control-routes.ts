import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ControlledEmulator } from '../control.ts';
import { EmulatorError } from '../emulator-error.ts';
import { readQuery } from '../journal/journal-query.ts';
import { nearestName } from '../nearest-name.ts';
import { clockRoutes } from './clock-routes.ts';
import { CONTROL_INDEX, controlPage } from './control-index.ts';
import { conversationControlRoutes } from './conversation-control-routes.ts';
import { faultRoutes } from './fault-routes.ts';
import type { JournalStreams } from './journal-streams.ts';
import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts';
import { robotRoutes } from './robot-routes.ts';
import { switchRoutes } from './switch-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';

const CUTS = ['guests', 'notifications', 'all'] as const;

/**
 * The control surface. It hands out credentials, so it answers this machine alone: a foreign `Host` is a name that was pointed
 * here (DNS rebinding), a foreign `Origin` a page from elsewhere in the browser of this machine.
 */
export function controlRoutes(app: FastifyInstance, emulator: ControlledEmulator, streams: JournalStreams): void {
  // Many clients name the content type also where there is no content.
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, text: string | Buffer): Promise<unknown> => readBody(text.toString()),
  );
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

  const explain = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    (request.headers.accept ?? '').includes('text/html')
      ? reply.type('text/html; charset=utf-8').send(controlPage(emulator.info.baseUrl))
      : reply.send(CONTROL_INDEX);
  app.get('/_emulator', explain);
  app.get('/_emulator/', explain);
  app.get('/_emulator/info', async () => emulator.info);
  app.get('/_emulator/conversations', async () => emulator.conversations());
  app.get('/_emulator/journal', async (request, reply) => {
    if ((request.headers.accept ?? '').includes('text/event-stream')) return openStream(request, reply);
    const query = readQuery(new URL(request.url, 'http://emulator').searchParams);
    if (typeof query === 'string') return refuse(reply, 400, 'query.invalid', query);
    return { entries: emulator.journal.entries(query), dropped: emulator.journal.dropped };
  });
  app.get('/_emulator/journal/export', async (request, reply) => {
    const query = readQuery(new URL(request.url, 'http://emulator').searchParams);
    if (typeof query === 'string') return refuse(reply, 400, 'query.invalid', query);
    return reply
      .type('application/x-ndjson')
      .header('content-disposition', 'attachment; filename="backchannel-journal.ndjson"')
      .send(emulator.journal.export(query));
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
  app.post('/_emulator/retire', async () => ({ announced: emulator.retireNotifications() }));
  clockRoutes(app, emulator.clock, emulator.time);
  faultRoutes(app, emulator.faults);
  conversationControlRoutes(app, emulator);
  robotRoutes(app, emulator.robots);
  switchRoutes(app, emulator);
  tenantRoutes(app, emulator);
  app.all('/_emulator/*', async (request, reply) => {
    const asked = `${request.method} ${request.url.split('?')[0] ?? ''}`;
    const nearest = nearestName(asked.slice(0, 60), Object.keys(CONTROL_INDEX));
    return refuse(
      reply,
      404,
      'route.unknown',
      `There is no ${quote(asked)}. ${nearest === undefined ? 'GET /_emulator/ lists what there is.' : `Did you mean ${nearest}?`}`,
    );
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    error instanceof EmulatorError
      ? reply.code(400).send({ status: 400, code: error.code, message: error.message })
      : refuse(reply, error.statusCode ?? 500, 'request.invalid', error.message),
  );

  const openStream = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const parameters = new URL(request.url, 'http://emulator').searchParams;
    const resumed = request.headers['last-event-id'];
    if (typeof resumed === 'string') parameters.set('after', resumed);
    const query = readQuery(parameters);
    if (typeof query === 'string') return refuse(reply, 400, 'query.invalid', query);
    if (streams.full) return refuse(reply, 429, 'streams.full', 'Too many live readers of the journal: close one.');
    reply.hijack();
    streams.open(reply, query);
    return reply;
  };
}

function readBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EmulatorError('option.invalid', `The body is not JSON: ${String(error)}`);
  }
}

const quote = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);

const refuse = (reply: FastifyReply, status: number, code: string, text: string): FastifyReply =>
  reply.code(status).send({ status, code, message: `${code}: ${text}` });

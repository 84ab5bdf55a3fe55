import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Ports } from '@backchannel/client';
import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import { type FastifyRequest, fastify, LogController, type RouteOptions } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type * as z from 'zod';
import { Access } from '../access/access.ts';
import type { RelaySettings } from '../config/settings.ts';
import type { RelayCommands } from '../domain/commands.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { Log } from '../observe/log.ts';
import { OpenStreams } from '../streams/open-streams.ts';
import { readBodies } from './bodies.ts';
import type { RelayApp, RelayContext, Routes } from './context.ts';
import { fastifyLog } from './fastify-log.ts';
import { openApiOptions } from './openapi.ts';
import { checkOrigin, pathOf } from './origins.ts';
import { documentOf, PROBLEM_MEDIA_TYPE, problemOf, sendProblem } from './problem-document.ts';
import { PrometheusMetrics } from './prometheus.ts';
import { RouteTable } from './route-table.ts';
import { CONNECTIONS_GRACE_MS, FRAME_BYTES_MAX, REQUEST_TIMEOUT_MS, STOP_GRACE_MS } from './server-bounds.ts';
import { traceOf, traceparentOf } from './trace.ts';
import { requestErrors } from './validation-errors.ts';

/** Slow requests are looked for this often in the time that they have. */
const SLOW_CHECKS = 3;
/** A head is 16 kB at most: Node's own bound, named. */
const HEAD_BYTES_MAX = 16_384;
/** An idle connection is kept for the next request: longer than the usual 60 s of proxies, so that they close first. */
const KEEP_ALIVE_MS = 72_000;
/** Longest parameter of a path that a route is looked for with. */
const PARAMETER_MAX = 2_000;

/** What the server needs to know besides its settings. */
export interface ServerOptions {
  readonly settings: RelaySettings;
  readonly ports: Ports;
  /** Where log lines go, as JSON; default: standard output. */
  readonly logTo?: { write(line: string): void } | undefined;
  /** A request's head and body must be here within this time; who sends a byte a second is cut off. Default `REQUEST_TIMEOUT_MS`. */
  readonly requestTimeoutMs?: number | undefined;
}

/**
 * The relay's HTTP server: one fastify instance, with everything that holds for every route. Origin, credential and rate are
 * checked before a body is read, in this order; what is thrown anywhere becomes a problem document.
 */
export class RelayServer {
  readonly app: RelayApp;
  readonly access: Access;
  readonly log: Log;
  readonly metrics = new PrometheusMetrics();
  readonly routes = new RouteTable();
  readonly #settings: RelaySettings;
  readonly #ports: Ports;
  readonly #requestTimeoutMs: number;
  #stopping = false;
  #inFlight = 0;
  #idle: (() => void) | undefined;

  constructor({ settings, ports, logTo, requestTimeoutMs = REQUEST_TIMEOUT_MS }: ServerOptions) {
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#settings = settings;
    this.#ports = ports;
    this.access = new Access(settings, ports);
    this.app = fastify({
      logger: {
        level: settings.log.level,
        base: null,
        timestamp: () => `,"time":"${ports.wallTime()}"`,
        formatters: { level: (level) => ({ level }) },
        ...(logTo !== undefined && { stream: logTo }),
      },
      logController: new LogController({ disableRequestLogging: true }),
      // No logger of its own for each request: its lines come from `#requestFields`.
      childLoggerFactory: (logger) => logger,
      bodyLimit: settings.limits.bodyBytesMax,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      http: {
        maxHeaderSize: HEAD_BYTES_MAX,
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: Math.ceil(requestTimeoutMs / SLOW_CHECKS),
      },
      // The schemas say how long an id may be, in words.
      routerOptions: { maxParamLength: PARAMETER_MAX },
      trustProxy: [...(settings.listen.trustedProxies ?? [])],
      return503OnClosing: false,
      forceCloseConnections: 'idle',
      clientErrorHandler: (error, socket) => this.#answerBrokenRequest(error, socket),
      frameworkErrors: (error, request, reply) => this.#answerProblem(request, reply, error),
    }).withTypeProvider<ZodTypeProvider>();
    this.log = fastifyLog(this.app.log);
  }

  /** Adds the routes of all areas; afterwards the server answers `inject` and can listen. */
  async serve(relay: RelayCommands, areas: readonly Routes[]): Promise<RelayContext> {
    const { app, access, log, metrics } = this;
    const [settings, ports] = [this.#settings, this.#ports];
    const streams = new OpenStreams({ settings, ports, log, metrics });
    const context = { relay, access, settings, log, metrics, ports, streams };
    app.setValidatorCompiler(
      ({ schema, httpPart }) =>
        (data) =>
          validated(schema as z.ZodType, data, httpPart),
    );
    // Answers are built member by member; their schemas are documentation, and tests hold them to it.
    app.setSerializerCompiler(() => (data) => JSON.stringify(data));
    app.decorateRequest('principal', undefined);
    app.addHook('onRoute', (route) => this.#listRoute(route));
    readBodies(app);
    // Both before the hooks below: streams are told why they end before their sockets are closed, and an upgrade that a hook
    // refuses must be known for one, or its connection would stay open for ever.
    app.addHook('preClose', () => streams.close());
    await app.register(websocket, {
      options: { maxPayload: FRAME_BYTES_MAX },
      // `ws` has closed the socket by then, and says why to the client: 1009, 1007, 1002.
      errorHandler: (error) => log.debug('socket failed', { error }),
    });
    this.#addHooks();
    app.setErrorHandler((error, request, reply) => this.#answerProblem(request, reply, error));
    app.setNotFoundHandler((request, reply) => this.#answerProblem(request, reply, this.#unknown(request)));
    await app.register(swagger, openApiOptions());
    for (const routes of areas) routes(app, context);
    await app.ready();
    return context;
  }

  /** Listens where the settings say; the URL under which it is reached. */
  async listen(): Promise<string> {
    const { host, port } = this.#settings.listen;
    return this.app.listen({ host, port, listenTextResolver: () => 'listening' });
  }

  /** From now on new requests are refused; resolves when those in flight are answered, or after `STOP_GRACE_MS`. */
  async drain(): Promise<void> {
    this.#stopping = true;
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#ports.clock.after(STOP_GRACE_MS, () => {
        this.log.warn('stopped before every request was answered', { count: this.#inFlight });
        resolve();
      });
      this.#idle = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Tells streams, and closes every connection: also those that a caller has opened and not used, after `CONNECTIONS_GRACE_MS`. */
  async close(): Promise<void> {
    this.#stopping = true;
    const cancel = this.#ports.clock.after(CONNECTIONS_GRACE_MS, () => this.app.server.closeAllConnections());
    await this.app.close();
    cancel();
  }

  #addHooks(): void {
    const { app } = this;
    app.addHook('onRequest', (request, reply, done) => {
      const { config } = request.routeOptions;
      if (config?.stream !== true) this.#begin(reply.raw);
      if (request.headers.traceparent !== undefined) {
        reply.header('traceparent', traceparentOf(traceOf(request, this.#ports.ids)));
      }
      if (checkOrigin(request, reply, this)) return;
      if (request.ws && !request.is404 && config?.stream !== true) throw noSocketHere();
      if (this.#stopping && config?.access !== 'public') throw stopping();
      if (config?.access === 'bearer') request.principal = this.access.authenticate(request.headers);
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const { config, url: route = 'unknown' } = request.routeOptions;
      const { elapsedTime: durationMs, statusCode: status } = reply;
      // A stream lasts as long as its reader likes: that is no latency.
      if (config?.stream !== true) this.metrics.request(request.method, route, status, durationMs);
      if (status < 400) {
        if (app.log.level === 'debug') this.log.debug('request', this.#requestFields(request, status, durationMs));
      } else if (status < 500) this.log.info('request refused', this.#requestFields(request, status, durationMs));
      done();
    });
  }

  /** In flight until it is answered or its caller has gone: one who goes early is answered by nobody, and has no `onResponse`. */
  #begin(response: ServerResponse): void {
    this.#inFlight += 1;
    // Node says it once in either case, after `finish` where there was one.
    response.once('close', () => {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#idle?.();
    });
  }

  #requestFields(request: FastifyRequest, status: number, durationMs: number) {
    const { traceId, spanId } = traceOf(request, this.#ports.ids);
    const { principal, method, routeOptions } = request;
    return { method, route: routeOptions.url, status, durationMs, clientId: principal?.clientId, traceId, spanId };
  }

  #listRoute({ method, url, config, schema }: RouteOptions): void {
    if (config?.access === undefined) {
      throw new TypeError(`The route ${method} ${url} does not say who may call it: give it config: { access: … }.`);
    }
    for (const each of [method].flat()) {
      this.routes.add({
        method: each,
        url,
        access: config.access,
        scopes: config.scopes ?? [],
        documented: schema !== undefined && !('hide' in schema && schema.hide === true),
      });
    }
  }

  #unknown(request: FastifyRequest): RelayProblem {
    const path = pathOf(request);
    const methods = this.routes.methodsOf(path);
    // A route that takes the method may have found nothing behind it: a page's file that is not there.
    if (methods.length > 0 && !methods.includes(request.method)) {
      return new RelayProblem('method.wrong', 405, `This path does not take ${request.method}.`, {
        fix: `Use ${methods.filter((method) => method !== 'HEAD').join(' or ')}.`,
        allow: methods,
      });
    }
    const nearest = this.routes.nearest(path);
    return new RelayProblem('path.unknown', 404, 'The relay serves nothing at this path.', {
      fix:
        nearest === undefined
          ? 'All paths are listed at /docs.'
          : `The nearest path is ${nearest}; all are listed at /docs.`,
    });
  }

  #answerProblem(request: FastifyRequest, reply: Parameters<typeof sendProblem>[1], thrown: unknown) {
    const problem = problemOf(thrown, this.#settings.limits);
    const { traceId } = traceOf(request, this.#ports.ids);
    if (problem.status >= 500 && problem.code !== 'stopping') {
      const fields = this.#requestFields(request, problem.status, reply.elapsedTime);
      this.log.error('request failed', { ...fields, code: problem.code, error: problem.cause ?? problem });
    }
    const { problems } = request.routeOptions.config ?? {};
    return sendProblem(request, reply, problem, { traceId, isOAuth: problems === 'oauth' });
  }

  /** What could not even be read as a request: too slow, too long, or no HTTP. */
  #answerBrokenRequest(error: { readonly code?: string | undefined }, socket: Socket): void {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const [status, statusText, detail] =
      error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', `The request was not complete within ${this.#requestTimeoutMs / 1000} s.`]
        : error.code === 'HPE_HEADER_OVERFLOW'
          ? [431, 'Request Header Fields Too Large', `The head of the request has more than ${HEAD_BYTES_MAX} bytes.`]
          : [400, 'Bad Request', 'What came is not a well-formed HTTP request.'];
    const problem = new RelayProblem('request.invalid', Number(status), String(detail), {
      fix: 'Send complete, well-formed HTTP/1.1.',
    });
    const body = JSON.stringify(documentOf(problem, this.#ports.ids.uuid().replaceAll('-', '')));
    socket.end(
      `HTTP/1.1 ${status} ${statusText}\r\ncontent-type: ${PROBLEM_MEDIA_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  }
}

const stopping = (): RelayProblem =>
  new RelayProblem('stopping', 503, 'The relay is stopping and takes no new work.', {
    fix: 'Try again in a moment; another instance, or this one after its restart, answers.',
    retryAfterMs: 2_000,
  });

/** Else the socket would be opened, and closed without a word. */
const noSocketHere = (): RelayProblem =>
  new RelayProblem('request.invalid', 400, 'This path speaks no WebSocket.', {
    fix: 'Open the WebSocket at /v1/stream, or send the request without "Upgrade".',
  });

const PART_NAMES: Readonly<Record<string, string>> = {
  body: 'body',
  params: 'path',
  querystring: 'query',
  headers: 'headers',
};

function validated(schema: z.ZodType, data: unknown, httpPart: string | undefined) {
  const { success, data: value, error } = schema.safeParse(data);
  if (success) return { value };
  const part = PART_NAMES[httpPart ?? ''] ?? 'request';
  return {
    error: new RelayProblem('request.invalid', 400, `The ${part} of the request is not what the call takes.`, {
      fix: 'Correct the members in errors; /docs shows the call with an example.',
      errors: requestErrors(error.issues, data, schema),
    }),
  };
}

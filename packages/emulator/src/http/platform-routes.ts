import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Hints, hintHeaders } from '../hints/hints.ts';
import type { Journal } from '../journal/journal.ts';
import { misspeltNote, type UnreadField, watched } from '../journal/unread.ts';
import { noteOf } from '../limit-note.ts';
import type { NotificationSurface } from '../notifications/notification-surface.ts';
import { GUEST_OPERATIONS, type GuestOperation } from '../platform/guest-operations.ts';
import type { Answer, Operation } from '../platform/operation.ts';
import { OPERATIONS } from '../platform/operations.ts';
import { PlatformRefusal, tooManyRequests } from '../platform/platform-refusal.ts';
import type { AccessToken } from '../world/access-tokens.ts';
import type { World } from '../world/world.ts';
import { acceptJsonOnly, EMPTY_BODY, type JsonBody } from './json-body.ts';

/** Methods that a path answers; what it has no operation for is answered 405. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** An operation with an access token, or one of a guest, which has another bearer or none. */
interface Row extends Pick<Operation, 'method' | 'path'> {
  readonly operation?: Operation | undefined;
  readonly guestOperation?: GuestOperation | undefined;
}

const ROWS: readonly Row[] = [
  ...OPERATIONS.map((operation) => ({ method: operation.method, path: operation.path, operation })),
  ...GUEST_OPERATIONS.map((guestOperation) => ({
    method: guestOperation.method,
    path: guestOperation.path,
    guestOperation,
  })),
];

const bearerOf = (request: FastifyRequest): string | undefined =>
  /^bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];

/** `POST …/typing`, `GET …/conversations/{id}`: short enough for a line, long enough to know it by. */
function shortKind(method: string, path: string): string {
  const parts = path.split('/').map((each) => (each.startsWith('{') ? '{id}' : each));
  const last = parts.at(-1) ?? '';
  return `${method} …/${last === '{id}' ? `${parts.at(-2) ?? ''}/${last}` : last}`;
}

/**
 * The platform's REST API under `/api/v2`. Every request passes the same gates in the same order: verb, bearer, the token's
 * limit, permission, body; then its operation runs. Every answer carries its correlation id and stands in the journal.
 */
export class PlatformRoutes {
  readonly #world: World;
  readonly #journal: Journal;
  readonly #notifications: NotificationSurface;
  readonly #admitted = new WeakMap<FastifyRequest, { readonly row: Row; readonly token: AccessToken | undefined }>();
  /** Requests whose arrival stands in the journal already; a refusal at a gate writes it late. */
  readonly #recorded = new WeakSet<FastifyRequest>();
  /** What nobody asked for in the bodies of requests that have run. */
  readonly #unread = new WeakMap<FastifyRequest, () => readonly UnreadField[]>();
  readonly #hints: Hints;

  constructor(world: World, journal: Journal, notifications: NotificationSurface, hints: Hints) {
    this.#world = world;
    this.#journal = journal;
    this.#notifications = notifications;
    this.#hints = hints;
  }

  /** Registers all paths. To be called on an encapsulated context: the body parser and error answers are this API's own. */
  register(app: FastifyInstance): void {
    acceptJsonOnly(app);
    app.addHook('onRequest', async (_request, reply) => {
      this.#correlate(reply);
    });
    for (const path of new Set(ROWS.map((each) => each.path))) {
      const rows = ROWS.filter((each) => each.path === path);
      app.route({
        method: [...METHODS],
        url: path.replace(/\{(\w+)\}/g, ':$1'),
        exposeHeadRoute: false,
        onRequest: async (request) => this.#admit(request, rows),
        handler: async (request, reply) => this.#run(request, reply),
      });
    }
    app.setErrorHandler((error, request, reply) => this.refuse(error, request, reply));
    app.setNotFoundHandler((request, reply) => {
      const { method, url } = request;
      const note = this.#hints.forRequest(method, url) ?? this.#hints.forUnknownPath(method, url);
      return this.refuse(new PlatformRefusal('not.found', { note }), request, reply);
    });
  }

  #admit(request: FastifyRequest, rows: readonly Row[]): void {
    const row = rows.find((each) => each.method === request.method);
    if (row === undefined) {
      const allow = rows.map((each) => each.method).join(', ');
      throw new PlatformRefusal('method.not.allowed', {
        headers: { allow },
        note: `This path answers ${allow} (ERROR-405).`,
      });
    }
    this.#admitted.set(request, { row, token: row.operation && this.#authorise(request, row.operation) });
  }

  #authorise(request: FastifyRequest, operation: Operation): AccessToken {
    const bearer = bearerOf(request);
    if (bearer === undefined) throw new PlatformRefusal('authentication.required');
    const found = this.#world.state.tokens.find(bearer);
    if (found === undefined) throw new PlatformRefusal('bad.credentials');
    if (found.expired) throw new PlatformRefusal('credentials.expired');
    const { token } = found;
    const waitMs = this.#world.limits.take('requestsPerToken', token.windows, this.#world.timeline.nowMs());
    if (waitMs > 0) throw tooManyRequests(waitMs, noteOf('requestsPerToken'));
    const userWaitMs = this.#world.limits.take('requestsPerUser', token.userWindows, this.#world.timeline.nowMs());
    if (userWaitMs > 0) throw tooManyRequests(userWaitMs, noteOf('requestsPerUser'));
    const { permissions } = operation;
    if (permissions.length > 0 && !permissions.some((each) => token.permissions.has(each))) {
      throw new PlatformRefusal('missing.any.permissions', { values: [`[${permissions.join(', ')}]`] });
    }
    return token;
  }

  #run(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const admitted = this.#admitted.get(request);
    if (admitted === undefined) throw new Error(`${request.method} ${request.url} was not admitted before it ran.`);
    const body = (request.body as JsonBody | null | undefined) ?? EMPTY_BODY;
    this.#received(request, body.text);
    const query = new URL(request.url, 'http://emulator').searchParams;
    const { row, token } = admitted;
    const read = watched(body.value);
    this.#unread.set(request, () => read.unread());
    const params = request.params as Record<string, string>;
    const call = { world: this.#world, params, query, body: read.value };
    if (row.guestOperation !== undefined) {
      return this.#answer(request, reply, row.guestOperation.run({ ...call, bearer: bearerOf(request) }));
    }
    if (row.operation === undefined || token === undefined) {
      throw new Error(`${request.method} ${request.url} was admitted without a token.`);
    }
    const { host } = request;
    return this.#answer(
      request,
      reply,
      row.operation.run({ ...call, notifications: this.#notifications, token, host }),
    );
  }

  #answer(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
    const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
    const unread = this.#unread.get(request)?.() ?? [];
    const note = [answer.note, misspeltNote(unread)].filter((each) => each !== undefined).join(' ');
    this.#journal.record({
      ...(unread.length === 0 ? {} : { unread }),
      direction: 'out',
      surface: 'rest',
      kind: this.#kindOf(request),
      size: Buffer.byteLength(text),
      status: answer.status,
      conversationId: answer.conversationId,
      note: note === '' ? undefined : note,
      text,
    });
    reply.code(answer.status).headers(hintHeaders(note));
    return text === '' ? reply.send() : reply.header('content-type', 'application/json').send(text);
  }

  /** Puts any failure of a request on the wire as the platform would; what is our own fault is a 500 and says so in the journal. */
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    this.#received(request, '');
    const refusal = refusalOf(error, this.#world.limits.of('requestBodyBytes'));
    const hint =
      refusal.code === 'method.not.allowed' ? this.#hints.forRequest(request.method, request.url) : undefined;
    reply.headers(refusal.headers);
    return this.#answer(request, reply, {
      status: refusal.status,
      body: refusal.body(this.#correlate(reply)),
      note: [refusal.note, hint].filter((each) => each !== undefined).join(' ') || undefined,
    });
  }

  /** The id of the answer, the same in the header and as `contextId` (documented, ERROR-BODY). */
  #correlate(reply: FastifyReply): string {
    const known = reply.getHeader('ININ-Correlation-Id');
    if (typeof known === 'string') return known;
    const id = this.#world.state.ids.uuid('request');
    reply.header('ININ-Correlation-Id', id);
    return id;
  }

  #received(request: FastifyRequest, text: string): void {
    if (this.#recorded.has(request)) return;
    this.#recorded.add(request);
    // A body that was refused unread is as long as it says.
    const size = text === '' ? Number(request.headers['content-length'] ?? 0) : Buffer.byteLength(text);
    this.#journal.record({
      direction: 'in',
      surface: 'rest',
      kind: this.#kindOf(request),
      size: Number.isSafeInteger(size) ? size : 0,
      conversationId: (request.params as { readonly conversationId?: string } | null)?.conversationId,
      text,
    });
  }

  #kindOf(request: FastifyRequest): string {
    const row = this.#admitted.get(request)?.row;
    const path = row?.path ?? request.url.split('?')[0] ?? '';
    return row === undefined ? `${request.method} ${path.slice(0, 100)}` : shortKind(request.method, path);
  }
}

/** What Fastify refuses by itself, in the platform's words. */
function refusalOf(error: unknown, bodyBytesMax: number): PlatformRefusal {
  if (error instanceof PlatformRefusal) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  const note = error instanceof Error ? error.message : String(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new PlatformRefusal('request.entity.too.large', { values: [String(bodyBytesMax)], note });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new PlatformRefusal('unsupported.media.type', { note });
  return typeof status === 'number' && status >= 400 && status < 500
    ? new PlatformRefusal('bad.request', { note })
    : new PlatformRefusal('internal.server.error', { note: `A fault of the emulator: ${note}` });
}

import { OAUTH_AUTHORIZE_PATH, OAUTH_TOKEN_PATH } from '@backchannel/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Hints, hintHeaders } from '../hints/hints.ts';
import type { Journal } from '../journal/journal.ts';
import { type AuthorizeStep, completeAuthorize, readAuthorize } from '../oauth/authorize.ts';
import { loginPage, refusalPage } from '../oauth/login-page.ts';
import { answerTokenRequest, type GrantAnswer, oauthRefusal } from '../oauth/token-grants.ts';
import type { World } from '../world/world.ts';

/**
 * The login host: the token endpoint (documented, OAUTH-TOKEN, OAUTH-CODE, OAUTH-PKCE, OAUTH-REFRESH) and the page on which an
 * agent logs in.
 */
export function oauthRoutes(app: FastifyInstance, world: World, journal: Journal, hints: Hints): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: unknown, text: string | Buffer) => text.toString(),
  );
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('ININ-Correlation-Id', world.state.ids.uuid('request'));
  });

  const received = (request: FastifyRequest, kind: string, text: string): void =>
    journal.record({
      direction: 'in',
      surface: 'oauth',
      kind: `${request.method} …/${kind}`,
      size: Buffer.byteLength(text),
      text,
    });
  const answer = (reply: FastifyReply, { status, body, note }: GrantAnswer): FastifyReply => {
    const text = JSON.stringify(body);
    journal.record({ direction: 'out', surface: 'oauth', kind: 'token', size: text.length, status, note, text });
    return reply
      .code(status)
      .headers(hintHeaders(note))
      .header('content-type', 'application/json')
      .header('cache-control', 'no-store')
      .send(text);
  };

  app.post(OAUTH_TOKEN_PATH, async (request, reply) => {
    const text = textOf(request);
    received(request, 'token', text);
    const form = new URLSearchParams(text);
    const granted = answerTokenRequest(world, form, request.headers.authorization);
    const hint = hints.forScopes(form.get('scope') ?? '');
    if (hint === undefined) return answer(reply, granted);
    const note = granted.note === undefined ? hint : `${granted.note} ${hint}`;
    return answer(reply, { ...granted, note });
  });
  onlyAnswers(app, OAUTH_TOKEN_PATH, ['POST'], async (request, reply) => {
    received(request, 'token', '');
    await answer(
      reply.header('allow', 'POST'),
      oauthRefusal(405, 'invalid_request', 'the token endpoint answers POST'),
    );
  });

  const show = (request: FastifyRequest, reply: FastifyReply, step: AuthorizeStep): FastifyReply => {
    const record = (status: number, note: string | undefined, size: number): void =>
      journal.record({ direction: 'out', surface: 'oauth', kind: 'authorize', size, status, note });
    reply.header('cache-control', 'no-store');
    if (step.kind === 'redirect') {
      record(302, step.note, 0);
      return reply.redirect(step.to, 302);
    }
    const [status, note, html] =
      step.kind === 'page'
        ? [200, undefined, loginPage(world.state.agents, step.request, prefixOf(request))]
        : [400, step.text, refusalPage(step.text)];
    record(status, note, Buffer.byteLength(html));
    // Nobody else may frame the page and have somebody press its buttons.
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return reply.code(status).type('text/html; charset=utf-8').send(html);
  };
  app.get(OAUTH_AUTHORIZE_PATH, async (request, reply) => {
    received(request, 'authorize', '');
    return show(request, reply, readAuthorize(world, queryOf(request)));
  });
  app.post(OAUTH_AUTHORIZE_PATH, async (request, reply) => {
    const text = textOf(request);
    received(request, 'authorize', text);
    const form = new URLSearchParams(text);
    const step = readAuthorize(world, form);
    return show(request, reply, step.kind === 'page' ? completeAuthorize(world, step.request, form.get('user')) : step);
  });
  onlyAnswers(app, OAUTH_AUTHORIZE_PATH, ['GET', 'POST'], async (request, reply) => {
    received(request, 'authorize', '');
    const refusal = oauthRefusal(405, 'invalid_request', 'the login page answers GET and POST');
    await answer(reply.header('allow', 'GET, POST'), refusal);
  });

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    received(request, request.url.startsWith(OAUTH_AUTHORIZE_PATH) ? 'authorize' : 'token', '');
    const status =
      error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : 500;
    return answer(reply, oauthRefusal(status, status === 500 ? 'server_error' : 'invalid_request', error.message));
  });
}

const textOf = ({ body }: FastifyRequest): string => (typeof body === 'string' ? body : '');

const queryOf = (request: FastifyRequest): URLSearchParams => new URL(request.url, 'http://emulator').searchParams;

/** A tenant is mounted below a path, which the host then carries behind its port. */
const prefixOf = ({ host }: FastifyRequest): string => {
  const slash = host.indexOf('/');
  return slash < 0 ? '' : host.slice(slash);
};

/** Refuses the other methods of a path before any body is read. */
function onlyAnswers(
  app: FastifyInstance,
  url: string,
  methods: readonly string[],
  refuse: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): void {
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => !methods.includes(each)),
    url,
    exposeHeadRoute: false,
    onRequest: refuse,
    handler: async () => undefined,
  });
}

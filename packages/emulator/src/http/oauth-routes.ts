import { OAUTH_TOKEN_PATH, type OAuthError } from '@backchannel/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Journal } from '../journal/journal.ts';
import { ACCESS_TOKEN_SECONDS } from '../world/access-tokens.ts';
import type { World } from '../world/world.ts';

interface Credentials {
  readonly id: string;
  readonly secret: string;
}

function basicOf(header: string | undefined): Credentials | undefined {
  const encoded = /^basic\s+(\S+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

function formCredentialsOf(form: URLSearchParams): Credentials | undefined {
  const id = form.get('client_id');
  const secret = form.get('client_secret');
  return id === null || secret === null ? undefined : { id, secret };
}

/** The token endpoint of the login host: client credentials by Basic (documented, OAUTH-TOKEN). */
export function oauthRoutes(app: FastifyInstance, world: World, journal: Journal): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: unknown, text: string | Buffer) => text.toString(),
  );
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('ININ-Correlation-Id', world.state.ids.uuid('request'));
  });

  const answer = (reply: FastifyReply, status: number, body: object, note?: string): FastifyReply => {
    const text = JSON.stringify(body);
    journal.record({ direction: 'out', surface: 'oauth', kind: 'token', size: text.length, status, note, text });
    return reply.code(status).header('content-type', 'application/json').header('cache-control', 'no-store').send(text);
  };
  /** Errors of this endpoint have fields of their own, both texts equal (documented, OAUTH-ERRORS). */
  const refuse = (
    reply: FastifyReply,
    status: number,
    error: string,
    description: string,
    note?: string,
  ): FastifyReply =>
    answer(reply, status, { error, description, error_description: description } satisfies OAuthError, note);
  const received = (request: FastifyRequest, text: string): void =>
    journal.record({
      direction: 'in',
      surface: 'oauth',
      kind: `${request.method} …/token`,
      size: Buffer.byteLength(text),
      text,
    });

  app.post(OAUTH_TOKEN_PATH, async (request, reply) => {
    const body = typeof request.body === 'string' ? request.body : '';
    received(request, body);
    const form = new URLSearchParams(body);
    const grant = form.get('grant_type');
    if (grant === null) return refuse(reply, 400, 'invalid_request', 'grant_type is missing');
    if (grant !== 'client_credentials') {
      return refuse(
        reply,
        400,
        'unsupported_grant_type',
        'the grant type is not supported',
        'This version of the emulator serves grant_type=client_credentials. User tokens stand in GET /_emulator/info.',
      );
    }
    const fromForm = formCredentialsOf(form);
    const given =
      basicOf(request.headers.authorization) ?? (world.switches.acceptFormCredentials ? fromForm : undefined);
    const { oauth, tokens } = world.state;
    const failure = world.switches.clientAuthenticationFailure;
    if (given === undefined) {
      const note =
        fromForm === undefined
          ? 'Send the client id and secret as Basic.'
          : 'Credentials in the form are refused: send them as Basic (assumed, OAUTH-FORM-CREDENTIALS).';
      return refuse(reply, failure, 'invalid_client', 'authentication failed', note);
    }
    if (given.id !== oauth.clientId) return refuse(reply, failure, 'invalid_client', 'client not found');
    if (given.secret !== oauth.clientSecret) return refuse(reply, failure, 'invalid_client', 'authentication failed');
    return answer(reply, 200, {
      access_token: tokens.issue().text,
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_SECONDS,
    });
  });
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: OAUTH_TOKEN_PATH,
    exposeHeadRoute: false,
    onRequest: async (request, reply) => {
      received(request, '');
      await refuse(reply.header('allow', 'POST'), 405, 'invalid_request', 'the token endpoint answers POST');
    },
    handler: async () => undefined,
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    received(request, '');
    const status =
      error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : 500;
    return refuse(reply, status, status === 500 ? 'server_error' : 'invalid_request', error.message);
  });
}

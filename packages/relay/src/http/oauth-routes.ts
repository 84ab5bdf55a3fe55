import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { ClientCredentials } from '../access/client-secrets.ts';
import { readScopes, SCOPES } from '../access/scopes.ts';
import type { Routes } from './context.ts';
import { untrustedProxyWarning } from './untrusted-proxy.ts';

/** How `POST /oauth/token` refuses (RFC 6749, 5.2). */
interface OAuthError {
  readonly error: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope';
  readonly error_description: string;
}

/** A client id, secret or scope is no longer than this. */
const FIELD_MAX = 1_000;

const tokenRequestSchema = z
  .object({
    grant_type: z.string().max(FIELD_MAX).optional().meta({ description: 'Always `client_credentials`.' }),
    client_id: z.string().max(FIELD_MAX).optional(),
    client_secret: z.string().max(FIELD_MAX).optional(),
    scope: z
      .string()
      .max(FIELD_MAX)
      .optional()
      .meta({
        description: `Separated by blanks: ${SCOPES.join(', ')}, or a name as people write it (F15). Default: all of the client’s.`,
      }),
  })
  .nullish()
  .meta({
    id: 'Grant',
    examples: [{ grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo-secret' }],
  });
type TokenRequest = z.infer<typeof tokenRequestSchema>;

const tokenSchema = z.object({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  expires_in: z.number().meta({ description: 'Seconds.' }),
  scope: z.string(),
});

const errorSchema = z.object({ error: z.string(), error_description: z.string() });

/**
 * Id and secret are form-encoded inside Basic (RFC 6749, 2.3.1), and hardly anybody does it: curl, HTTP libraries and most SDKs
 * send them as they are. Nothing tells which it was, so both readings count, the plain one first.
 */
function fromBasic(authorization: string | undefined): readonly ClientCredentials[] {
  const encoded = /^basic +([\w+/-]+={0,2}) *$/i.exec(authorization ?? '')?.[1];
  const pair = encoded && Buffer.from(encoded, 'base64').toString();
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0) return [];
  const plain = { id: pair.slice(0, colon), secret: pair.slice(colon + 1) };
  const decoded = { id: formDecoded(plain.id), secret: formDecoded(plain.secret) };
  return isSame(plain, decoded) ? [plain] : [plain, decoded];
}

const isSame = (left: ClientCredentials, right: ClientCredentials): boolean =>
  left.id === right.id && left.secret === right.secret;

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A secret with a bare percent sign: it was not encoded at all.
    return text;
  }
}

function fromBody(body: TokenRequest): ClientCredentials | undefined {
  const { client_id: id, client_secret: secret } = body ?? {};
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

function refuse(reply: FastifyReply, status: 400 | 401, error: OAuthError) {
  if (status === 401) reply.header('www-authenticate', 'Basic realm="backchannel"');
  return reply.code(status).send(error);
}

/** Every way in which the credentials can be read. */
function readingsOf(request: FastifyRequest, body: TokenRequest): readonly ClientCredentials[] | OAuthError {
  const basic = fromBasic(request.headers.authorization);
  const form = fromBody(body);
  if (form === undefined && basic.length === 0) {
    return {
      error: 'invalid_client',
      error_description:
        'No client credentials came. Send "Authorization: Basic base64(client_id:client_secret)", or client_id and client_secret in the form body.',
    };
  }
  if (form === undefined) return basic;
  if (basic.length > 0 && !basic.some((reading) => isSame(reading, form))) {
    return {
      error: 'invalid_request',
      error_description:
        'The Authorization header and the body name different clients. Send the credentials in one place.',
    };
  }
  return [form];
}

/** The token endpoint (F14): OAuth client credentials of the relay's own. */
export const oauthRoutes: Routes = (app, { access, log, ports }) => {
  const warnOfProxy = untrustedProxyWarning(log);
  app.post(
    '/oauth/token',
    {
      config: { access: 'public', problems: 'oauth' },
      schema: {
        tags: ['Access'],
        summary: 'Get a token',
        operationId: 'getToken',
        consumes: ['application/x-www-form-urlencoded', 'application/json'],
        description:
          'OAuth 2.0 client credentials. Id and secret go into a Basic header or into the form. Keep the token until a minute before `expires_in` is over: each check of a secret is slow on purpose, and who sends wrong ones again and again waits.',
        body: tokenRequestSchema,
        response: { 200: tokenSchema, 400: errorSchema, 401: errorSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      reply.header('cache-control', 'no-store');
      const grant = body?.grant_type;
      if (grant !== 'client_credentials') {
        return refuse(reply, 400, {
          error: grant === undefined ? 'invalid_request' : 'unsupported_grant_type',
          error_description: `grant_type is ${grant === undefined ? 'missing' : 'not one that the relay knows'}. Send grant_type=client_credentials as a form (application/x-www-form-urlencoded).`,
        });
      }
      const readings = readingsOf(request, body);
      if ('error' in readings) return refuse(reply, readings.error === 'invalid_client' ? 401 : 400, readings);
      const asked = body?.scope?.trim() ? readScopes(body.scope) : undefined;
      if (asked !== undefined && 'unknown' in asked) {
        const named = /^[\w.:*/-]{1,60}$/.test(asked.unknown) ? ` "${asked.unknown}"` : '';
        return refuse(reply, 400, {
          error: 'invalid_scope',
          error_description: `Nobody knows the scope${named}. The scopes are ${SCOPES.join(', ')}.`,
        });
      }
      warnOfProxy(request);
      const token = await access.clientToken(readings, { scopes: asked?.scopes, address: request.ip });
      if (token === undefined) {
        log.warn('client refused', { code: 'invalid_client' });
        return refuse(reply, 401, {
          error: 'invalid_client',
          error_description:
            'The client is unknown or its secret is wrong. The clients stand in the relay’s configuration.',
        });
      }
      if (token.scopes.length === 0) {
        return refuse(reply, 400, {
          error: 'invalid_scope',
          error_description:
            'The client has none of the scopes that were asked for. Its scopes stand in the relay’s configuration.',
        });
      }
      return reply.send({
        access_token: token.token,
        token_type: 'bearer' as const,
        expires_in: Math.max(0, Math.round((token.expiresAtMs - Date.parse(ports.wallTime())) / 1000)),
        scope: token.scopes.join(' '),
      });
    },
  );
};

import type { FastifyDynamicSwaggerOptions, SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { SCOPES } from '../access/scopes.ts';
import { PROBLEM_MEDIA_TYPE } from './problem-document.ts';
import type { RouteAccess } from './route-access.ts';
import { tidyDocument } from './tidy-document.ts';

/** Tags in the order in which the documents show them. */
const TAGS = [
  { name: 'Access', description: 'Who may call: tokens for programs, tokens for browsers, tickets for sockets.' },
  { name: 'Conversations', description: 'What ties your chat to Genesys: one conversation each, by your own id.' },
  { name: 'Signals', description: 'Typing and receipts. Ephemeral, never in the transcript.' },
  { name: 'Messages', description: 'Texts. Durable: what was accepted is delivered, in order.' },
  { name: 'Streams', description: 'What happens, as it happens.' },
  {
    name: 'Field reports',
    description:
      'Calls that people wrote after documents of the field. None exists on Genesys Cloud; here each does what its author wanted. Point the base URL of existing code at the relay; new code uses `/v1`.',
  },
  { name: 'Operation', description: 'For whoever runs the relay.' },
] as const;

const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Where this page explains the code.' }),
    title: z.string(),
    status: z.number(),
    detail: z.string().meta({ description: 'What could not be done, and why.' }),
    fix: z.string().meta({ description: 'How to do it instead.' }),
    code: z.string().meta({ description: 'Stable: for programs.' }),
    errors: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
    traceId: z.string().meta({ description: 'Look for it in the relay’s log.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457, with `fix`, `code`, `errors` and `traceId`.' });

problemSchema
  .extend({ error: z.string(), error_description: z.string() })
  .meta({ id: 'OAuthProblem', description: 'A problem with the members of RFC 6749 that clients of OAuth look at.' });

const problemContent = (name: 'Problem' | 'OAuthProblem') => ({
  [PROBLEM_MEDIA_TYPE]: { schema: { $ref: `#/components/schemas/${name}` } },
});

const PROBLEM_TEXT = 'A problem document: `code` says which problem, `fix` what to do.';

/** Of every refusal that is a matter of time. */
const RETRY_HEADERS = {
  'Retry-After': { type: 'integer', description: 'With 429, 503 and the like: in how many seconds to try again.' },
};

/** What a response is for, where its schema does not say it. */
const RESPONSE_TEXTS: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Taken.',
  204: 'Done; there is nothing to say.',
  400: 'The request is not what the call takes.',
  401: 'The client is not known, or its secret is wrong.',
  503: 'Not now.',
};

/** What a socket's address answers: to its handshake, and to a request that is none. */
const SOCKET_RESPONSES = {
  101: { description: 'The WebSocket is open.', type: 'null' },
  426: { description: 'The request asks for no WebSocket.', content: problemContent('Problem') },
};

type Document = Parameters<SwaggerTransform>[0];

type Response = Readonly<Record<string, unknown>>;

interface DocumentedSchema extends FastifySchema {
  readonly response?: Readonly<Record<string, Response>>;
  readonly produces?: readonly string[];
}

function securityOf(access: RouteAccess | undefined, scopes: readonly string[]) {
  if (access === 'bearer') return [{ clientCredentials: scopes }, { bearer: [] }];
  return access === 'public' ? [] : undefined;
}

/** A response as its route has it, said in words. */
function described(status: string, body: Response, isOAuth: boolean): Response {
  const description = body.description ?? RESPONSE_TEXTS[status] ?? 'Answered.';
  if (status === '204') return { description, type: 'null' };
  if (status === 'default') return { ...body, headers: RETRY_HEADERS };
  if (!isOAuth || status !== '400') return { ...body, description };
  // What stands in front of the token route's handler refuses too: a body that can't be read.
  return { description, content: { 'application/json': { schema: body }, ...problemContent('OAuthProblem') } };
}

/** What a route answers: by its schemas, or as a socket or a text. One that says nothing has no success, which a test finds. */
function answersOf(
  { route }: Document,
  { response, produces }: Required<Pick<DocumentedSchema, 'response' | 'produces'>>,
) {
  const isOAuth = route.config?.problems === 'oauth';
  const said = Object.entries(response).map(([status, body]) => [status, described(status, body, isOAuth)]);
  const text = Object.fromEntries(produces.map((type) => [type, { schema: { type: 'string' } }]));
  return {
    ...(route.wsHandler !== undefined && SOCKET_RESPONSES),
    ...(produces.length > 0 && { 200: { description: RESPONSE_TEXTS[200], content: text } }),
    default: {
      description: PROBLEM_TEXT,
      headers: RETRY_HEADERS,
      content: problemContent(isOAuth ? 'OAuthProblem' : 'Problem'),
    },
    ...Object.fromEntries(said),
  };
}

/** The schemas of a route, and what holds for every route: who may call, and how it refuses. */
function transform(document: Document) {
  const { schema: transformed, url } = jsonSchemaTransform(document);
  const { response = {}, produces = [], ...schema } = transformed as DocumentedSchema;
  const { config } = document.route;
  const security = 'security' in schema ? schema.security : securityOf(config?.access, config?.scopes ?? []);
  return {
    url,
    schema: {
      ...schema,
      ...(security !== undefined && { security }),
      response: answersOf(document, { response, produces }),
    } as FastifySchema,
  };
}

/** The OpenAPI document, written from the zod schemas of the routes. */
export const openApiOptions = (): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Backchannel relay',
      version: '1',
      description:
        'Typing indicators, messages and read receipts between your chat and Genesys Cloud. The page at /docs is this document with prose and examples.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...TAGS],
    components: {
      securitySchemes: {
        clientCredentials: {
          type: 'oauth2',
          description: 'A program with a client of this relay’s configuration.',
          flows: {
            clientCredentials: {
              tokenUrl: '/oauth/token',
              scopes: Object.fromEntries(SCOPES.map((scope) => [scope, SCOPE_TEXTS[scope]])),
            },
          },
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A browser with a conversation token: POST /v1/conversations/{id}/tokens.',
        },
      },
    },
  },
  transform,
  transformObject: (document) =>
    tidyDocument(jsonSchemaTransformObject(document) as ReturnType<SwaggerTransformObject>),
});

const SCOPE_TEXTS = {
  'signals:read': 'Look at conversations and listen to their events.',
  'signals:write': 'Typing and receipts; make and end conversations.',
  'messages:write': 'Send messages.',
} as const satisfies Record<(typeof SCOPES)[number], string>;

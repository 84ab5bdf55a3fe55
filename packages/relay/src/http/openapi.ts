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

z.object({
  type: z.string().meta({ description: 'Where this page explains the code.' }),
  title: z.string(),
  status: z.number(),
  detail: z.string().meta({ description: 'What could not be done, and why.' }),
  fix: z.string().meta({ description: 'How to do it instead.' }),
  code: z.string().meta({ description: 'Stable: for programs.' }),
  errors: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
  traceId: z.string().meta({ description: 'Look for it in the relay’s log.' }),
}).meta({ id: 'Problem', description: 'RFC 9457, with `fix`, `code`, `errors` and `traceId`.' });

const PROBLEM_RESPONSE = {
  description: 'A problem document: `code` says which problem, `fix` what to do.',
  content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** What a response is for, where its schema does not say it. */
const RESPONSE_TEXTS: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Taken.',
  204: 'Done; there is nothing to say.',
  503: 'Not now.',
};

type Document = Parameters<SwaggerTransform>[0];

interface DocumentedSchema extends FastifySchema {
  readonly response?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function securityOf(access: RouteAccess | undefined, scopes: readonly string[]) {
  if (access === 'bearer') return [{ clientCredentials: scopes }, { bearer: [] }];
  return access === 'public' ? [] : undefined;
}

/** The schemas of a route, and what holds for every route: who may call, and how it refuses. */
function transform(document: Document) {
  const { schema: transformed, url } = jsonSchemaTransform(document);
  const { response, ...schema } = transformed as DocumentedSchema;
  const { config } = document.route;
  const said = Object.entries(response ?? {}).map(([status, body]) => [
    status,
    { ...body, description: body.description ?? RESPONSE_TEXTS[status] ?? 'Answered.' },
  ]);
  const security = 'security' in schema ? schema.security : securityOf(config?.access, config?.scopes ?? []);
  return {
    url,
    schema: {
      ...schema,
      ...(security !== undefined && { security }),
      response: {
        ...(said.length === 0 && { 200: { description: RESPONSE_TEXTS[200], type: 'null' } }),
        ...Object.fromEntries(said),
        ...(config?.access !== 'public' && { default: PROBLEM_RESPONSE }),
      },
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

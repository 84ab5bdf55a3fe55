import * as z from 'zod';

/** A JSON Schema is anything that zod can read back; `http-openapi.test.ts` sees to that. */
const schemaObject = z.record(z.string(), z.unknown());
const content = z.record(
  z.string().regex(/^[\w.+-]+\/[\w.+*-]+$/),
  z.strictObject({ schema: schemaObject.optional(), example: z.unknown().optional() }),
);

const parameter = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: schemaObject,
});

const securityRequirement = z
  .record(z.enum(['clientCredentials', 'bearer', 'guestToken']), z.array(z.string()))
  .or(z.partialRecord(z.enum(['clientCredentials', 'bearer', 'guestToken']), z.array(z.string())));

const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z]\w*$/i),
  summary: z.string().min(1),
  description: z.string().min(1),
  tags: z.array(z.string()).length(1),
  parameters: z.array(parameter).optional(),
  requestBody: z
    .strictObject({ description: z.string().optional(), required: z.boolean().optional(), content })
    .optional(),
  security: z.array(securityRequirement).optional(),
  responses: z.record(
    z.string().regex(/^(?:[1-5]\d\d|default)$/),
    z.strictObject({
      description: z.string().min(1),
      headers: z.record(z.string(), z.strictObject({ description: z.string(), schema: schemaObject })).optional(),
      content: content.optional(),
    }),
  ),
});

/** The part of OpenAPI 3.1 that the relay uses, closed: a member that OpenAPI does not know, or that is misplaced, is found. */
export const openApiSchema = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({
    title: z.string().min(1),
    version: z.string().min(1),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string().min(1) })),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'put', 'post', 'patch', 'delete']), operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), schemaObject),
    securitySchemes: z.record(
      z.string(),
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('oauth2'),
          description: z.string(),
          flows: z.strictObject({
            clientCredentials: z.strictObject({ tokenUrl: z.string(), scopes: z.record(z.string(), z.string()) }),
          }),
        }),
        z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
        z.strictObject({
          type: z.literal('apiKey'),
          in: z.literal('header'),
          name: z.string(),
          description: z.string(),
        }),
      ]),
    ),
  }),
});
export type CheckedDocument = z.infer<typeof openApiSchema>;

/** A schema of the document as one text that stands alone: references lead into its own `$defs`. */
export function alone(schema: object, { components }: CheckedDocument): Parameters<typeof z.fromJSONSchema>[0] {
  const text = JSON.stringify({ ...schema, $defs: components.schemas });
  return JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/'));
}

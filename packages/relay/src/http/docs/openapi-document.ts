/** What the page reads of a JSON schema. */
export interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
  readonly items?: SchemaObject;
  readonly anyOf?: readonly SchemaObject[];
  readonly oneOf?: readonly SchemaObject[];
  readonly allOf?: readonly SchemaObject[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: SchemaObject;
}

type Content = Readonly<Record<string, { readonly schema?: SchemaObject }>>;

export interface OperationObject {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: { readonly content: Content; readonly required?: boolean };
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}

/** What the page reads of an OpenAPI document. */
export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly components?: { readonly schemas?: Readonly<Record<string, SchemaObject>> };
}

/** One operation with where it is called. */
export interface Operation extends OperationObject {
  readonly method: string;
  readonly path: string;
}

const METHODS = ['put', 'get', 'post', 'patch', 'delete'];

/** Every operation of a document, in its order. */
export const operationsOf = ({ paths = {} }: OpenApiDocument): readonly Operation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ ...operation, method: method.toUpperCase(), path }];
    }),
  );

/** The schema behind a reference, and the part of a union that is no `null`. */
export function resolved(schema: SchemaObject, document: OpenApiDocument): SchemaObject {
  const name = schema.$ref?.split('/').at(-1);
  const target = name === undefined ? undefined : document.components?.schemas?.[name];
  if (target !== undefined) return resolved(target, document);
  const choices = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null');
  const [only, ...others] = choices ?? [];
  if (only === undefined || others.length > 0) return schema;
  const inner = resolved(only, document);
  return { ...inner, ...(schema.examples !== undefined && { examples: schema.examples }) };
}

/** The schema of what is said in JSON. */
export const jsonSchema = (content: Content | undefined): SchemaObject | undefined =>
  content?.['application/json']?.schema;

/** The schema of the first content that there is. */
export const contentSchema = (content: Content | undefined): SchemaObject | undefined =>
  content === undefined ? undefined : Object.values(content)[0]?.schema;

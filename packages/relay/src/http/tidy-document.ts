/** Any part of a JSON document. */
type Json = unknown;

const REFERENCE = '#/components/schemas/';
const FORM = 'application/x-www-form-urlencoded';

/** Every schema that a part refers to, and what those refer to. */
function referred(part: Json, schemas: Readonly<Record<string, Json>>, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(part)) for (const each of part) referred(each, schemas, found);
  else if (typeof part === 'object' && part !== null) {
    for (const [key, value] of Object.entries(part)) {
      if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(REFERENCE)) referred(value, schemas, found);
      else {
        const name = value.slice(REFERENCE.length);
        if (found.has(name)) continue;
        found.add(name);
        referred(schemas[name], schemas, found);
      }
    }
  }
  return found;
}

function tidied(part: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(part)) return part.map((each) => tidied(each, names));
  if (typeof part !== 'object' || part === null) return part;
  const { format } = part as { readonly format?: unknown };
  return Object.fromEntries(
    Object.entries(part)
      // A format says it to people and to tools; zod's pattern for it is 400 characters.
      .filter(([key]) => key !== 'pattern' || typeof format !== 'string')
      .map(([key, value]) => {
        const name = key === '$ref' && typeof value === 'string' ? names.get(value.slice(REFERENCE.length)) : undefined;
        return [key, name === undefined ? tidied(value, names) : `${REFERENCE}${name}`];
      }),
  );
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly { readonly type?: unknown }[];
}

interface Body {
  readonly content: Readonly<Record<string, { readonly schema?: Schema }>>;
  required?: boolean;
}

/** The schema without its `null`; `undefined` when it takes none. */
function withoutNull({ anyOf, ...rest }: Schema): Json | undefined {
  const others = anyOf?.filter(({ type }) => type !== 'null');
  if (others === undefined || others.length === anyOf?.length) return undefined;
  return others.length === 1 ? { ...rest, ...others[0] } : { ...rest, anyOf: others };
}

/**
 * A body that may be `null` is one that may be left out: that is what is said of it, and its schema says no `null`. Forms
 * have none; the token route reads their absence to refuse it in OAuth's words. The schemas that are others then.
 */
function leaveOut(paths: Json, schemas: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const bare: Record<string, Json> = {};
  for (const item of Object.values((paths ?? {}) as Record<string, Record<string, { requestBody?: Body }>>)) {
    for (const { requestBody } of Object.values(item)) {
      const types = Object.keys(requestBody?.content ?? {});
      const name = requestBody?.content[types[0] ?? '']?.schema?.$ref?.slice(REFERENCE.length);
      const schema = name === undefined ? undefined : withoutNull(schemas[name] as Schema);
      if (requestBody === undefined || name === undefined || schema === undefined) continue;
      bare[name] = schema;
      requestBody.required = types.includes(FORM);
    }
  }
  return bare;
}

/**
 * A document without the schemas that nothing refers to, and `Typing` for `TypingInput`: zod's registry has each schema as
 * it is read and as it is written, and all but a few are only used one way. Bodies that may be left out are said to be.
 */
export function tidyDocument<Document extends object>(document: Document): Document {
  const { components, ...rest } = document as {
    readonly components?: { readonly schemas?: Readonly<Record<string, Json>> };
    readonly paths?: Json;
  };
  const { schemas: all = {}, ...others } = components ?? {};
  const schemas = { ...all, ...leaveOut(rest.paths, all) };
  const used = referred(rest, schemas);
  const names = new Map<string, string>();
  for (const name of used) {
    const short = name.replace(/Input$/, '');
    if (short !== name && !used.has(short)) names.set(name, short);
  }
  const kept = Object.fromEntries(
    [...used].sort().map((name) => [names.get(name) ?? name, tidied(schemas[name], names)]),
  );
  return { ...(tidied(rest, names) as Document), components: { ...others, schemas: kept } };
}

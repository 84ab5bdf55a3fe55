import fc from 'fast-check';

/** A definition of the published schema, as far as it is looked at. */
export interface Definition {
  readonly type?: string;
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly additionalProperties?: boolean | Definition;
  readonly items?: Definition;
}

export type Definitions = Readonly<Record<string, Definition>>;

/** Definitions that contain each other are followed this deep; below, optional fields are left out. */
const DEPTH_MAX = 6;

/** Any value that satisfies a definition: required fields always, optional ones sometimes. */
export function valuesOf(definitions: Definitions, definition: Definition, depth = 0): fc.Arbitrary<unknown> {
  if (definition.$ref !== undefined) {
    const name = definition.$ref.replace('#/definitions/', '');
    const target = definitions[name];
    if (target === undefined) throw new Error(`The schema refers to ${name}, which it does not define.`);
    return valuesOf(definitions, target, depth);
  }
  if (definition.enum !== undefined) return fc.constantFrom(...definition.enum);
  switch (definition.type) {
    case 'string':
      return fc.string({ minLength: 1 });
    case 'number':
    case 'integer':
      return fc.integer({ min: 0, max: 1_000_000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valuesOf(definitions, definition.items ?? {}, depth + 1), {
        maxLength: depth < DEPTH_MAX ? 2 : 0,
      });
    case 'object':
      return objectsOf(definitions, definition, depth);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

function objectsOf(definitions: Definitions, definition: Definition, depth: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = definition;
  const fields = Object.entries(properties).filter(([name]) => depth < DEPTH_MAX || required.includes(name));
  const known = fc.record(
    Object.fromEntries(fields.map(([name, field]) => [name, valuesOf(definitions, field, depth + 1)])),
    { requiredKeys: required.filter((name) => name in properties) },
  );
  if (typeof additionalProperties !== 'object' || fields.length > 0) return known;
  return fc.dictionary(fc.string({ minLength: 1 }), valuesOf(definitions, additionalProperties, depth + 1), {
    maxKeys: 2,
    noNullPrototype: true,
  });
}

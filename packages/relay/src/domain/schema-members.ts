import type * as z from 'zod';

/** Names of the members that the object at a path of a schema has; none where it is no object. */
export function memberNames(root: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let schema: z.core.$ZodType | undefined = root;
  for (const key of path) schema = typeof key === 'number' ? elementOf(schema) : shapeOf(schema)?.[String(key)];
  return Object.keys(shapeOf(schema) ?? {});
}

interface Wrapping {
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
}

function unwrapped(schema: z.core.$ZodType | undefined): Wrapping | undefined {
  let def = schema?._zod.def as Wrapping | undefined;
  while (def?.innerType !== undefined) def = def.innerType._zod.def as Wrapping;
  return def;
}

const shapeOf = (schema: z.core.$ZodType | undefined) => unwrapped(schema)?.shape;
const elementOf = (schema: z.core.$ZodType | undefined) => unwrapped(schema)?.element;

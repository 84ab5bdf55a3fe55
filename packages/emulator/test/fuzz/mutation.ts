import fc from 'fast-check';

/** Levels that a mutation goes down into a value. */
const DEPTH_MAX = 5;

interface Change {
  readonly kind: 'replace' | 'add' | 'remove' | 'wrap' | 'repeat';
  readonly other?: unknown;
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('replace' as const, 'add' as const),
    other: fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>('', 'x'.repeat(5_000), -1, 1e308, null, [], {}, '__proto__', 'constructor'),
    ),
  }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'wrap' as const, 'repeat' as const) }),
);

function apply(holder: Record<string, unknown>, key: string, how: Change): void {
  const old = holder[key];
  if (how.kind === 'remove') delete holder[key];
  else if (how.kind === 'replace') holder[key] = how.other;
  else if (how.kind === 'wrap') holder[key] = [old];
  else if (how.kind === 'repeat') holder[key] = Array.isArray(old) ? [...old, ...old] : { again: old };
  else Object.assign(holder, { [`${key}x`]: how.other });
}

/** A valid value with one or two parts of it changed: nearer to what clients get wrong than any random JSON. */
const mutated = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.array(fc.nat(9), { minLength: 1, maxLength: DEPTH_MAX }), change), {
      minLength: 1,
      maxLength: 2,
    })
    .map((changes) => {
      const copy = structuredClone(value);
      for (const [path, how] of changes) {
        let at: unknown = copy;
        for (const [depth, index] of path.entries()) {
          if (typeof at !== 'object' || at === null) break;
          const holder = at as Record<string, unknown>;
          const keys = Object.keys(holder);
          const key = keys[index % keys.length];
          if (key === undefined) break;
          if (depth === path.length - 1 || typeof holder[key] !== 'object') {
            apply(holder, key, how);
            break;
          }
          at = holder[key];
        }
      }
      return copy;
    });

/** JSON with its bytes damaged: cut, doubled, or one of them another. */
const damaged = (text: string): fc.Arbitrary<Buffer> =>
  fc.tuple(fc.nat(text.length), fc.nat(255), fc.constantFrom('cut', 'double', 'set')).map(([at, byte, how]) => {
    const bytes = Buffer.from(text);
    if (how === 'cut') return bytes.subarray(0, at);
    if (how === 'double') return Buffer.concat([bytes, bytes]);
    bytes[Math.min(at, bytes.length - 1)] = byte;
    return bytes;
  });

/** What arrives instead of one of these valid values. Unchanged ones are among them, so that the state goes on. */
export const payload = (valid: readonly unknown[]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .constantFrom(...valid)
        .chain(mutated)
        .map(toBytes),
    },
    { weight: 4, arbitrary: fc.constantFrom(...valid).map(toBytes) },
    { weight: 2, arbitrary: fc.constantFrom(...valid).chain((value) => damaged(JSON.stringify(value))) },
    { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)) },
  );

const toBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? 'null');

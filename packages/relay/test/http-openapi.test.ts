import { type RunningRelay, startRelay } from '@backchannel/relay';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { alone, type CheckedDocument, openApiSchema } from './support/openapi-schema.ts';
import { relaySettings } from './support/relay-settings.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';

let relay: RunningRelay;
let document: CheckedDocument;

beforeAll(async () => {
  relay = await startRelay(relaySettings(), { legs: new ScriptedLegs() });
  const answer = await fetch(`${relay.url}/openapi.json`);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  document = openApiSchema.parse(await answer.json());
});
afterAll(() => relay.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation: operation! })),
  );

/** Every object of the document. */
function* objects(part: unknown): Generator<Record<string, unknown>> {
  if (typeof part !== 'object' || part === null) return;
  if (!Array.isArray(part)) yield part as Record<string, unknown>;
  for (const inner of Object.values(part)) yield* objects(inner);
}

describe('the OpenAPI document', () => {
  it('has every documented route, and no other', () => {
    const served = relay.routes
      .filter(({ documented, method }) => documented && method !== 'HEAD')
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(
      operations()
        .map(({ path, method }) => `${method.toUpperCase()} ${path}`)
        .sort(),
    ).toEqual([...new Set(served)].sort());
    expect(relay.routes.filter(({ documented }) => !documented).map(({ url }) => url)).toEqual(
      expect.arrayContaining(['/openapi.json', '/docs']),
    );
  });

  it('names each operation once, and each tag that it uses', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const { operation } of operations()) expect(tags).toContain(operation.tags[0]);
  });

  it('refers only to what it has', () => {
    const references = [...objects(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      expect(Object.keys(document.components.schemas)).toContain(reference.replace('#/components/schemas/', ''));
    }
  });

  it('declares each parameter of a path as needed', () => {
    for (const { path, operation } of operations()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((each) => each.in === 'path');
      expect([path, declared.map(({ name }) => name)]).toEqual([path, named]);
      expect(declared.every(({ required }) => required)).toBe(true);
    }
  });

  it('says how each call refuses, and who may make it', () => {
    for (const { path, operation } of operations()) {
      const isPublic = operation.security?.length === 0;
      expect([path, isPublic || operation.responses.default !== undefined]).toEqual([path, true]);
    }
  });

  it('has schemas that can be read, and examples that fit them', () => {
    let examples = 0;
    for (const schema of objects(document)) {
      if (!('properties' in schema || 'anyOf' in schema) || !Array.isArray(schema.examples)) continue;
      const reader = z.fromJSONSchema(alone(schema, document));
      for (const example of schema.examples) {
        expect(reader.safeParse(example).error?.issues).toBeUndefined();
        examples += 1;
      }
    }
    expect(examples).toBeGreaterThan(4);
  });
});

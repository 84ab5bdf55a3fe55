import { escaped, inline, table } from './markdown.ts';
import { type OpenApiDocument, resolved, type SchemaObject } from './openapi-document.ts';

/** Deeper members are told by their schema in /openapi.json. */
const DEPTH_MAX = 3;

/** A type in words: `"on" or "off"`, `whole number, 1 to 10`, `list of texts`. */
function typeText(schema: SchemaObject, document: OpenApiDocument): string {
  const inner = resolved(schema, document);
  if (inner.const !== undefined) return JSON.stringify(inner.const);
  if (inner.enum !== undefined) return inner.enum.map((value) => JSON.stringify(value)).join(' or ');
  const choices = inner.anyOf ?? inner.oneOf;
  if (choices !== undefined) return choices.map((choice) => typeText(choice, document)).join(' or ');
  switch (inner.type) {
    case 'string':
      return `${inner.format === 'date-time' ? 'time (ISO 8601)' : inner.format === 'uuid' ? 'UUID' : 'text'}${range(inner.minLength, inner.maxLength, ' characters')}`;
    case 'integer':
      return `whole number${range(inner.minimum, inner.maximum)}`;
    case 'number':
      return `number${range(inner.minimum, inner.maximum)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `list: ${typeText(inner.items ?? {}, document)}`;
    case 'object':
      return 'object';
    default:
      return 'anything';
  }
}

/** Bounds that say something: those of JavaScript's whole numbers do not. */
function range(least: number | undefined, most: number | undefined, unit = ''): string {
  const high = most !== undefined && Math.abs(most) < Number.MAX_SAFE_INTEGER ? most : undefined;
  if (high === undefined) return '';
  return least === undefined || (unit !== '' && least <= 1) ? `, up to ${high}${unit}` : `, ${least} to ${high}${unit}`;
}

/** Rows of the members of an object, those of inner objects beneath theirs. */
function rows(schema: SchemaObject, document: OpenApiDocument, prefix = '', depth = 1): readonly (readonly string[])[] {
  const { properties = {}, required = [] } = resolved(schema, document);
  return Object.entries(properties).flatMap(([name, member]) => {
    const inner = resolved(member, document);
    const element = inner.items === undefined ? inner : resolved(inner.items, document);
    const path = `${prefix}${name}`;
    const said = member.description ?? inner.description ?? '';
    const fallback =
      inner.default === undefined || typeof inner.default === 'object' ? '' : ` Default: \`${String(inner.default)}\`.`;
    const row = [
      `<code>${escaped(path)}</code>${required.includes(name) ? ' <i class="needed">needed</i>' : ''}`,
      escaped(typeText(member, document)),
      inline(`${said}${fallback}`),
    ];
    if (depth === DEPTH_MAX || element.properties === undefined) return [row];
    return [row, ...rows(element, document, `${path}${inner.items === undefined ? '' : '[]'}.`, depth + 1)];
  });
}

/** The members of a body as a table; nothing for a body without any. */
export function membersTable(schema: SchemaObject | undefined, document: OpenApiDocument): string {
  if (schema === undefined) return '';
  const members = rows(schema, document);
  return members.length === 0 ? '' : table(['member', 'type', 'what for'], members);
}

/** Values by the name of a member, so that examples read like a conversation. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  id: 'order-4711',
  conversationId: 'order-4711',
  sessionId: '5b8f3a52-6f0e-4f43-9d2c-0a2a4a6b8c10',
  guestId: 'guest-1',
  participant: 'guest',
  participantId: 'guest',
  communicationId: '7c0e8a1b-2f53-4a0c-8d39-6d0f7e1b5a42',
  messageId: '5e2f9a54-3d0c-4c1e-9b4d-7a8f1c2b3d4e',
  outcome: 'sent',
  reason: 'It left.',
  text: 'Where is my parcel?',
  sequence: 7,
  upTo: 6,
  expires_in: 3_600,
  token_type: 'bearer',
  scope: 'signals:read signals:write messages:write',
  scopes: ['signals:read', 'signals:write', 'messages:write'],
};

/** An example of what a schema describes. */
export function sample(schema: SchemaObject, document: OpenApiDocument, name = ''): unknown {
  const inner = resolved(schema, document);
  if (inner.examples !== undefined) return inner.examples[0];
  if (inner.const !== undefined) return inner.const;
  if (inner.enum !== undefined) return inner.enum[0];
  if (inner.default !== undefined) return inner.default;
  const [first] = inner.anyOf ?? inner.oneOf ?? [];
  if (first !== undefined) return sample(first, document, name);
  if (inner.properties !== undefined) {
    return Object.fromEntries(
      Object.entries(inner.properties)
        .filter(([member]) => inner.required?.includes(member) ?? false)
        .map(([member, each]) => [member, sample(each, document, member)]),
    );
  }
  if (Object.hasOwn(SAMPLES, name)) return SAMPLES[name];
  switch (inner.type) {
    case 'array':
      return inner.items?.properties === undefined && inner.items?.$ref === undefined
        ? []
        : [sample(inner.items, document)];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return inner.minimum !== undefined && inner.minimum > 0 ? inner.minimum : 0;
    case 'string':
      return inner.format === 'date-time' ? '2026-11-21T12:00:00.000Z' : '…';
    default:
      return {};
  }
}

import { type ExampleCall, exampleCode, LANGUAGES, type Language } from './call-examples.ts';
import { codeBlock, escaped, inline, prose, table } from './markdown.ts';
import {
  contentSchema,
  jsonSchema,
  type OpenApiDocument,
  type Operation,
  type SchemaObject,
} from './openapi-document.ts';
import { membersTable, sample } from './schema-view.ts';
import { STREAM_EXAMPLES } from './stream-examples.ts';

/** The same thing in every language, of which the page shows the one that was chosen. */
export const choice = (codes: Readonly<Partial<Record<Language, string>>>): string =>
  LANGUAGES.map(({ id }) => {
    const code = codes[id];
    return code === undefined ? '' : codeBlock(code, ` class="in-${id}"`);
  }).join('\n');

function exampleValue(name: string, schema: SchemaObject | undefined, document: OpenApiDocument): string {
  const value = sample(schema ?? {}, document, name);
  return typeof value === 'string' && value !== '…' ? value : `${name}-1`;
}

/** The call with example values; `undefined` where a single request is not all of it. */
function exampleCall(operation: Operation, document: OpenApiDocument): ExampleCall {
  const { method, parameters = [], requestBody, security } = operation;
  const form = requestBody?.content['application/x-www-form-urlencoded'];
  const schema = contentSchema(requestBody?.content);
  const body = schema === undefined ? undefined : sample(schema, document);
  const members: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {};
  const path = operation.path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    // Where the body names it too, both name the same.
    const said = members[name];
    const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
    return encodeURIComponent(typeof said === 'string' ? said : exampleValue(name, parameter?.schema, document));
  });
  const isEmpty = Object.keys(members).length === 0;
  return {
    method,
    path,
    headers: parameters.some(({ name }) => name === 'idempotency-key')
      ? { 'Idempotency-Key': 'order-4711-message-1' }
      : {},
    body: isEmpty ? undefined : body,
    form: form !== undefined,
    withToken: security === undefined || security.length > 0,
  };
}

const lifted = (status: string): boolean => status !== 'default';

function answers({ responses = {} }: Operation, document: OpenApiDocument): string {
  return Object.entries(responses)
    .filter(([status]) => lifted(status))
    .map(([status, { description = '', content }]) => {
      const schema = jsonSchema(content);
      const shown = schema === undefined ? undefined : sample(schema, document);
      const example = shown === undefined ? '' : codeBlock(JSON.stringify(shown, undefined, 2), ' class="answer"');
      const members = membersTable(schema, document);
      const details = members === '' ? '' : `<details><summary>Members of the answer</summary>${members}</details>`;
      return `<h4>${status} <small>${inline(description)}</small></h4>${example}${details}`;
    })
    .join('\n');
}

function parameterTable({ parameters = [] }: Operation): string {
  const rows = parameters.map(({ name, in: place, required, description = '' }) => [
    `<code>${escaped(name)}</code>${required ? ' <i class="needed">needed</i>' : ''}`,
    place,
    inline(description),
  ]);
  return rows.length === 0 ? '' : table(['parameter', 'in', 'what for'], rows);
}

function who({ security }: Operation): string {
  if (security === undefined) return 'Says who calls in its own way.';
  if (security.length === 0) return 'Anybody may call.';
  const scopes = security.flatMap(({ clientCredentials = [] }) => clientCredentials);
  const needs = scopes.map((scope) => `<code>${escaped(scope)}</code>`).join(', ');
  return needs === '' ? 'Needs a token.' : `Needs a token with ${needs}.`;
}

/** One operation: what it does, what it takes, how it is called, what it answers. */
export function operationView(operation: Operation, document: OpenApiDocument): string {
  const { method, path, summary = '', description = '', operationId = '', requestBody } = operation;
  const call = exampleCall(operation, document);
  const codes =
    STREAM_EXAMPLES[operationId] ?? Object.fromEntries(LANGUAGES.map(({ id }) => [id, exampleCode[id](call)] as const));
  const body = membersTable(contentSchema(requestBody?.content), document);
  return `<section class="operation" id="${escaped(operationId)}">
<h3><a href="#${escaped(operationId)}">${inline(summary)}</a></h3>
<p class="line"><b class="${method.toLowerCase()}">${method}</b> <code>${escaped(path)}</code></p>
${prose(description)}
<p class="who">${who(operation)}</p>
${parameterTable(operation)}
${body === '' ? '' : `<h4>Body${requestBody?.required === false ? ' <small>may be left out</small>' : ''}</h4>${body}`}
<h4>Call</h4>
${choice(codes)}
${answers(operation, document)}
</section>`;
}

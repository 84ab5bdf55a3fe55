import type { FastifyRequest } from 'fastify';
import { jsonMistake } from '../domain/json-mistake.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { RelayApp } from './context.ts';
import { unsupportedMedia } from './problem-document.ts';

type Done = (error: Error | null, body?: unknown) => void;

/** Deeper than anything that is read here, and shallow enough for every recursion. */
const NESTING_MAX = 32;
const OBJECT = '{'.charCodeAt(0);
const LIST = '['.charCodeAt(0);

function nestedTooDeep(text: string): boolean {
  let begins = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === OBJECT || code === LIST) begins += 1;
  }
  return begins > NESTING_MAX && isDeep(text);
}

function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (quoted) {
      if (char === '\\') index += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > NESTING_MAX) return true;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return false;
}

/** The parser says only that it failed. What is JSON for another one has a member that is refused for its name. */
function unreadable(text: string, cause: Error): RelayProblem {
  const mistake = jsonMistake(text);
  return new RelayProblem(
    'request.invalid',
    400,
    mistake === undefined
      ? 'The body can’t be read: it has a member "__proto__" or "constructor".'
      : `The body can’t be read: it is no JSON (${mistake}).`,
    { fix: mistake === undefined ? 'Take that member out.' : 'Send well-formed JSON in UTF-8.', cause },
  );
}

/** An empty form is an empty object; a name that comes twice is nobody's intention. */
function readForm(text: string): Record<string, string> {
  const form: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in form) {
      throw new RelayProblem('request.invalid', 400, 'A field of the form comes twice.', {
        fix: 'Send each field once.',
      });
    }
    form[name] = value;
  }
  return form;
}

/**
 * How bodies are read. JSON with any charset that is UTF-8; an empty one under a JSON content type counts as none; forms for
 * the token route; and what curl sends when `-H` was forgotten (a form whose text is a JSON object) as the JSON it is.
 */
export function readBodies(app: RelayApp): void {
  app.removeAllContentTypeParsers();
  // `{"__proto__": …}` is refused, not cleaned: nobody means it.
  const parseJson = app.getDefaultJsonParser('error', 'error');

  const readJson = (request: FastifyRequest, text: string, done: Done): void => {
    if (text.trim() === '') done(null, undefined);
    else if (nestedTooDeep(text)) {
      const detail = `The body nests objects and lists more than ${NESTING_MAX} deep.`;
      done(
        new RelayProblem('request.invalid', 400, detail, { fix: 'Nothing that the relay reads is nested like that.' }),
      );
    } else {
      parseJson(request, text, (error, body) => done(error === null ? null : unreadable(text, error), body));
    }
  };

  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done: Done) => {
    const charset = /charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
    if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(charset)) {
      done(unsupportedMedia('The body is JSON in a charset other than UTF-8.'));
    } else readJson(request, text, done);
  });

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, text: string, done: Done) => {
      if (text.trimStart().startsWith('{')) readJson(request, text, done);
      // What it throws is the answer: fastify catches it.
      else done(null, readForm(text));
    },
  );

  app.addContentTypeParser('*', { parseAs: 'string' }, (request, text: string, done: Done) => {
    const { 'content-type': type } = request.headers;
    if (type === undefined || text === '') readJson(request, text, done);
    else done(unsupportedMedia('The media type of the body is not one that the relay reads.'));
  });
}

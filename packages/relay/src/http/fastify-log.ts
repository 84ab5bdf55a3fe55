import type { FastifyBaseLogger } from 'fastify';
import { LOG_FIELDS, type Log, type LogFields } from '../observe/log.ts';

/** Longest message of a thrown error that is logged. */
const MESSAGE_MAX = 500;

function loggedError(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const { name, message, stack = '' } = thrown;
  const { code } = thrown as { readonly code?: unknown };
  return {
    name,
    ...(typeof code === 'string' && { code }),
    // JSON.parse repeats what it could not read, which may be anybody's text.
    ...(!(thrown instanceof SyntaxError) && { message: message.slice(0, MESSAGE_MAX) }),
    // The frames alone: the first lines of a stack are the message again.
    at: stack.split('\n').filter((line) => /^\s+at /.test(line)),
    ...(thrown.cause !== undefined && { cause: loggedError(thrown.cause) }),
  };
}

function logged(fields: LogFields): object {
  const line: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || !LOG_FIELDS.has(name)) continue;
    line[name] = name === 'error' ? loggedError(value) : value;
  }
  return line;
}

/** Lines as JSON, through the logger of the server. */
export const fastifyLog = (logger: FastifyBaseLogger): Log => ({
  debug: (event, fields = {}) => logger.debug(logged(fields), event),
  info: (event, fields = {}) => logger.info(logged(fields), event),
  warn: (event, fields = {}) => logger.warn(logged(fields), event),
  error: (event, fields = {}) => logger.error(logged(fields), event),
});

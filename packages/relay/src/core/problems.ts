import { RelayProblem } from '../domain/problem.ts';

/** Longest piece of a caller's value that is shown back to it. */
const ECHO_MAX = 80;

/** A value of a caller's, fit to be shown: its beginning, quoted, and its type. */
export const shown = (value: unknown): string =>
  typeof value === 'string'
    ? `${JSON.stringify(value.slice(0, ECHO_MAX))}${value.length > ECHO_MAX ? '…' : ''} (text of ${value.length} characters)`
    : `${String(value).slice(0, ECHO_MAX)} (${typeof value})`;

export const invalid = (path: string, detail: string, fix: string): RelayProblem =>
  new RelayProblem('request.invalid', 400, detail, { fix, errors: [{ path, detail }] });

export const unknownConversation = (id: string): RelayProblem =>
  new RelayProblem(
    'conversation.unknown',
    404,
    `No conversation of yours is known by ${shown(id)}: it was never made, or it belongs to another client.`,
    { fix: 'PUT /v1/conversations/{id} first, or ask its owner to act.' },
  );

export const endedConversation = (id: string, because: string | undefined): RelayProblem =>
  new RelayProblem(
    'conversation.ended',
    409,
    `The conversation ${shown(id)} has ended${because ? ` (${because})` : ''}: nothing can be sent in it any more.`,
    { fix: 'PUT /v1/conversations/{id} begins another one.' },
  );

export const unknownMessage = (id: string): RelayProblem =>
  new RelayProblem('message.unknown', 404, `No message of this conversation is known by ${shown(id)}.`, {
    fix: 'Use an id from an event, from the answer to a message, or Genesys’s own id of it.',
  });

export const stopping = (): RelayProblem =>
  new RelayProblem('stopping', 503, 'The relay is about to stop and begins nothing new.', {
    fix: 'Send it again in some seconds.',
    retryAfterMs: 5_000,
  });

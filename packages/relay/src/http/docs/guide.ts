import { OUTCOMES } from '@backchannel/client/errors';
import { CONVERSATION_REQUESTS_PER_MINUTE, CONVERSATION_TOKEN_SECONDS_MAX } from '../../access/access.ts';
import { WRONG_SECRETS_PER_MINUTE } from '../../access/client-secrets.ts';
import { SCOPE_ALIASES } from '../../access/scopes.ts';
import { TICKET_LIFETIME_MS } from '../../access/tickets.ts';
import type { RelaySettings } from '../../config/settings.ts';
import { GAUGES } from '../../observe/metrics.ts';
import { PROBLEM_TEXTS } from '../problem-texts.ts';
import { FRAME_BYTES_MAX, REQUEST_TIMEOUT_MS, STOP_GRACE_MS } from '../server-bounds.ts';
import { TEXT_MAX } from '../v1/conversation-schemas.ts';
import { codeBlock, escaped, inline, prose, table } from './markdown.ts';

/** A section of prose before or after the reference. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

const section = (id: string, title: string, ...parts: readonly string[]): Section => ({
  id,
  title,
  html: parts.join('\n'),
});

const number = (value: number): string => value.toLocaleString('en-GB');

export const conceptsSection = (): Section =>
  section(
    'concepts',
    'How it works',
    prose(
      'You have a chat; Genesys Cloud has the agents. The relay stands between: it is the **guest** on Genesys’s web messaging, and speaks for **agents** by the platform’s API. You call it over HTTP, and listen to it over a stream.',
    ),
    prose(
      [
        '- **Conversation**: yours, by an id of your own (`PUT /v1/conversations/{id}`). The relay opens the guest’s session on Genesys, keeps it over broken connections and restarts, and finds the conversation that Genesys made of it.',
        '- **Participants**: `guest`, `agent:{userId}` (a Genesys user), `bot`; and `agent` where Genesys does not say which agent it was.',
        '- **Typing** is ephemeral: it is told at once or never, it never enters the transcript, and it never opens a conversation. Say `true` every 4 s while somebody types, and `false` when they stop; `true` dies after 10 s by itself. Genesys has no “stopped”: there the dots end by themselves, within some seconds.',
        '- **Messages** are durable: a 2xx comes when the message is on disk. It is delivered in order, also when Genesys is away for a while.',
        '- **Receipts** are marks of how far somebody has read: `delivered`, `displayed`, `seen`, `acknowledged`. They only move forward. Genesys takes no read receipt from anybody, so they live here.',
        '- **Outcome and reason**: every signal is answered with what became of it. `suppressed:budget` is no error: it is the relay keeping to Genesys’s limits.',
      ].join('\n'),
    ),
  );

export const accessSection = (): Section =>
  section(
    'authentication',
    'Authentication',
    prose(
      [
        '**Programs** have a client id and a secret from the relay’s configuration. `POST /oauth/token` gives a token for them (OAuth 2.0 client credentials, by Basic or in the form); send it as `Authorization: Bearer <token>`. Keep it until a minute before `expires_in` is over. Tokens of Genesys Cloud are not accepted.',
        '**Scopes**: `signals:read` to look and listen, `signals:write` for typing, receipts and to make conversations, `messages:write` to send. A token has all scopes of its client unless `scope` asks for fewer. A call without the scope is 403 `scope.missing`.',
        '**Act as**: a client says in each call for whom it acts (`participant`); its configuration says for whom it may (`actAs`). A conversation belongs to the client that made it; for others it does not exist (404).',
        `**Browsers** never see a client’s secret. Your server asks for a conversation token (\`POST /v1/conversations/{id}/tokens\`): one conversation, one participant, at most ${CONVERSATION_TOKEN_SECONDS_MAX / 3600} hours. The page uses it like any token, in which case \`participant\` may be left out. The page’s origin must stand in \`allowedOrigins\`.`,
        `**Sockets** say who they are in their first frame. Where that is not possible, \`POST /v1/tickets\` gives a ticket for the address: good once, for ${TICKET_LIFETIME_MS / 1000} s.`,
      ].join('\n\n'),
    ),
    prose('Scopes as people write them for Genesys Cloud are understood too:'),
    table(
      ['written', 'means'],
      [...SCOPE_ALIASES].map(([alias, scopes]) => [
        `<code>${alias}</code>`,
        scopes.map((scope) => `<code>${scope}</code>`).join(' '),
      ]),
    ),
  );

export const outcomesSection = (): Section =>
  section(
    'outcomes',
    'Outcomes of signals',
    prose('What `outcome` says. `reason` says the same of this one call, in a sentence.'),
    table(
      ['outcome', 'cause', 'what to do'],
      Object.entries(OUTCOMES).map(([outcome, { cause, fix }]) => [
        `<code>${escaped(outcome)}</code>`,
        inline(cause),
        inline(fix),
      ]),
    ),
  );

export const problemsSection = (): Section =>
  section(
    'errors',
    'Errors',
    prose(
      'What can’t be done is answered with a problem document (RFC 9457, `application/problem+json`). Programs look at `code`; people read `detail` and `fix`. Texts and secrets are never repeated.',
    ),
    codeBlock(`{
  "type": "/docs#request.invalid",
  "title": "The request is not valid",
  "status": 400,
  "detail": "The body of the request is not what the call takes.",
  "fix": "Correct the members in errors; /docs shows the call with an example.",
  "code": "request.invalid",
  "errors": [{ "path": "typing", "detail": "expected boolean, received string; it was a text of 3 characters" }],
  "traceId": "0af7651916cd43dd8448eb211c80319c"
}`),
    prose(
      '`POST /oauth/token` refuses as OAuth says, with `error` and `error_description`. Send a W3C `traceparent`, and `traceId` is yours. Repeat a call after 429 and 503, when `Retry-After` is over; after a lost connection repeat a message only with the same `Idempotency-Key`.',
    ),
    table(
      ['code', 'status', 'cause', 'fix'],
      Object.entries(PROBLEM_TEXTS).map(([code, { status, cause, fix }]) => [
        `<code id="${escaped(code)}">${escaped(code)}</code>`,
        String(status),
        inline(cause),
        inline(fix),
      ]),
    ),
  );

export const limitsSection = ({ limits, tokens }: RelaySettings): Section =>
  section(
    'limits',
    'Limits',
    prose('Of this relay, as it is configured. Reaching one is answered, never silent.'),
    table(
      ['what', 'limit', 'beyond it'],
      [
        ['Calls of one client', `${number(limits.requestsPerMinutePerClient)} a minute`, '429'],
        ['Calls for one participant', `${number(CONVERSATION_REQUESTS_PER_MINUTE)} a minute`, '429'],
        ['Secrets tried from one address', `${WRONG_SECRETS_PER_MINUTE} a minute`, '429'],
        ['Body of a request', `${number(limits.bodyBytesMax)} bytes`, '413'],
        ['Time for a request to arrive', `${REQUEST_TIMEOUT_MS / 1000} s`, '408'],
        [
          'Text of a message',
          `${number(TEXT_MAX)} characters (a guest’s: bytes, says Genesys)`,
          '400, or a failed message',
        ],
        ['Messages that wait in one conversation', number(limits.laneMax), '429 lane.full'],
        ['Open conversations', number(limits.conversationsMax), '429 conversations.full'],
        ['Streams of one client', number(limits.streamsPerClient), '429'],
        ['Frame of a WebSocket client', `${number(FRAME_BYTES_MAX)} bytes`, 'close 1009'],
        ['Life of a token', `${number(tokens.lifetimeSeconds)} s`, '401 credential.expired'],
      ].map((cells) => cells.map(escaped)),
    ),
  );

export const operationSection = (): Section =>
  section(
    'operation',
    'Running it',
    prose(
      [
        '`GET /healthz`: the process answers. `GET /readyz`: it can work, or why not. `GET /metrics`: Prometheus; no label names a person, a client or a conversation.',
        `When it stops (SIGTERM) it takes no new work (503 \`stopping\`), finishes what is under way (${STOP_GRACE_MS / 1000} s at most), tells streams to come back (close code 1012), and closes the guests’ sockets so that the next process resumes their sessions. Accepted messages stay on disk.`,
        'Logs are one JSON object a line on standard output: ids, codes and times. There is no member for a text, a token or a secret, so none is logged.',
      ].join('\n\n'),
    ),
    table(
      ['metric', 'what'],
      [
        ['signals_total', 'Typing and receipts, by `kind` and `outcome`.'],
        ['signal_seconds', 'From a command to its answer, by `kind`.'],
        ['messages_total', 'Messages, by `outcome`: accepted, repeated, sent, postponed, failed.'],
        ['delivery_seconds', 'From acceptance until Genesys had it.'],
        ['http_requests_total', 'By `method`, `route` and `status`.'],
        ['http_request_seconds', 'By `route`.'],
        ['platform_requests_total', 'Requests to the platform API, by `status`; 0: no answer.'],
        ['slow_readers_total', 'Streams that were closed because their reader was too slow.'],
        ...Object.entries(GAUGES),
      ].map(([name = '', what = '']) => [`<code>backchannel_${name}</code>`, inline(what)]),
    ),
  );

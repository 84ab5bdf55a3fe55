import * as z from 'zod';
import { CONVERSATION_TOKEN_SECONDS_MAX } from '../../access/access.ts';
import { SCOPES } from '../../access/scopes.ts';
import { RelayProblem } from '../../domain/problem.ts';
import type { Routes } from '../context.ts';
import { principalOf } from '../route-access.ts';
import { isoTime } from './conversation-body.ts';
import { conversationPath, ID_MAX } from './conversation-schemas.ts';

const TOKEN_SECONDS_MIN = 60;

const actorSchema = z.union(
  [z.literal('guest'), z.templateLiteral(['agent:', z.string().min(1).max(ID_MAX)])],
  'must be "guest" or "agent:{userId}"',
);

const tokenRequestSchema = z
  .strictObject({
    participant: actorSchema.meta({
      type: 'string',
      description: 'Whom the browser stands for: `guest` or `agent:{userId}`.',
    }),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .max(SCOPES.length)
      .optional()
      .meta({ description: 'Default: all that the caller has.' }),
    lifetimeSeconds: z
      .int()
      .min(TOKEN_SECONDS_MIN)
      .max(CONVERSATION_TOKEN_SECONDS_MAX)
      .optional()
      .meta({ description: 'Default: as long as a client’s token.' }),
  })
  .meta({ id: 'TokenRequest', examples: [{ participant: 'guest' }] });

const tokenSchema = z
  .object({
    token: z.string(),
    expiresAt: z.iso.datetime(),
    scopes: z.array(z.enum(SCOPES)),
    conversationId: z.string(),
    participant: z.string(),
  })
  .meta({ id: 'ConversationToken' });

const ticketSchema = z.object({ ticket: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'Ticket' });

const whoamiSchema = z
  .object({
    kind: z.enum(['client', 'conversation']),
    clientId: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    actAs: z.object({ guest: z.boolean(), agents: z.union([z.literal('everyone'), z.array(z.string())]) }).optional(),
    participant: z.string().optional(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Caller' });

/** Credentials for browsers, and what a credential is good for. */
export const tokenRoutes: Routes = (app, { relay, access }) => {
  app.post(
    '/v1/conversations/:id/tokens',
    {
      config: { access: 'bearer', scopes: [] },
      schema: {
        tags: ['Access'],
        operationId: 'postConversationToken',
        summary: 'A token for a browser',
        description:
          'One conversation, one participant: what your server hands to a page, so that the client’s secret never leaves the server. Client credentials only, and only for a participant that `actAs` allows. Under `provisioning: automatic` an unknown conversation is made.',
        params: conversationPath,
        body: tokenRequestSchema,
        response: { 201: tokenSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { participant, scopes = [...principal.scopes], lifetimeSeconds } = request.body;
      if (principal.kind !== 'client') {
        throw new RelayProblem('actor.forbidden', 403, 'A conversation token can’t make others.', {
          fix: 'Let your server make it, with client credentials.',
        });
      }
      const missing = scopes.find((scope) => !principal.scopes.has(scope));
      if (missing !== undefined) {
        throw new RelayProblem('scope.missing', 403, `The caller can’t give away ${missing}: it does not have it.`, {
          fix: 'Ask for it at POST /oauth/token, or leave it out here.',
        });
      }
      // A page may be the first to hear of a conversation: it is made, where the configuration allows that, as by a signal.
      await relay.participant(principal, request.params, participant, { provision: true });
      const { id: bindingId, clientId, conversationId } = await relay.entitled(principal, request.params, participant);
      const issued = access.conversationToken({ clientId, bindingId, participant, scopes, lifetimeSeconds });
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({
          token: issued.token,
          expiresAt: isoTime(issued.expiresAtMs),
          scopes: [...issued.scopes],
          conversationId,
          participant,
        });
    },
  );

  app.post(
    '/v1/tickets',
    {
      config: { access: 'bearer', scopes: [] },
      schema: {
        tags: ['Access'],
        operationId: 'postTicket',
        summary: 'A ticket for one socket',
        description:
          'Opens `/v1/stream?ticket=…` once, within 30 s, as whoever asked for it. For where a socket’s first frame can’t carry the token; a ticket in an address and in logs is worth nothing afterwards.',
        response: { 201: ticketSchema },
      },
    },
    async (request, reply) => {
      const { ticket, expiresAtMs } = access.ticket(principalOf(request));
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ticket, expiresAt: isoTime(expiresAtMs) });
    },
  );

  app.get(
    '/v1/whoami',
    {
      config: { access: 'bearer', scopes: [] },
      schema: {
        tags: ['Access'],
        operationId: 'getCaller',
        summary: 'What is this token good for?',
        description: 'Whose it is, its scopes, for whom it may act, and when it ends.',
        response: { 200: whoamiSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { kind, clientId, expiresAtMs } = principal;
      const common = { kind, clientId, scopes: [...principal.scopes], expiresAt: isoTime(expiresAtMs) };
      if (principal.kind === 'conversation') return { ...common, participant: principal.participant };
      const { guest, agents } = principal.actAs;
      return { ...common, actAs: { guest, agents: agents === 'everyone' ? agents : [...agents] } };
    },
  );
};

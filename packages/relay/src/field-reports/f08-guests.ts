import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import { epochMsOf } from '../domain/time.ts';
import type { RelayContext, Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { ID_MAX, idSchema } from '../http/v1/conversation-schemas.ts';
import { fieldReport } from './field-report.ts';

const bodySchema = z
  .object({
    deploymentId: idSchema.optional().meta({ description: 'Default: the deployment of the configuration.' }),
    nickname: z.string().max(ID_MAX).optional(),
  })
  .nullish()
  .meta({ id: 'F8Guest', examples: [{ nickname: 'Ada' }] });

const tokenSchema = z.object({
  id: z.string().meta({ description: 'The guest.' }),
  guestToken: z.string(),
  expiresIn: z.number().meta({ description: 'Seconds.', examples: [3_600] }),
});

const guestSchema = tokenSchema
  .extend({
    conversationId: z.string(),
    participantId: z.string(),
    connection: z.object({
      url: z.string().meta({ description: 'Open it as a WebSocket. A secret: it holds the token.' }),
    }),
  })
  .meta({ id: 'F8Created' });

/** F8: a guest made over REST, and its token. */
export const guests: Routes = (app, context) => {
  const { relay, ports } = context;
  app.post(
    '/api/v2/webmessaging/guests',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F8',
          'postGuest',
          'make a guest',
          'Makes a conversation with a guest in it, whom the relay connects to Genesys. The token is for this guest alone: a page may have it. `connection.url` is its WebSocket.',
        ),
        body: bodySchema,
        response: { 201: guestSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      requireGuests(principal);
      const address = hostOf(request);
      const { deploymentId, nickname } = request.body ?? {};
      const [conversationId, id] = [ports.ids.uuid(), ports.ids.uuid()];
      const guest = { kind: 'webmessaging', deploymentId, nickname } as const;
      const { view } = await relay.bind(principal, conversationId, { guest, guestId: id });
      const token = tokenOf(context, principal, view.binding.id);
      const url = connectionUrl(address, id, token.guestToken);
      const participantId = view.binding.guestParticipantId;
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ id, ...token, conversationId, participantId, connection: { url } });
    },
  );

  app.post(
    '/api/v2/webmessaging/guests/:guestId/tokens',
    {
      config: { access: 'bearer', scopes: [] },
      schema: {
        ...fieldReport(
          'F8',
          'postGuestToken',
          'renew a guest’s token',
          'With client credentials, or with a token of F8 while it lives. A token made at `/v1/conversations/{id}/tokens` can’t be renewed by who has it. The old one stays valid until it expires.',
        ),
        params: z.object({ guestId: idSchema }),
        response: { 200: tokenSchema.extend({ connection: z.object({ url: z.string() }) }) },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { guestId: id } = request.params;
      if (principal.kind === 'conversation' && principal.renewable !== true) throw endsWhenItEnds();
      const { id: bindingId, state } = await relay.entitled(principal, guestRef(id), 'guest');
      if (state === 'ended') throw ended();
      const token = tokenOf(context, principal, bindingId);
      const url = connectionUrl(hostOf(request), id, token.guestToken);
      return reply.header('cache-control', 'no-store').send({ id, ...token, connection: { url } });
    },
  );
};

/** How a guest is named in the path: by the id of F8, or the integrator's own. */
export const guestRef = (id: string) => ({ id, kinds: ['guest', 'guest-participant'] }) as const;

/** Before anything is made. */
function requireGuests(principal: Principal): void {
  if (principal.kind === 'conversation' || principal.actAs.guest) return;
  throw new RelayProblem('actor.forbidden', 403, `The client ${principal.clientId} may not act for guests.`, {
    fix: 'Add "guest": true to its actAs in the relay’s configuration.',
  });
}

/** With the scopes of who asks: nobody gives away what it does not have. */
function tokenOf({ access, ports }: RelayContext, { clientId, scopes }: Principal, bindingId: string) {
  const { token, expiresAtMs } = access.conversationToken({
    clientId,
    bindingId,
    participant: 'guest',
    scopes,
    renewable: true,
  });
  return { guestToken: token, expiresIn: Math.max(0, Math.round((expiresAtMs - epochMsOf(ports)) / 1000)) };
}

/**
 * Where the caller has reached the relay itself; behind a proxy that ends TLS the configuration names it (`trustedProxies`).
 * @throws RelayProblem `request.invalid`: asked before anything is made.
 */
function hostOf({ protocol, host }: FastifyRequest): URL {
  const address = `${protocol === 'https' ? 'wss' : 'ws'}://${host}`;
  if (URL.canParse(address)) return new URL(address);
  throw new RelayProblem('request.invalid', 400, 'The Host header of the request is no host.', {
    fix: 'Send the host and port under which the relay was reached.',
  });
}

function connectionUrl(address: URL, guestId: string, token: string): string {
  const url = new URL(`/api/v2/webmessaging/guests/${encodeURIComponent(guestId)}/connection`, address);
  url.searchParams.set('token', token);
  return url.href;
}

const ended = (): RelayProblem =>
  new RelayProblem('conversation.ended', 409, 'The guest’s conversation has ended: a token of it is worth nothing.', {
    fix: 'Make another guest with POST /api/v2/webmessaging/guests.',
  });

/** A token that a server made for a time is not longer-lived because a page has it. */
const endsWhenItEnds = (): RelayProblem =>
  new RelayProblem('actor.forbidden', 403, 'This token can’t be renewed by whoever has it.', {
    fix: 'Let your server make another, with client credentials: POST /v1/conversations/{id}/tokens.',
  });

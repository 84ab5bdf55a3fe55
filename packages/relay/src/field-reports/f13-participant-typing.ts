import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Access } from '../access/access.ts';
import type { SignalResult } from '../domain/commands.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { Routes } from '../http/context.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { signalResultSchema } from '../http/v1/signal-routes.ts';
import { fieldReport } from './field-report.ts';
import { presentParticipant } from './present-participant.ts';

const TOKEN_MAX = 4_096;

const bodySchema = z
  .object({
    conversationId: idSchema,
    participantId: idSchema,
    text: z.unknown().optional().meta({ description: 'Not used, never shown.' }),
  })
  .meta({ id: 'F13Typing', examples: [{ conversationId: 'order-4711', participantId: 'guest' }] });

const WHERE = {
  guest:
    'For the guest: its guest token as "guest_token: <token>", from POST /api/v2/webmessaging/guests (renewed at …/guests/{id}/tokens) or POST /v1/conversations/{id}/tokens.',
  agent:
    'For an agent: "Authorization: Bearer <token>" of a client whose actAs has that agent, from POST /oauth/token; or a token made for that agent at POST /v1/conversations/{id}/tokens.',
} as const;

/** F13: typing of a named participant, by whichever credential is entitled to it. */
export const participantTyping: Routes = (app, { relay, access }) => {
  app.post(
    '/api/v2/conversations/messaging/typing',
    {
      config: { access: 'own', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F13',
          'postParticipantTyping',
          'typing of a named participant',
          'The credential is a guest token in the header `guest_token`, or a bearer token. One that is not entitled to the participant is 401, and the answer says which one is needed and where to get it.',
        ),
        security: [{ clientCredentials: ['signals:write'] }, { bearer: [] }],
        headers: z.object({
          guest_token: z.string().min(1).max(TOKEN_MAX).optional().meta({ description: 'A guest’s token (F8).' }),
        }),
        body: bodySchema,
        response: { 202: signalResultSchema },
      },
    },
    async (request, reply) => {
      const { conversationId: id, participantId } = request.body;
      const type = async (principal: Principal): Promise<SignalResult> => {
        const participant = await presentParticipant(relay, principal, { id }, participantId, { provision: true });
        return relay.typing(principal, { conversation: { id }, participant, typing: true });
      };
      return reply.code(202).send(await byEither(credentialsOf(request, access), type));
    },
  );
};

type Credential = () => Principal;

/** What the request carries, the guest's token first. Not looked at until it is their turn. */
function credentialsOf({ headers }: FastifyRequest, access: Access): readonly Credential[] {
  const { guest_token: guestToken, authorization } = headers;
  return [
    ...(guestToken === undefined ? [] : [() => access.authenticateToken(String(guestToken))]),
    ...(authorization === undefined ? [] : [() => access.authenticate({ authorization })]),
  ];
}

/** By the first credential that may; else what the last was refused with, as 401. */
async function byEither<Result>(
  credentials: readonly Credential[],
  act: (principal: Principal) => Promise<Result>,
): Promise<Result> {
  let refusal = new RelayProblem('credential.missing', 401, 'The call carries no credential.', {
    fix: `${WHERE.guest} ${WHERE.agent}`,
  });
  for (const credential of credentials) {
    try {
      return await act(credential());
    } catch (error) {
      if (!(error instanceof RelayProblem) || !isCredential(error)) throw error;
      refusal = unauthorized(error);
    }
  }
  throw refusal;
}

const isCredential = ({ status, code }: RelayProblem): boolean => status === 401 || code === 'actor.forbidden';

const unauthorized = (problem: RelayProblem): RelayProblem =>
  new RelayProblem(problem.code, 401, problem.message, { fix: `${WHERE.guest} ${WHERE.agent}`, cause: problem });

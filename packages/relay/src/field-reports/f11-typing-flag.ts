import * as z from 'zod';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { signalResultSchema } from '../http/v1/signal-routes.ts';
import { conversationParams, fieldReport, ownActor } from './field-report.ts';

/** F11: typing on and off, as the React client sends it. */
export const typingFlag: Routes = (app, { relay }) => {
  app.post(
    '/api/v2/conversations/messaging/conversations/:conversationId/typing',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F11',
          'postTypingFlag',
          'typing on and off',
          '`true` holds for 10 s unless it is said again. Said too often it is coalesced, never an error.',
        ),
        params: conversationParams,
        body: z.object({ typing: z.boolean() }).meta({ id: 'F11Typing', examples: [{ typing: true }] }),
        response: { 202: signalResultSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const result = await relay.typing(principal, {
        conversation: { id: request.params.conversationId },
        participant: ownActor(principal),
        typing: request.body.typing,
      });
      return reply.code(202).send(result);
    },
  );
};

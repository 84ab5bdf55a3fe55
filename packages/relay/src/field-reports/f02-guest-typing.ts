import * as z from 'zod';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { signalResultSchema } from '../http/v1/signal-routes.ts';
import { conversationParams, fieldReport, ownActor } from './field-report.ts';

const bodySchema = z
  .object({ typing: z.boolean().default(true) })
  .nullish()
  .meta({ id: 'F2Typing', examples: [{}] });

/** F2: the guest types, with an empty body. */
export const guestTyping: Routes = (app, { relay }) => {
  app.post(
    '/api/v2/webmessaging/guests/conversations/:conversationId/typing',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F2',
          'postGuestTyping',
          'the guest types',
          'The body may be empty, with or without a content type; `{"typing":false}` ends it.',
        ),
        params: conversationParams,
        body: bodySchema,
        response: { 202: signalResultSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const result = await relay.typing(principal, {
        conversation: { id: request.params.conversationId },
        participant: ownActor(principal),
        typing: request.body?.typing ?? true,
      });
      return reply.code(202).send(result);
    },
  );
};

import * as z from 'zod';
import { RelayProblem } from '../domain/problem.ts';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { signalResultSchema } from '../http/v1/signal-routes.ts';
import { fieldReport, requireSame } from './field-report.ts';
import { TypingGap } from './typing-gap.ts';

/** Least time between two `typing` of one session: the limit that the Node.js program keeps, and expects to be kept. */
const SESSION_TYPING_GAP_MS = 2_000;
/** Who types each 2 s by a clock of its own comes a little early now and then: the way is not always equally long. */
const JITTER_MS = 200;
const DURATION_MIN_MS = 100;
const DURATION_MAX_MS = 10_000;
const DURATION_DEFAULT_MS = 3_000;

const DURATION_RULE = `must be a whole number of milliseconds from ${DURATION_MIN_MS} to ${DURATION_MAX_MS}`;

const bodySchema = z
  .object({
    sessionId: z.guid('must be a UUID of 36 characters'),
    guestId: idSchema.optional(),
    type: z.enum(['typing', 'paused', 'typing_stopped']),
    duration: z
      .int(DURATION_RULE)
      .min(DURATION_MIN_MS, DURATION_RULE)
      .max(DURATION_MAX_MS, DURATION_RULE)
      .default(DURATION_DEFAULT_MS),
  })
  .meta({
    id: 'F5Typing',
    examples: [{ sessionId: '5b8f3a52-6f0e-4f43-9d2c-0a2a4a6b8c10', guestId: 'guest-1', type: 'typing' }],
  });

/** F5: typing of a guest in a session, as the Node.js broadcaster sends it. */
export const sessionTyping: Routes = (app, { relay, ports }) => {
  const gap = new TypingGap(ports.clock, SESSION_TYPING_GAP_MS - JITTER_MS);
  app.post(
    '/api/v2/messaging/guests/:guestId/typing',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F5',
          'postSessionTyping',
          'typing of a guest in a session',
          'At most one `typing` in 2 s for each session: else 429 with `Retry-After`. `paused` and `typing_stopped` are never refused. Guest and session must belong together; a session that was made automatically is the first guest’s who is named with it.',
        ),
        params: z.object({ guestId: idSchema }),
        body: bodySchema,
        response: { 202: signalResultSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { guestId } = request.params;
      const { sessionId, type, duration: durationMs } = request.body;
      requireSame('guestId', request.body.guestId, guestId);
      const { id, conversationId } = await relay.conversationOfGuest(principal, { id: sessionId }, guestId);
      // Whoever may not type for the guest has been refused by now: only typing takes the session's turn.
      const typing = type === 'typing';
      const waitMs = typing ? gap.use(id) : 0;
      if (waitMs > 0) throw tooFast(waitMs + JITTER_MS);
      const conversation = { id: conversationId, kinds: ['conversation'] } as const;
      return reply
        .code(202)
        .send(await relay.typing(principal, { conversation, participant: 'guest', typing, durationMs }));
    },
  );
};

const tooFast = (retryAfterMs: number): RelayProblem =>
  new RelayProblem(
    'rate.limited',
    429,
    'This session takes one "typing" in 2 s, and the last was less than that ago.',
    {
      fix: 'Wait as long as Retry-After says; an indicator lives for its duration meanwhile.',
      retryAfterMs,
    },
  );

import * as z from 'zod';
import type { Routes } from './context.ts';
import type { PrometheusMetrics } from './prometheus.ts';

/** Why the relay can't do its work at this moment; empty when it can. */
export type Readiness = () => readonly string[];

/** For whoever runs the relay: is it alive, can it work, what does it count. No answer names a client or a conversation. */
export const healthRoutes =
  (metrics: PrometheusMetrics, readiness: Readiness): Routes =>
  (app) => {
    const config = { access: 'public' } as const;
    app.get(
      '/healthz',
      {
        config,
        schema: {
          tags: ['Operation'],
          operationId: 'getHealth',
          summary: 'Is the process alive?',
          description: 'Answers as long as the process does. Restart it when it does not.',
          response: { 200: z.object({ status: z.literal('alive') }) },
        },
      },
      async () => ({ status: 'alive' as const }),
    );
    const readySchema = z.object({ status: z.enum(['ready', 'not ready']), reasons: z.array(z.string()) });
    app.get(
      '/readyz',
      {
        config,
        schema: {
          tags: ['Operation'],
          operationId: 'getReadiness',
          summary: 'Can it work?',
          description:
            '200 when the store is open and Genesys has given a token (if the relay speaks for agents); else 503 with the reasons. Send it no traffic meanwhile; what it has accepted is not lost.',
          response: { 200: readySchema, 503: readySchema },
        },
      },
      async (_request, reply) => {
        const reasons = [...readiness()];
        if (reasons.length === 0) return { status: 'ready' as const, reasons };
        return reply.code(503).send({ status: 'not ready' as const, reasons });
      },
    );
    app.get(
      '/metrics',
      {
        config,
        schema: {
          tags: ['Operation'],
          operationId: 'getMetrics',
          summary: 'What is counted',
          description: 'In the text format of Prometheus. No label carries an id, a name or a text.',
          produces: ['text/plain'],
        },
      },
      async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
    );
  };

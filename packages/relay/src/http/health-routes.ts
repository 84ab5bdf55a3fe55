import * as z from 'zod';
import type { Health } from '../legs/health.ts';
import type { Routes } from './context.ts';
import type { PrometheusMetrics } from './prometheus.ts';

/** What keeps the relay from its work at this moment, or from a part of it. */
export type Readiness = () => Health;

/** Why nothing but another process can help; nothing while this one can. */
export type Failure = () => string | undefined;

/** For whoever runs the relay: is it alive, can it work, what does it count. No answer names a client or a conversation. */
export const healthRoutes =
  (metrics: PrometheusMetrics, readiness: Readiness, failure: Failure): Routes =>
  (app) => {
    const config = { access: 'public' } as const;
    const failedSchema = z.object({ status: z.literal('failed'), reason: z.string() });
    app.get(
      '/healthz',
      {
        config,
        schema: {
          tags: ['Operation'],
          operationId: 'getHealth',
          summary: 'Is the process alive?',
          description:
            '200 as long as the process can do its work, or will be able to: restart it when this does not answer, or answers 503, which is when its store has failed for good.',
          response: { 200: z.object({ status: z.literal('alive') }), 503: failedSchema },
        },
      },
      async (_request, reply) => {
        const reason = failure();
        if (reason === undefined) return { status: 'alive' as const };
        return reply.code(503).send({ status: 'failed' as const, reason });
      },
    );
    const readySchema = z.object({
      status: z.enum(['ready', 'not ready']),
      reasons: z.array(z.string()).meta({ description: 'Why it can’t work; empty when it can.' }),
      warnings: z
        .array(z.string())
        .meta({ description: 'What keeps it from a part of its work, and wants somebody to look.' }),
    });
    app.get(
      '/readyz',
      {
        config,
        schema: {
          tags: ['Operation'],
          operationId: 'getReadiness',
          summary: 'Can it work?',
          description:
            '200 when the store is open, Genesys knows the configured deployment, and at least one agent can be spoken for (if the relay speaks for agents); else 503 with the reasons. Send it no traffic meanwhile; what it has accepted is not lost. What concerns some conversations or agents alone stands in `warnings`, and the relay stays ready.',
          response: { 200: readySchema, 503: readySchema },
        },
      },
      async (_request, reply) => {
        const health = readiness();
        const [reasons, warnings] = [[...health.reasons], [...health.warnings]];
        if (reasons.length === 0) return { status: 'ready' as const, reasons, warnings };
        return reply.code(503).send({ status: 'not ready' as const, reasons, warnings });
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

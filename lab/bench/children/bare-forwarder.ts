// The least that a service between a caller and Genesys can do: fastify takes a request, undici sends one on, no logic.
import { fastify } from 'fastify';
import { Pool } from 'undici';
import { processorSeconds, serve } from '../support/child.ts';

const [genesysUrl = ''] = process.argv.slice(2);
/** As many as requests are in flight. */
const CONNECTIONS = 64;

const pool = new Pool(genesysUrl, { connections: CONNECTIONS });
const app = fastify();
const headers = { authorization: 'Bearer stub-token', accept: 'application/json', 'content-type': 'application/json' };

app.post<{ Params: { id: string }; Body: { durationMs: number } }>(
  '/v1/conversations/:id/typing',
  async ({ params, body }, reply) => {
    const path = `/api/v2/conversations/messages/${params.id}/communications/communication-${params.id}/typing`;
    const typing = { type: 'On', duration: body.durationMs };
    const answer = await pool.request({ method: 'POST', path, headers, body: JSON.stringify({ typing }) });
    await answer.body.text();
    return reply.code(202).send({ outcome: 'sent', status: answer.statusCode, conversationId: params.id });
  },
);
const url = await app.listen({ host: '127.0.0.1', port: 0 });

serve({ url, token: '' }, { processorSeconds });

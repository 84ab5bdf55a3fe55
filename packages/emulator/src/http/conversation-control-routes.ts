import { explainProblem, parseContent } from '@backchannel/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ControlledEmulator } from '../control.ts';

const refuse = (reply: FastifyReply, status: number, code: string, text: string): FastifyReply =>
  reply.code(status).send({ status, code, message: `${code}: ${text}` });

const EXAMPLE =
  '{"from":"bot","text":"Pick a topic","content":[{"contentType":"QuickReply","quickReply":{"text":"Billing","payload":"BILLING"}}]}';

/**
 * What the platform's API has no call for, or only through flows that the emulator does not run: a bot's words, structured
 * messages, and the end of a conversation.
 */
export function conversationControlRoutes(app: FastifyInstance, emulator: ControlledEmulator): void {
  app.post('/_emulator/conversations/:id/messages', async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    const { from = 'bot', text = '', content } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    if ((from !== 'bot' && from !== 'agent') || typeof text !== 'string') {
      return refuse(reply, 400, 'body.invalid', `from is "bot" or "agent", and text is text. For example ${EXAMPLE}`);
    }
    const items = content === undefined ? undefined : parseContent(content);
    if (items !== undefined && !items.ok) {
      const problem = explainProblem(items.problem).replace('$', '$.content');
      return refuse(reply, 400, 'body.invalid', `${problem}. For example ${EXAMPLE}`);
    }
    if (text === '' && (items === undefined || items.value.length === 0)) {
      return refuse(reply, 400, 'body.invalid', `A message needs text or content. For example ${EXAMPLE}`);
    }
    const said = emulator.say(id, { from, text, content: items?.value });
    return said === undefined ? unknown(reply, id) : reply.code(201).send(said);
  });

  app.post('/_emulator/conversations/:id/disconnect', async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    return emulator.disconnect(id) ? reply.code(204).send() : unknown(reply, id);
  });
}

const unknown = (reply: FastifyReply, id: string): FastifyReply =>
  refuse(
    reply,
    404,
    'conversation.unknown',
    `There is no open conversation ${JSON.stringify(id.slice(0, 60))}: GET /_emulator/conversations lists them.`,
  );

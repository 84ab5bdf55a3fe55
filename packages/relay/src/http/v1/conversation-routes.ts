import * as z from 'zod';
import type { BindRequest } from '../../domain/binding.ts';
import type { Routes } from '../context.ts';
import { principalOf } from '../route-access.ts';
import { conversationBody } from './conversation-body.ts';
import {
  bindSchema,
  conversationPath,
  conversationSchema,
  conversationsQuery,
  conversationsSchema,
} from './conversation-schemas.ts';

const tags = ['Conversations'];

/** The conversations of a client: made, looked at, ended. */
export const conversationRoutes: Routes = (app, { relay }) => {
  app.put(
    '/v1/conversations/:id',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        tags,
        operationId: 'putConversation',
        summary: 'Make a conversation',
        description:
          'Ties your own id to a guest session on Genesys, which the relay opens and keeps: it reconnects, and resumes after a restart. Idempotent: the second call finds the first one’s conversation (200), and is 409 where it says something else of the guest than the first. The body may be empty.',
        params: conversationPath,
        body: bindSchema,
        response: { 200: conversationSchema, 201: conversationSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const bind: BindRequest = request.body ?? { guest: { kind: 'webmessaging' } };
      const { created, view } = await relay.bind(principalOf(request), id, bind);
      if (created) reply.code(201).header('location', `/v1/conversations/${encodeURIComponent(id)}`);
      return conversationBody(view);
    },
  );

  app.get(
    '/v1/conversations/:id',
    {
      config: { access: 'bearer', scopes: ['signals:read'] },
      schema: {
        tags,
        operationId: 'getConversation',
        summary: 'Look at a conversation',
        description:
          'Who takes part, who types, how far everybody has read, what waits. Any of its names will do as id.',
        params: conversationPath,
        response: { 200: conversationSchema },
      },
    },
    async (request) => conversationBody(await relay.conversation(principalOf(request), { id: request.params.id })),
  );

  app.delete(
    '/v1/conversations/:id',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        tags,
        operationId: 'deleteConversation',
        summary: 'End the relay’s part',
        description:
          'The guest’s connection is closed once every message that waits has been delivered. The conversation on Genesys goes on until an agent or the platform ends it. Its id can be used again.',
        params: conversationPath,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await relay.unbind(principalOf(request), { id: request.params.id });
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/conversations',
    {
      config: { access: 'bearer', scopes: ['signals:read'] },
      schema: {
        tags,
        operationId: 'getConversations',
        summary: 'List conversations',
        description: 'The newest of this client, newest first. Each can also be asked for by itself.',
        querystring: conversationsQuery,
        response: { 200: conversationsSchema },
      },
    },
    async (request) => {
      const views = await relay.conversations(principalOf(request), request.query.limit);
      return { conversations: views.map(conversationBody) };
    },
  );
};

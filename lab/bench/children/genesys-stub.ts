// A Genesys that knows every conversation by its id and answers at once: what a relay costs is then not the platform's.
// A conversation's id is `{agent's user id}.{number}`: the agent is connected to it.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { processorSeconds, serve } from '../support/child.ts';

const TIME = '2026-01-05T12:00:00.000Z';
const TYPING = /^\/api\/v2\/conversations\/messages\/[^/]+\/communications\/[^/]+\/typing$/;
const CONVERSATION = /^\/api\/v2\/conversations\/([^/]+)$/;
const CONFIGURATION = /^\/webdeployments\/v1\/deployments\/([^/]+)\/config\.json$/;
const SUBSCRIPTIONS = /^\/api\/v2\/notifications\/channels\/[^/]+\/subscriptions$/;

/** Typing that arrived: requests of agents and frames of guests. */
let typings = 0;
let messages = 0;
let url = '';

const conversation = (id: string) => ({
  id,
  startTime: TIME,
  participants: [
    {
      id: `customer-${id}`,
      purpose: 'customer',
      attributes: {},
      messages: [{ id: `leg-${id}`, state: 'connected', type: 'webmessaging', messages: [] }],
    },
    {
      id: `agent-${id}`,
      purpose: 'agent',
      userId: id.slice(0, id.lastIndexOf('.')),
      attributes: {},
      messages: [{ id: `communication-${id}`, state: 'connected', type: 'webmessaging', messages: [] }],
    },
  ],
});

const message = (text: string) => {
  messages += 1;
  const id = `message-${messages}`;
  return { id, direction: 'outbound', timestamp: TIME, status: 'queued', normalizedMessage: { id, text } };
};

function answer(method: string, path: string, body: string): unknown {
  if (TYPING.test(path)) {
    typings += 1;
    return {};
  }
  // Of the field documents: their activity check and their webhook. No Genesys has them.
  if (path.startsWith('/api/v2/messaging/sessions/')) return { id: path.slice(27), status: 'ACTIVE' };
  if (path === '/webhook') return {};
  if (path === '/oauth/token') return { access_token: 'stub-token', token_type: 'bearer', expires_in: 86_400 };
  if (path === '/api/v2/notifications/channels') {
    return {
      id: 'channel',
      connectUri: `${url.replace('http', 'ws')}/channels/channel`,
      expires: new Date(Date.now() + 86_400_000).toISOString(),
    };
  }
  if (SUBSCRIPTIONS.test(path)) {
    return { entities: JSON.parse(body).map(({ id }: { id: string }) => ({ id, state: 'Permitted' })) };
  }
  const [, conversationId] = CONVERSATION.exec(path) ?? [];
  if (conversationId !== undefined) return conversation(conversationId);
  const [, deploymentId] = CONFIGURATION.exec(path) ?? [];
  if (deploymentId !== undefined) {
    const conversations = { showUserTypingIndicator: true, autoStart: { enabled: true } };
    return { id: deploymentId, version: '1', status: 'Active', messenger: { apps: { conversations } } };
  }
  if (method === 'POST' && path.endsWith('/messages')) return message(JSON.parse(body).textBody);
  return undefined;
}

function send(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value ?? { status: 404, code: 'not.found', message: 'The stub has no such thing.' });
  response.writeHead(value === undefined ? 404 : 200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

const server = createServer((request, response) => {
  const { method = '', url: target = '' } = request;
  const [path = ''] = target.split('?', 1);
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => send(response, answer(method, path, body)));
});
server.keepAliveTimeout = 120_000;

const frame = (name: string, type: 'response' | 'message', tracingId: unknown, body: object) =>
  JSON.stringify({ type, class: name, code: 200, tracingId, body });

new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, { url: path = '' }) => {
  if (path.startsWith('/channels/')) return;
  socket.on('message', (data) => {
    const { action, tracingId, message: said } = JSON.parse(String(data));
    if (action === 'configureSession') {
      socket.send(
        frame('SessionResponse', 'response', tracingId, { connected: true, newSession: true, readOnly: false }),
      );
    } else if (action === 'onMessage' && said.type === 'Event') {
      if (said.events[0]?.eventType === 'Typing') typings += 1;
    } else {
      messages += 1;
      const id = `message-${messages}`;
      const copy = { id, type: 'Text', direction: 'Inbound', text: said?.text ?? 'ping', originatingEntity: 'Human' };
      socket.send(
        frame('StructuredMessage', 'message', tracingId, { ...copy, channel: { time: TIME, messageId: id } }),
      );
    }
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

serve({ url }, { typings: () => typings, messages: () => messages, processorSeconds });

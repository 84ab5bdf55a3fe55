import { hostsAt } from '@backchannel/client';
import {
  AgentPlatform,
  type AgentPlatformOptions,
  AgentSession,
  type AgentSessionOptions,
} from '@backchannel/client/agent';
import { type FakeAnswer, FakePorts, type FakeRequest } from './fake-ports.ts';

interface Stored {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly text: string | undefined;
  readonly timestamp: string;
}

const REFUSALS: Record<number, string> = {
  401: 'bad.credentials',
  404: 'not.found',
  429: 'too.many.requests.retry.after',
};

/** The smallest platform that an agent can talk to, in memory. It shares nothing with the code under test but the wire. */
export class Platform {
  readonly ports = new FakePorts((request) => this.#answer(request));
  readonly messages: Stored[] = [];
  /** Conversations that the platform has, by id, with the communication of the agent's leg. */
  readonly conversations = new Map<string, string>();
  /** Answers that come before all others, once each. */
  readonly next: ((request: FakeRequest) => FakeAnswer | Error | undefined | 'pass')[] = [];
  agentParticipant = 'participant-agent';
  /** Whose a conversation is. */
  userOf: (conversationId: string) => string = () => 'user-1';
  tokens = ['good'];
  automatic = true;
  #clockMs = Date.UTC(2026, 0, 5, 10);

  constructor() {
    this.ports.onsocket = (socket) => queueMicrotask(() => this.automatic && socket.readyState === 0 && socket.open());
  }

  session(options: Partial<AgentSessionOptions> = {}): AgentSession {
    return new AgentSession({ hosts: hostsAt('http://test.invalid'), token: 'good', ports: this.ports, ...options });
  }

  /** What many agents share. */
  shared(options: Partial<AgentPlatformOptions> = {}): AgentPlatform {
    return new AgentPlatform({ hosts: hostsAt('http://test.invalid'), token: 'good', ports: this.ports, ...options });
  }

  requests(suffix: string): FakeRequest[] {
    return this.ports.requests.filter(({ method, path }) => `${method} ${path}`.endsWith(suffix));
  }

  refuse(status: number, headers?: Record<string, string>): FakeAnswer {
    const code = REFUSALS[status] ?? 'error';
    return {
      status,
      body: { message: `Refused: ${code}`, code, status, contextId: 'context-1' },
      ...(headers && { headers }),
    };
  }

  store(direction: Stored['direction'], text: string | undefined): Stored {
    this.#clockMs += 1_000;
    const stored = {
      id: `m-${this.messages.length + 1}`,
      direction,
      text,
      timestamp: new Date(this.#clockMs).toISOString(),
    };
    this.messages.push(stored);
    return stored;
  }

  /** Tells the agent of the conversation, with a reference to every message. */
  notify(conversationId: string, agentState = 'connected', userId = 'user-1'): void {
    const references = (direction: Stored['direction']) =>
      this.messages
        .filter((each) => each.direction === direction)
        .map(({ id, timestamp }) => ({ message: { id }, messageTime: timestamp }));
    this.frame({
      topicName: `v2.users.${userId}.conversations.messages`,
      eventBody: {
        id: conversationId,
        participants: [
          { id: 'participant-guest', purpose: 'customer', state: 'connected', messages: references('inbound') },
          {
            id: this.agentParticipant,
            purpose: 'agent',
            state: agentState,
            user: { id: userId },
            messages: references('outbound'),
          },
        ],
      },
    });
  }

  guestTypes(conversationId: string, duration?: number, userId = 'user-1'): void {
    const events = [{ eventType: 'Typing', typing: { type: 'On', duration } }];
    this.frame({
      topicName: `v2.users.${userId}.conversations.inbound.typing.event`,
      eventBody: { conversationId, normalizedMessage: { type: 'Event', direction: 'Inbound', events } },
    });
  }

  frame(value: unknown): void {
    this.ports.socket.frame(value);
  }

  #message({ id, direction, text, timestamp }: Stored): unknown {
    const normalizedMessage = { text, originatingEntity: 'Human' };
    return { id, conversationId: 'c-1', direction, timestamp, status: 'received', normalizedMessage };
  }

  #answer(request: FakeRequest): FakeAnswer | Error | undefined {
    const answer = this.next[0]?.(request);
    if (answer !== 'pass' && this.next.shift()) return answer;
    const { method, path, headers } = request;
    if (path === '/oauth/token')
      return { body: { access_token: this.tokens[0], token_type: 'bearer', expires_in: 86_400 } };
    if (!this.tokens.includes(headers.get('authorization')?.replace('Bearer ', '') ?? '')) return this.refuse(401);
    if (path === '/api/v2/users/me') return { body: { id: 'user-1', name: 'Ana' } };
    if (path === '/api/v2/notifications/channels') {
      const id = `channel-${this.requests('POST /api/v2/notifications/channels').length}`;
      return { body: { id, connectUri: `ws://test.invalid/channels/${id}` } };
    }
    if (path.endsWith('/subscriptions')) {
      const topics = JSON.parse(request.body) as { id: string }[];
      return { body: { entities: topics.map(({ id }) => ({ id, state: 'Permitted' })) } };
    }
    if (path === '/api/v2/conversations/messages') {
      return { body: { entities: [...this.conversations.keys()].map((id) => ({ id })) } };
    }
    // /api/v2/conversations/{id}, or /api/v2/conversations/messages/{id}/communications/{leg}/…
    const [, , , , second = '', third = '', , leg] = path.split('/');
    if (second !== 'messages') return this.#conversation(second);
    if (path.endsWith('/messages/bulk')) {
      const ids = JSON.parse(request.body) as string[];
      const found = this.messages.filter(({ id }) => ids.includes(id));
      return { body: { entities: found.map((each) => this.#message(each)).reverse() } };
    }
    if (method === 'GET') {
      const stored = this.messages.find(({ id }) => path.endsWith(`/messages/${id}`));
      return stored ? { body: this.#message(stored) } : this.refuse(404);
    }
    if (this.conversations.get(third) !== leg) return this.refuse(404);
    if (path.endsWith('/typing')) return { status: 204 };
    return { body: this.#message(this.store('outbound', (JSON.parse(request.body) as { textBody: string }).textBody)) };
  }

  #conversation(id: string): FakeAnswer {
    const communication = this.conversations.get(id);
    if (communication === undefined) return this.refuse(404);
    const leg = (direction: Stored['direction']) =>
      this.messages
        .filter((each) => each.direction === direction)
        .map((each) => ({ messageId: each.id, messageTime: each.timestamp }));
    const guest = { id: 'leg-guest', state: 'connected', messages: leg('inbound') };
    const agent = { id: communication, state: communication ? 'connected' : 'disconnected', messages: leg('outbound') };
    return {
      body: {
        id,
        participants: [
          { id: 'participant-guest', purpose: 'customer', name: 'Gus', messages: [guest] },
          ...(communication
            ? [{ id: this.agentParticipant, purpose: 'agent', userId: this.userOf(id), messages: [agent] }]
            : []),
        ],
      },
    };
  }
}

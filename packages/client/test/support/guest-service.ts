import { hostsAt } from '@backchannel/client';
import { GuestSession, type GuestSessionOptions } from '@backchannel/client/guest';
import { FakePorts } from './fake-ports.ts';
import type { ScriptedSocket } from './scripted-socket.ts';

type Frame = Record<string, unknown>;

interface Stored {
  readonly id: string;
  readonly direction: 'Inbound' | 'Outbound';
  readonly text: string;
  readonly time: string;
}

/**
 * The smallest service that a guest can talk to, in memory, doing what it is told: each switch makes one thing go wrong.
 * It shares nothing with the code under test but the wire.
 */
export class GuestService {
  readonly ports = new FakePorts((request) => this.#answer(request.path, request.query));
  readonly config = { showAgentTypingIndicator: true, showUserTypingIndicator: true, autoStart: false };
  readonly transcript: Stored[] = [];
  /** Texts of the guest that arrived, in whichever session. */
  readonly arrived: string[] = [];
  /** Typing that arrived while no conversation was open: on the platform it would have opened one. */
  typingThatOpens = 0;
  /** The history does not answer. */
  stallsHistory = false;
  newSession = true;
  readOnly = false;
  /** What else stands in a SessionResponse, and in the metadata of the answer to a health check. */
  life: { durationSeconds?: number; expirationDate?: number } = {};
  /** Sockets open by themselves, and requests are answered by themselves. */
  automatic = true;
  /** Copies of messages don't come back although the messages have arrived. */
  losesCopies = false;
  /** Messages get lost on their way. */
  losesMessages = false;
  breaksHistory = false;
  #clockMs = Date.UTC(2026, 0, 5, 10);

  constructor() {
    this.ports.onsocket = (socket) => {
      socket.onsent = (frame) => this.automatic && this.handle(socket, frame);
      if (this.automatic) queueMicrotask(() => socket.readyState === 0 && socket.open());
    };
  }

  session(options: Partial<GuestSessionOptions> = {}): GuestSession {
    return new GuestSession({
      hosts: hostsAt('http://test.invalid'),
      deploymentId: 'deployment-1',
      ports: this.ports,
      ...options,
    });
  }

  /** Every frame of every connection that the client sent, of one kind. */
  sent(action: string): Frame[] {
    return this.ports.sockets.flatMap((socket) => socket.sent).filter((frame) => frame.action === action);
  }

  typingFrames(): Frame[] {
    return this.sent('onMessage').filter((frame) => JSON.stringify(frame).includes('"Typing"'));
  }

  texts(): Frame[] {
    return this.sent('onMessage').filter((frame) => JSON.stringify(frame).includes('"Text"'));
  }

  handle(socket: ScriptedSocket, frame: Frame): void {
    const { action, tracingId } = frame;
    const respond = (name: string, body: unknown, code = 200) =>
      queueMicrotask(
        () => socket.readyState === 1 && socket.frame({ type: 'response', class: name, code, tracingId, body }),
      );
    if (action === 'configureSession') {
      const { newSession, readOnly, life } = this;
      respond('SessionResponse', { connected: true, newSession, readOnly, ...life });
      this.newSession = false;
    }
    if (action === 'getJwt') respond('JwtResponse', { jwt: 'a.b.c', exp: 1 });
    if (action === 'echo')
      respond('StructuredMessage', {
        id: 'echo',
        type: 'Text',
        direction: 'Inbound',
        text: 'ping',
        channel: { messageId: 'echo' },
        metadata: Object.fromEntries(Object.entries(this.life).map(([name, value]) => [name, String(value)])),
      });
    const message = frame.message as { type?: string; text?: string } | undefined;
    if (action === 'onMessage' && message?.type === 'Event' && this.transcript.length === 0) this.typingThatOpens++;
    if (action !== 'onMessage' || message?.type !== 'Text' || this.losesMessages) return;
    const { text = '' } = message;
    this.arrived.push(text);
    const stored = this.store('Inbound', text);
    if (!this.losesCopies) queueMicrotask(() => socket.readyState === 1 && socket.frame(this.copy(stored, tracingId)));
  }

  /** A message comes to be in the conversation; nobody is told. */
  store(direction: Stored['direction'], text: string): Stored {
    this.#clockMs += 1_000;
    const stored = {
      id: `m-${this.transcript.length + 1}`,
      direction,
      text,
      time: new Date(this.#clockMs).toISOString(),
    };
    this.transcript.push(stored);
    return stored;
  }

  /** The service forgets the session, and counts from the start when the guest comes again. */
  restart(): void {
    this.transcript.length = 0;
    this.newSession = true;
    this.#clockMs = Date.UTC(2026, 0, 5, 10);
  }

  /** The frame that shows a message. */
  copy({ id, direction, text, time }: Stored, tracingId?: unknown): Frame {
    const body = {
      id: `server-${id}`,
      type: 'Text',
      direction,
      text,
      channel: { messageId: id, time, from: { nickname: 'Ana' } },
    };
    return { type: 'message', class: 'StructuredMessage', code: 200, tracingId, body };
  }

  /** The agent writes. */
  agentSays(text: string): Stored {
    const stored = this.store('Outbound', text);
    this.ports.socket.frame(this.copy(stored));
    return stored;
  }

  agentTypes(duration?: number, time?: string): void {
    this.ports.socket.frame(this.event({ eventType: 'Typing', typing: { type: 'On', duration } }, undefined, time));
  }

  event(event: Frame, metadata?: Record<string, string>, time?: string): Frame {
    const body = {
      id: 'event',
      type: 'Event',
      direction: 'Outbound',
      events: [event],
      channel: { from: { nickname: 'Ana' }, time },
      metadata,
    };
    return { type: 'message', class: 'StructuredMessage', code: 200, body };
  }

  #answer(path: string, query: URLSearchParams) {
    if (path.endsWith('/config.json')) {
      const { autoStart, ...flags } = this.config;
      const conversations = { ...flags, autoStart: { enabled: autoStart } };
      return { body: { id: 'deployment-1', messenger: { apps: { conversations } } } };
    }
    if (path === '/api/v2/webmessaging/messages') {
      if (this.stallsHistory) return undefined;
      if (this.breaksHistory)
        return { status: 500, body: { message: 'broken', code: 'internal.server.error', status: 500 } };
      const size = Number(query.get('pageSize'));
      const start = (Number(query.get('pageNumber')) - 1) * size;
      const entities = this.transcript.toReversed().slice(start, start + size);
      return { body: { entities: entities.map((stored) => this.copy(stored).body) } };
    }
    return { status: 404, body: { message: 'no', code: 'not.found', status: 404 } };
  }
}

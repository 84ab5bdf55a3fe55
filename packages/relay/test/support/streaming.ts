import { once } from 'node:events';
import { startRelay } from '@backchannel/relay';
import { WebSocket } from 'ws';
import { FakeClock } from '../../../client/test/support/fake-clock.ts';
import type { RelaySettings } from '../../src/config/settings.ts';
import { relaySettings } from './relay-settings.ts';
import { ScriptedLegs } from './scripted-legs.ts';

const START_MS = Date.parse('2026-11-21T12:00:00.000Z');

/** A frame as a client gets it; tests look at members by name. */
export type Got = Readonly<Record<string, unknown>> & { readonly type: string };

/** One end of something that brings frames: keeps them all, and waits for what is to come. */
class Inbox {
  readonly frames: Got[] = [];
  #heard = () => {};

  add(frame: Got): void {
    this.frames.push(frame);
    this.#heard();
  }

  /** The first frame that fits, now or later. The test's own time limit ends a wait for one that never comes. */
  async find(fits: (frame: Got) => boolean): Promise<Got> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  ofType(type: string): Promise<Got> {
    return this.find((frame) => frame.type === type);
  }

  /** The answer to the command with this id. */
  answer(id: string): Promise<Got> {
    return this.find((frame) => frame.id === id);
  }

  /** Kinds and places of the events so far. */
  get events(): readonly string[] {
    return this.frames.filter(({ type }) => type === 'event').map(({ kind, sequence }) => `${kind} ${sequence ?? '-'}`);
  }
}

export class SocketClient extends Inbox {
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    super();
    this.socket = new WebSocket(url, { headers });
    this.socket.on('message', (data) => this.add(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  get opened(): Promise<unknown> {
    return this.socket.readyState === WebSocket.OPEN ? Promise.resolve() : once(this.socket, 'open');
  }

  async say(...frames: readonly (object | string)[]): Promise<void> {
    await this.opened;
    for (const frame of frames) this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }
}

class ServerSentClient extends Inbox {
  readonly response: Response;
  /** `id:` of the last event. */
  lastId: string | undefined;
  comments = 0;
  readonly ended: Promise<void>;

  constructor(response: Response) {
    super();
    this.response = response;
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    this.ended = isStream ? this.#read().catch(() => undefined) : Promise.resolve(); // a connection that breaks has ended
  }

  async #read(): Promise<void> {
    let text = '';
    for await (const chunk of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = `${text}${chunk}`.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block.split('\n'));
    }
  }

  #take(lines: readonly string[]): void {
    for (const line of lines) {
      if (line.startsWith(':')) this.comments += 1;
      if (line.startsWith('id: ')) this.lastId = line.slice(4);
      if (line.startsWith('data: ')) this.add(JSON.parse(line.slice(6)));
    }
  }
}

/**
 * A relay with real sockets, a scripted platform and a clock that stands still: heartbeats, expiries and patience pass when
 * the test says so. `platform`: what the platform knows from an earlier relay.
 */
export async function startStreaming(changes: Partial<RelaySettings> = {}, platform?: ScriptedLegs) {
  const clock = new FakeClock();
  const startMs = clock.now();
  const wallTime = () => new Date(START_MS + clock.now() - startMs).toISOString();
  const legs = new ScriptedLegs(platform);
  const relay = await startRelay(relaySettings(changes), { ports: { clock, wallTime }, legs });
  const clients: SocketClient[] = [];

  async function call(method: string, path: string, { token, body }: { token: string; body?: object }) {
    return fetch(`${relay.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  async function tokenOf(clientId = 'main', scope?: string): Promise<string> {
    const answer = await fetch(`${relay.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: 'test-secret',
        ...(scope !== undefined && { scope }),
      }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  const token = await tokenOf();
  const streamUrl = `${relay.url.replace('http', 'ws')}/v1/stream`;

  function connect(query = '', headers?: Readonly<Record<string, string>>): SocketClient {
    const socket = new SocketClient(`${streamUrl}${query}`, headers);
    clients.push(socket);
    return socket;
  }

  return {
    relay,
    legs,
    clock,
    token,
    tokenOf,
    call,
    connect,
    /** A socket that has said who it is and has been greeted. */
    async stream(frame: object = {}): Promise<SocketClient> {
      const client = connect();
      await client.say({ type: 'authenticate', token, ...frame });
      await client.ofType('authenticated');
      return client;
    },
    async events(id: string, { headers = {}, query = '' }: { headers?: Record<string, string>; query?: string } = {}) {
      const authorization = `Bearer ${token}`;
      return new ServerSentClient(
        await fetch(`${relay.url}/v1/conversations/${id}/events${query}`, { headers: { authorization, ...headers } }),
      );
    },
    bind: (id = 'c1') => call('PUT', `/v1/conversations/${id}`, { token, body: {} }),
    /** Somebody of the platform's writes; the relay tells it as an event. */
    says: (text: string, id = 'c1') => {
      const conversation = legs.of(id);
      conversation.tell(conversation.store('bot', text));
    },
    async [Symbol.asyncDispose]() {
      const closed = relay.close();
      // Who stops waits for sockets with a patience of the clock's.
      const passing = setInterval(() => void clock.advance(1_000), 5);
      await closed;
      clearInterval(passing);
      for (const { socket } of clients) socket.terminate();
    },
  };
}

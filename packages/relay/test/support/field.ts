import { once } from 'node:events';
import { type RelaySettings, startRelay } from '@backchannel/relay';
import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Genesys, startGenesys } from './genesys.ts';
import { relaySettings } from './relay-settings.ts';

/** Connects, routing and messages take some hundred milliseconds; these bounds only end a test that hangs. */
export const PATIENCE = { timeout: 10_000, interval: 10 };

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look at members by name; a wrong one is a failing test.
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is what each test finds out
  readonly body: any;
}

/** A frame of F8 or F10. */
export interface FieldEvent {
  readonly event_type: string;
  readonly conversation_id: string;
  readonly message_id?: string;
  readonly participant_id: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A WebSocket as people write it: sends objects, keeps what comes. */
export class FieldClient {
  readonly socket: WebSocket;
  readonly events: FieldEvent[] = [];
  readonly closed: Promise<number>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on('message', (data) => this.events.push(JSON.parse(String(data))));
    this.closed = once(this.socket, 'close').then(([code]) => code);
  }

  async say(...frames: readonly (object | string)[]): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    for (const frame of frames) this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    return this;
  }

  /** What was told, in short words. */
  get words(): readonly string[] {
    return this.events.map(({ event_type, payload }) => `${event_type} ${Object.values(payload).join(' ')}`);
  }
}

/** A relay on the emulator, and whoever calls it. */
export async function startField(changes: Partial<RelaySettings> = {}, genesys?: Genesys) {
  const platform = genesys ?? (await startGenesys());
  const relay = await startRelay(relaySettings({ genesys: platform.settings, provisioning: 'automatic', ...changes }));
  const clients: FieldClient[] = [];

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = { authorization: `Bearer ${token}` },
  ): Promise<Answer> {
    const answer = await fetch(`${relay.url}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function tokenOf(clientId = 'main', scope = ''): Promise<string> {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'test-secret', scope };
    const answer = await fetch(`${relay.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await answer.json()) as { access_token: string }).access_token;
  }
  const token = await tokenOf();

  function connect(address: string, headers?: Readonly<Record<string, string>>): FieldClient {
    const url = address.startsWith('ws') ? address : `${relay.url.replace('http', 'ws')}${address}`;
    const client = new FieldClient(url, headers);
    clients.push(client);
    return client;
  }

  /** What Genesys has of a conversation of the relay's. */
  async function seen(id: string) {
    const { body } = await call('GET', `/v1/conversations/${id}`);
    const found = platform.emulator.conversations().find((each) => each.id === body.genesysConversationId);
    return {
      typing: found?.typing ?? [],
      transcript: found?.transcript.map(({ from, text }) => `${from}: ${text}`) ?? [],
    };
  }

  /** The participants by F17, once an agent has answered. */
  async function people(id: string) {
    return vi.waitFor(async () => {
      const { body } = await call('GET', `/api/v2/conversations/${id}`);
      const find = (purpose: string) => body.participants.find((each: { purpose: string }) => each.purpose === purpose);
      const [guest, agent] = [find('customer'), find('agent')];
      expect(agent).toMatchObject({ state: 'connected' });
      return { guest, agent, genesysId: String(body.genesysConversationId) };
    }, PATIENCE);
  }

  return {
    relay,
    genesys: platform,
    token,
    tokenOf,
    call,
    connect,
    seen,
    people,
    /** A conversation with an agent in it, made as dev makes it: by asking for it. */
    async conversation(id: string) {
      await call('GET', `/api/v2/messaging/sessions/${id}`);
      return { id, ...(await people(id)) };
    },
    async close() {
      for (const { socket } of clients) socket.terminate();
      await relay.close();
      if (!genesys) await platform[Symbol.asyncDispose]();
    },
  };
}

export type Field = Awaited<ReturnType<typeof startField>>;

import { type Emulator, type EmulatorOptions, startEmulator } from '@backchannel/emulator';
import { afterEach, expect } from 'vitest';
import { watchAim } from './aimable.ts';
import { ManualClock } from './manual-clock.ts';
import { type Json, TestSocket } from './socket.ts';

/** Those that run, with what their wire had that no fault can be aimed at. */
const running = new Map<Emulator, () => readonly string[]>();
const sockets = new Set<TestSocket>();

afterEach(async () => {
  for (const socket of sockets) socket.socket.terminate();
  sockets.clear();
  for (const emulator of running.keys()) await emulator.close();
  const missed = [...running.values()].flatMap((each) => each());
  running.clear();
  // In every test: what the journal calls a frame is what src/faults/targets.ts calls it.
  expect(missed, 'frames that no fault can be aimed at').toEqual([]);
});

/** An emulator that ends with the test. */
export async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ port: 0, seed: 1, ...options });
  running.set(emulator, watchAim(emulator));
  return emulator;
}

/** The same on a clock that the test moves; it starts on 2026-01-05T10:00:00.000Z. */
export async function startAtRest(options: EmulatorOptions = {}): Promise<{ genesys: Emulator; clock: ManualClock }> {
  const clock = new ManualClock();
  const genesys = await start({ ...options, ports: { clock, startEpochMs: Date.UTC(2026, 0, 5, 10) } });
  return { genesys, clock };
}

export const guestUrl = (genesys: Emulator): string =>
  `${genesys.url.replace(/^http/, 'ws')}/v1?deploymentId=${genesys.info.deploymentId}`;

/** A guest's connection without any frame sent. */
export async function connect(genesys: Emulator): Promise<TestSocket> {
  const socket = new TestSocket(guestUrl(genesys));
  sockets.add(socket);
  return socket.opened();
}

export const TOKEN = '7c0b1d6e-2f0b-4f0d-9a57-0f5c5a1f7a10';

/** The frames of a guest, composed by hand. */
export const frames = {
  configure: (genesys: Emulator, more: object = {}) => ({
    action: 'configureSession',
    token: TOKEN,
    deploymentId: genesys.info.deploymentId,
    tracingId: 'configure-1',
    ...more,
  }),
  text: (text: string, more: object = {}) => ({
    action: 'onMessage',
    token: TOKEN,
    tracingId: `text-${text.slice(0, 20)}`,
    message: { type: 'Text', text },
    ...more,
  }),
  typing: (typing: object = { type: 'On' }) => ({
    action: 'onMessage',
    token: TOKEN,
    tracingId: 'typing-1',
    message: { type: 'Event', events: [{ eventType: 'Typing', typing }] },
  }),
  presence: (type: string) => ({
    action: 'onMessage',
    token: TOKEN,
    tracingId: `presence-${type}`,
    message: { type: 'Event', events: [{ eventType: 'Presence', presence: { type } }] },
  }),
  jwt: { action: 'getJwt', token: TOKEN, tracingId: 'jwt-1' },
  echo: { action: 'echo', token: TOKEN, tracingId: 'echo-1', message: { type: 'Text', text: 'ping' } },
};

/** A guest whose session is configured. */
export async function configured(genesys: Emulator, more: object = {}): Promise<TestSocket> {
  const guest = await connect(genesys);
  guest.send(frames.configure(genesys, more));
  const answer = await guest.next();
  if (answer.class !== 'SessionResponse') throw new Error(`The guest was not configured: ${JSON.stringify(answer)}`);
  return guest;
}

/** Answers are in order: when the answer to this has come, whatever an earlier frame caused has come before it. */
export async function fence(guest: TestSocket): Promise<Json[]> {
  const before: Json[] = [];
  guest.send({ action: 'getJwt', token: TOKEN, tracingId: 'fence' });
  for (;;) {
    const frame = await guest.next();
    if (frame.tracingId === 'fence') return before;
    before.push(frame);
  }
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** One REST request as the first agent. */
export async function rest(
  genesys: Emulator,
  method: string,
  path: string,
  options: { body?: unknown; token?: string | undefined; headers?: Record<string, string> } = {},
): Promise<RestAnswer> {
  const token = 'token' in options ? options.token : genesys.info.agents[0]?.token;
  const body =
    options.body === undefined
      ? undefined
      : typeof options.body === 'string'
        ? options.body
        : JSON.stringify(options.body);
  const response = await fetch(genesys.url + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** The ids of the only conversation. */
export function onlyConversation(genesys: Emulator) {
  const conversations = genesys.conversations();
  const [conversation] = conversations;
  if (conversation === undefined || conversations.length !== 1)
    throw new Error(`There are ${conversations.length} conversations.`);
  const legOf = (purpose: string): string =>
    conversation.participants.find((each) => each.purpose === purpose)?.communications[0]?.id ?? '';
  const leg = `/api/v2/conversations/messages/${conversation.id}/communications/${legOf('agent')}`;
  return {
    conversation,
    id: conversation.id,
    agentLeg: legOf('agent'),
    customerLeg: legOf('customer'),
    typingPath: `${leg}/typing`,
    messagesPath: `${leg}/messages`,
  };
}

/** A guest in an open conversation, everything so far read. */
export async function conversing(genesys: Emulator): Promise<TestSocket> {
  const guest = await configured(genesys);
  guest.send(frames.text('hello'));
  await guest.next();
  return guest;
}

/** A client-credentials token. */
export async function clientToken(genesys: Emulator): Promise<string> {
  const { clientId, clientSecret } = genesys.info.oauth;
  const response = await fetch(`${genesys.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const body = (await response.json()) as { access_token: string };
  return body.access_token;
}

/** Opens the notification socket of a new channel with these topics. */
export async function listening(
  genesys: Emulator,
  topics: readonly string[],
  token?: string,
): Promise<TestSocket & { channelId: string }> {
  const options = token === undefined ? {} : { token };
  const channel = await rest(genesys, 'POST', '/api/v2/notifications/channels', { ...options, body: '' });
  const path = `/api/v2/notifications/channels/${channel.body.id}/subscriptions`;
  const subscribed = await rest(genesys, 'POST', path, { ...options, body: topics.map((id) => ({ id })) });
  if (subscribed.status !== 200) throw new Error(`Not subscribed: ${JSON.stringify(subscribed.body)}`);
  const socket = new TestSocket(channel.body.connectUri);
  sockets.add(socket);
  await socket.opened();
  return Object.assign(socket, { channelId: channel.body.id as string });
}

/** Waits until the journal has an entry that fits, and returns it. */
export function journaled(genesys: Emulator, fits: (entry: Json) => boolean): Promise<Json> {
  const there = genesys.journal.entries().find(fits);
  if (there !== undefined) return Promise.resolve(there);
  return new Promise((resolve) => {
    const unsubscribe = genesys.journal.subscribe((entry) => {
      if (!fits(entry)) return;
      unsubscribe();
      resolve(entry);
    });
  });
}

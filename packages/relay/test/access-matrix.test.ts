import { randomUUID } from 'node:crypto';
import { type RunningRelay, type Scope, startRelay } from '@backchannel/relay';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TokenSigner } from '../src/access/token-signer.ts';
import { ACCESS_ROWS, type AccessPlace, type AccessRow } from './support/access-rows.ts';
import { KEY, relaySettings } from './support/relay-settings.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';

const OTHER_KEY = KEY.replaceAll('0', 'f');
const ALL: readonly Scope[] = ['signals:read', 'signals:write', 'messages:write'];
const CREDENTIALS = [
  'none',
  'no token',
  'expired',
  'signed by somebody else',
  'without the scope',
  'of another client',
  'of another conversation',
  'of a guest, for an agent',
  'of a client for guests, for an agent',
  'right',
] as const;
type Credential = (typeof CREDENTIALS)[number];

let relay: RunningRelay;
const bindings: Record<string, string> = {};
const places: Record<string, Omit<AccessPlace, 'forAgent'>> = {};
const legs = new ScriptedLegs();

const sign = (claims: object, key = KEY) =>
  new TokenSigner([key]).sign({ k: 'client', c: 'main', s: ALL, e: 4_000_000_000, ...claims });

/** The token of a credential; `undefined`: no header at all. */
function tokenOf(credential: Credential, scope: Scope | undefined, names: Names): string | undefined {
  const ofGuest = (name: string) => ({ k: 'conversation', b: bindings[name], p: 'guest' });
  switch (credential) {
    case 'none':
      return undefined;
    case 'no token':
      return 'anything';
    case 'expired':
      return sign({ e: 1_000_000_000 });
    case 'signed by somebody else':
      return sign({}, OTHER_KEY);
    case 'without the scope':
      return sign({ s: ALL.filter((each) => each !== scope) });
    case 'of another client':
      return sign({ c: 'other' });
    case 'of another conversation':
      return sign(ofGuest(names.another));
    case 'of a guest, for an agent':
      return sign(ofGuest(names.own));
    case 'of a client for guests, for an agent':
      return sign({ c: 'guests' });
    case 'right':
      return sign({});
  }
}

/** What a row promises to a credential; `undefined` where the credential makes no sense there. */
function promised(row: AccessRow, credential: Credential, isPublic: boolean): number | undefined {
  const unauthorized = row.socket ? 4001 : 401;
  const unknown = row.socket ? 4003 : 404;
  if (isPublic) return row.right;
  switch (credential) {
    case 'none':
    case 'no token':
    case 'expired':
    case 'signed by somebody else':
      return unauthorized;
    case 'without the scope':
      if (row.scope === undefined) return undefined;
      return row.socket ? 4003 : 403;
    case 'of another client':
      return row.ofConversation ? (row.otherClient ?? unknown) : row.right;
    case 'of another conversation':
      return row.clientsOnly ? 403 : row.ofConversation ? unknown : row.right;
    case 'of a guest, for an agent':
    case 'of a client for guests, for an agent':
      return row.agentBody === undefined ? undefined : (row.forbidden ?? 403);
    case 'right':
      return row.right;
  }
}

const isForAgent = (credential: Credential) => credential.endsWith('for an agent');

/** Conversations of a row: two of the client main, and one of the client guests. */
interface Names {
  readonly own: string;
  readonly another: string;
  readonly guests: string;
}

async function call(
  method: string,
  url: string,
  row: AccessRow,
  credential: Credential,
  names: Names,
  expected: number,
): Promise<number> {
  const id = credential === 'of a client for guests, for an agent' ? names.guests : names.own;
  const token = tokenOf(credential, row.scope, names);
  const place = places[id];
  if (!place) throw new Error(`Nobody has made ${id}.`);
  const forAgent = isForAgent(credential);
  const parameters = row.parameters?.({ ...place, forAgent }) ?? {};
  const path = url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? id));
  const address = `${relay.url}${path}`;
  if (row.socket) return socketEnd(address, token, expected);
  const body = (forAgent ? row.agentBody : row.body)?.(id, { ...place, forAgent });
  const answer = await fetch(address, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  await answer.body?.cancel();
  return answer.status;
}

/** The code with which the relay closes a socket whose first frame carries the token; 0 when it was welcomed, and no end is expected. */
function socketEnd(address: string, token: string | undefined, expected: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address.replace(/^http/, 'ws'));
    socket.on('open', () => {
      socket.send(JSON.stringify(token === undefined ? { type: 'typing' } : { type: 'authenticate', token }));
      // The sockets of field reports greet nobody: that a second frame is not understood shows that the first was.
      if (expected === 0) socket.send('{"type":"hello"}');
    });
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data));
      if (expected !== 0 || (type !== 'authenticated' && payload?.code !== 'request.invalid')) return;
      resolve(0);
      socket.terminate();
    });
    socket.on('close', (code) => resolve(code));
    socket.on('error', reject);
  });
}

beforeAll(async () => {
  relay = await startRelay(relaySettings({ store: { file: ':memory:', retentionMs: 86_400_000 } }), {
    legs,
  });
});
afterAll(() => relay.close());

const bound = async (clientId: string, ...ids: string[]) => {
  for (const id of ids) {
    const session = randomUUID();
    const answer = await fetch(`${relay.url}/v1/conversations/${encodeURIComponent(id)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${sign({ c: clientId })}`, 'content-type': 'application/json' },
      body: JSON.stringify({ session }),
    });
    expect(answer.status).toBeLessThan(300);
    const principal = {
      kind: 'client',
      clientId,
      scopes: new Set(ALL),
      actAs: { guest: true, agents: 'everyone' },
      expiresAtMs: Infinity,
    } as const;
    const { binding } = await relay.relay.conversation(principal, { id });
    bindings[id] = binding.id;
    legs.of(id).agentIs('u1', 'connected');
    const message = { conversation: { id }, participant: 'guest', text: 'hi' };
    const { messageId } = await relay.relay.message(principal, message);
    places[id] = { id, guestId: binding.guestParticipantId, messageId, session };
  }
};

describe('who may call', () => {
  const served = () =>
    relay.routes.filter(({ method }) => method !== 'HEAD').map(({ method, url }) => `${method} ${url}`);

  it('is told for every route, and for nothing else', () => {
    expect([...new Set(served())].sort()).toEqual(Object.keys(ACCESS_ROWS).sort());
  });

  it('is the same for the documentation as for the test', () => {
    const documented = relay.routes
      .filter(({ method, access }) => method !== 'HEAD' && access !== 'public')
      .map(({ method, url, scopes }) => [`${method} ${url}`, [...scopes]]);
    const tested = documented.map(([route]) => {
      const { scope } = ACCESS_ROWS[String(route)] ?? {};
      return [route, scope === undefined ? [] : [scope]];
    });
    expect(documented).toEqual(tested);
  });

  it.each(Object.entries(ACCESS_ROWS))('%s', async (route, row) => {
    const [method = '', url = ''] = route.split(' ');
    const isPublic = relay.routes.find((each) => each.method === method && each.url === url)?.access === 'public';
    const names = { own: `own of ${route}`, another: `another of ${route}`, guests: `guests of ${route}` };
    await bound('main', names.own, names.another);
    await bound('guests', names.guests);
    const expected: Record<string, number> = {};
    const answered: Record<string, number> = {};
    for (const credential of CREDENTIALS) {
      const status = promised(row, credential, isPublic);
      if (status === undefined) continue;
      expected[credential] = status;
      answered[credential] = await call(method, url, row, credential, names, status);
    }
    expect(answered).toEqual(expected);
  });
});

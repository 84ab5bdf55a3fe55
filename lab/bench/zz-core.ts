import { hostsAt, systemPorts } from '@backchannel/client';
import { hashSecret, startRelay } from '@backchannel/relay';
const N = 2000, ROUNDS = Number(process.argv[2] ?? 10), FASTER = 50;
const TIME = '2026-01-05T12:00:00.000Z';
const conversation = (id: string) => ({ id, startTime: TIME, participants: [
  { id: `customer-${id}`, purpose: 'customer', attributes: {}, messages: [{ id: `leg-${id}`, state: 'connected', type: 'webmessaging', messages: [] }] },
  { id: `agent-${id}`, purpose: 'agent', userId: id.slice(0, id.lastIndexOf('.')), attributes: {}, messages: [{ id: `communication-${id}`, state: 'connected', type: 'webmessaging', messages: [] }] } ] });
let typings = 0;
class R { ok = true; status = 200; headers = { get: () => null }; t: string; constructor(t: string) { this.t = t; } async text() { return this.t; } }
const fakeFetch = async (input: any, init: any) => {
  const path = String(input).slice('http://127.0.0.1:9'.length).split('?')[0]!;
  if (path.endsWith('/typing')) { typings++; return new R('{}') as any; }
  if (path === '/oauth/token') return new R(JSON.stringify({ access_token: 't', token_type: 'bearer', expires_in: 864000000 })) as any;
  if (path.endsWith('/channels')) return new R(JSON.stringify({ id: 'c', connectUri: 'ws://x/channels/c', expires: TIME })) as any;
  if (path.endsWith('/subscriptions')) return new R(JSON.stringify({ entities: JSON.parse(init.body).map((e: any) => ({ id: e.id, state: 'Permitted' })) })) as any;
  const m = /^\/api\/v2\/conversations\/([^/]+)$/.exec(path); if (m) return new R(JSON.stringify(conversation(m[1]!))) as any;
  return new R('{"id":"d"}') as any;
};
const { clock } = systemPorts();
const openSocket = (url: string): any => { const s: any = { readyState: 0, onopen: null, onmessage: null, onerror: null, onclose: null, send() {}, close() {} }; setImmediate(() => { s.readyState = 1; s.onopen?.({}); }); return s; };
const settings: any = { listen: { host: '127.0.0.1', port: 0 }, genesys: { hosts: hostsAt('http://127.0.0.1:9'), deploymentId: 'd', client: { id: 'a', secret: 'b' }, agents: Array.from({ length: N / 200 }, (_, i) => `user-${i}`), linkAttribute: 'b', requestsPerMinute: 60_000_000, connectionsPerMinute: 1 },
  provisioning: 'off', store: { file: ':memory:', retentionMs: 864e5 }, clients: [{ id: 'bench', secretHashes: [await hashSecret('s')], scopes: ['signals:read', 'signals:write', 'messages:write'], actAs: { guest: true, agents: 'everyone' } }],
  tokens: { lifetimeSeconds: 3600, keys: ['00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'] }, allowedOrigins: [], limits: { bodyBytesMax: 65536, requestsPerMinutePerClient: 1e9, laneMax: 1000, conversationsMax: 1e6, streamsPerClient: 10 }, passThrough: false, log: { level: 'warn' } };
const running = await startRelay(settings, { ports: { fetch: fakeFetch as any, openSocket, clock: { now: () => clock.now() * FASTER, after: (d, t) => clock.after(d / FASTER, t) } }, logTo: process.stderr });
const p: any = { kind: 'client', clientId: 'bench', scopes: new Set(['signals:read', 'signals:write', 'messages:write']), actAs: { guest: true, agents: 'everyone' }, expiresAtMs: Infinity };
for (let i = 0; i < N; i++) await running.relay.bind(p, `agent-${i}`, { guest: { kind: 'webmessaging' }, genesysConversationId: `user-${Math.floor(i / 200)}.${i}` });
const cpu = () => { const { user, system } = process.cpuUsage(); return user + system; };
for (let r = 0; r < ROUNDS; r++) {
  const before = typings; const c = cpu(); const out: any = {};
  for (let i = 0; i < N; i += 50) await Promise.all(Array.from({ length: 50 }, async (_, k) => { const a = await running.relay.typing(p, { conversation: { id: `agent-${i + k}` }, participant: `agent:user-${Math.floor((i + k) / 200)}`, typing: true, durationMs: 3000 }); out[a.outcome + a.reason.slice(0, 20)] = (out[a.outcome+ a.reason.slice(0, 20)] ?? 0) + 1; }));
  const used = (cpu() - c) / N;
  console.log('core us/op', used.toFixed(1), 'upstream', typings - before, JSON.stringify(out));
  await new Promise((r) => setTimeout(r, 6500 / FASTER + 30));
}
process.exit();

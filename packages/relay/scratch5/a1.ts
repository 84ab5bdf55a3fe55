import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { startRelay } from '@backchannel/relay';
import { startGenesys } from '../test/support/genesys.ts';
import { relaySettings } from '../test/support/relay-settings.ts';
process.on('unhandledRejection', (e) => console.log('!!! UNHANDLED', e));
process.on('uncaughtException', (e) => console.log('!!! UNCAUGHT', e));
const g = await startGenesys();
const logs: string[] = [];
const relay = await startRelay(relaySettings({ genesys: g.settings, provisioning: 'automatic', log: { level: 'debug' } as any, passThrough: true, listen: {host:'127.0.0.1', port: 0} }), { logTo: { write: (l) => void logs.push(l) } });
const tok = async (id: string, scope='') => (await (await fetch(relay.url + '/oauth/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: 'test-secret', scope }) })).json() as any).access_token;
const A = await tok('main'), B = await tok('other');
const call = async (m: string, p: string, body?: unknown, t = A, h: Record<string,string> = {}) => {
  const r = await fetch(relay.url + p, { method: m, headers: { ...(t && { authorization: `Bearer ${t}` }), ...(body !== undefined && { 'content-type': 'application/json' }), ...h }, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  const text = await r.text(); let j: any = text; try { j = JSON.parse(text); } catch {}
  return { s: r.status, b: j, h: r.headers };
};
const show = (n: string, r: any) => console.log(n.padEnd(46), r.s, JSON.stringify(r.b)?.slice(0, 220));
show('put', await call('PUT', '/v1/conversations/c1', { guest: { nickname: 'Ada' }, guestId: 'g1', session: '5b8f3a52-6f0e-4f43-9d2c-0a2a4a6b8c10' }));
let v: any;
for (let i = 0; i < 100; i++) { v = (await call('GET', '/v1/conversations/c1')).b; if (v.participants.some((p: any) => p.purpose === 'agent' && p.state === 'connected')) break; await sleep(100); }
console.log(JSON.stringify(v));
// other client with every alias
const agent = v.participants.find((p: any) => p.purpose === 'agent');
for (const id of ['c1', 'g1', '5b8f3a52-6f0e-4f43-9d2c-0a2a4a6b8c10', v.genesysConversationId, v.guest.participantId, agent.id, agent.communicationId])
  for (const [m, p, b] of [['GET', `/v1/conversations/${id}`], ['POST', `/v1/conversations/${id}/typing`, { participant: 'guest', typing: true }], ['DELETE', `/v1/conversations/${id}`], ['GET', `/v1/conversations/${id}/events`], ['GET', `/v1/conversations/${id}/explain`]] as any) {
    const r = await call(m, p, b, await tok('reader')); if (r.s !== 404 && r.s !== 403) show(`reader ${m} ${p}`, r);
  }
// B steals G
show('B puts genesys id of A', await call('PUT', '/v1/conversations/steal', { genesysConversationId: v.genesysConversationId }, B));
const vb = (await call('GET', '/v1/conversations/steal', undefined, B)).b; console.log('B sees', JSON.stringify(vb.participants));
show('B as agent', await call('POST', '/v1/conversations/steal/messages', { participant: agent.participant, text: 'stolen' }, B));
show('A as agent', await call('POST', '/v1/conversations/c1/messages', { participant: agent.participant, text: 'mine' }));
await sleep(500);
console.log(g.emulator.conversations().map((c) => c.id + ' ' + c.transcript.map((t) => t.from + ':' + t.text).join('|')));
await relay.close(); await g[Symbol.asyncDispose]();
console.log('refused', g.refused());

import { Child } from './support/child.ts';
import { Load, requestText, quantile } from './support/load.ts';
import { agentOf } from './support/relay-child.ts';
await using stub = await Child.start<any>('genesys-stub');
const n = Number(process.argv[2] ?? 2000);
const rounds = Number(process.argv[3] ?? 3);
console.time('bind');
await using relay = await Child.start<any>('relay', [JSON.stringify({ genesysUrl: stub.ready.url, agentConversations: n, faster: 10 })]);
console.timeEnd('bind');
await using bare = await Child.start<any>('bare-forwarder', [stub.ready.url]);
for (let r = 0; r < rounds; r++) {
  const out: any = {};
for (const [name, server] of [['bare', bare], ['relay', relay]] as const) {
  using load = await Load.open(server.ready.url, 64);
  const before = await stub.ask<number>('typings');
  const reqs = Array.from({ length: n }, (_, i) => requestText(server.ready.url, `/v1/conversations/agent-${i}/typing`, { authorization: `Bearer ${server.ready.token}` }, JSON.stringify({ participant: agentOf(i), typing: true, durationMs: 3000 })));
  const cpu = await server.ask<number>('processorSeconds');
  const { seconds } = await load.closed(n, (i) => reqs[i]!);
  out[name] = { rps: n / seconds, cpu: (await server.ask<number>('processorSeconds') - cpu) / n * 1e6 };
  const up = (await stub.ask<number>('typings')) - before; if (up < n * 0.99) console.log('UPSTREAM', up);
}
  console.log('bare', out.bare.rps.toFixed(0), out.bare.cpu.toFixed(0), 'relay', out.relay.rps.toFixed(0), out.relay.cpu.toFixed(0), 'ratio rps', (out.relay.rps / out.bare.rps).toFixed(2), 'cpu', (out.bare.cpu / out.relay.cpu).toFixed(2));
  await new Promise((r) => setTimeout(r, 700));
}

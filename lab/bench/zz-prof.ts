// profile relay: one long round set
import { Child } from './support/child.ts';
import { Load, requestText } from './support/load.ts';
import { agentOf } from './support/relay-child.ts';
await using stub = await Child.start<any>('genesys-stub');
const n = 3000; let warm = true;
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import /tmp/profhook.mjs`;
const relay = await Child.start<any>('relay', [JSON.stringify({ genesysUrl: stub.ready.url, agentConversations: n, faster: 10 })]);
const pid = Number((await import('node:fs')).readFileSync('/tmp/relay.pid', 'utf8'));
for (let round = 0; round < 10; round++) {
  if (round === 4) process.kill(pid, 'SIGUSR2');
  using load = await Load.open(relay.ready.url, 64);
  const before = await stub.ask<number>('typings');
  const cpu = await relay.ask<number>('processorSeconds');
  const reqs = Array.from({ length: n }, (_, i) => requestText(relay.ready.url, `/v1/conversations/agent-${i}/typing`, { authorization: `Bearer ${relay.ready.token}` }, JSON.stringify({ participant: agentOf(i), typing: true, durationMs: 3000 })));
  const { seconds } = await load.closed(n, (i) => reqs[i]!);
  console.log('relay', 'rps', (n / seconds).toFixed(0), 'cpu us', ((await relay.ask<number>('processorSeconds') - cpu) / n * 1e6).toFixed(0), 'upstream', (await stub.ask<number>('typings')) - before);
  await new Promise((r) => setTimeout(r, 700));
}
if (pid) process.kill(pid, 'SIGUSR2'); await new Promise(r => setTimeout(r, 1500));
(relay as any)[Symbol.asyncDispose] && process.exit();

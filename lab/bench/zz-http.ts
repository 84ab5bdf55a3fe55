import { Child } from './support/child.ts';
import { Load, requestText } from './support/load.ts';
import { agentOf } from './support/relay-child.ts';
import { readFileSync } from 'node:fs';
await using stub = await Child.start<any>('genesys-stub');
const prof = process.argv[2] === 'prof';
if (prof) process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import /tmp/profhook.mjs`;
const relay = await Child.start<any>('relay', [JSON.stringify({ genesysUrl: stub.ready.url, agentConversations: 200 })]);
const pid = prof ? Number(readFileSync('/tmp/relay.pid', 'utf8')) : 0;
const n = 10000;
const reqs = Array.from({ length: 200 }, (_, i) => requestText(relay.ready.url, `/v1/conversations/agent-${i}/typing`, { authorization: `Bearer ${relay.ready.token}` }, JSON.stringify({ participant: agentOf(i), typing: true, durationMs: 3000 })));
for (let r = 0; r < 5; r++) {
  if (prof && r === 2) process.kill(pid, 'SIGUSR2');
  using load = await Load.open(relay.ready.url, 64);
  const cpu = await relay.ask<number>('processorSeconds');
  const { seconds } = await load.closed(n, (i) => reqs[i % 200]!);
  console.log('relay', (n / seconds).toFixed(0), ((await relay.ask<number>('processorSeconds') - cpu) / n * 1e6).toFixed(0));
}
if (prof) process.kill(pid, 'SIGUSR2'); await new Promise((r) => setTimeout(r, 1500));
process.exit();

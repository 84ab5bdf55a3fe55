import { Child } from './support/child.ts';
import { agentOf } from './support/relay-child.ts';
await using stub = await Child.start<any>('genesys-stub');
await using relay = await Child.start<any>('relay', [JSON.stringify({ genesysUrl: stub.ready.url, agentConversations: 3 })]);
for (const path of ['', '/typing']) {
const a = await fetch(`${relay.ready.url}/v1/conversations/agent-1${path}`, { method: path ? 'POST':'GET', headers: { authorization: `Bearer ${relay.ready.token}`, 'content-type': 'application/json' }, ...(path && {body: JSON.stringify({ participant: agentOf(1), typing: true, durationMs: 3000 })}) });
console.log(a.status, await a.text());
}

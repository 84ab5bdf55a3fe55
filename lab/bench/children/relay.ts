// A relay in a process of its own, with conversations that are linked and ready; limits are as high as a benchmark needs.
import { setTimeout as delay } from 'node:timers/promises';
import { hostsAt, type Ports, systemPorts } from '@backchannel/client';
import { hashSecret, type Principal, type RelaySettings, shortenPauses, startRelay } from '@backchannel/relay';
import { memory, processorSeconds, serve } from '../support/child.ts';
import { AGENT_CONVERSATIONS, type RelayChild, type RelayReady, SECRET } from '../support/relay-child.ts';
import { StoreOfNothing } from '../support/store-of-nothing.ts';

const {
  genesysUrl,
  agentConversations = 0,
  guestConversations = 0,
  guestConversationsLater = guestConversations,
  store = ':memory:',
  faster = 1,
  connectionsPerMinute,
}: RelayChild = JSON.parse(process.argv[2] ?? '{}');

/** So that nothing is refused for its rate. */
const PER_MINUTE = 600_000;

const agents = Array.from({ length: Math.ceil(agentConversations / AGENT_CONVERSATIONS) }, (_, at) => `user-${at}`);
const settings: RelaySettings = {
  listen: { host: '127.0.0.1', port: 0 },
  genesys: {
    hosts: hostsAt(genesysUrl),
    deploymentId: 'deployment',
    client: { id: 'genesys-client', secret: 'genesys-secret' },
    agents,
    linkAttribute: 'backchannel.binding',
    requestsPerMinute: PER_MINUTE,
    // A guest who is not needed waits for ever.
    connectionsPerMinute: connectionsPerMinute ?? (guestConversations > 0 ? PER_MINUTE : 1),
  },
  provisioning: 'off',
  store: { file: store === 'nothing' ? ':memory:' : store, retentionMs: 86_400_000 },
  clients: [
    {
      id: 'bench',
      secretHashes: [await hashSecret(SECRET)],
      scopes: ['signals:read', 'signals:write', 'messages:write'],
      actAs: { guest: true, agents: 'everyone' },
    },
  ],
  tokens: { lifetimeSeconds: 3_600, keys: ['00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'] },
  allowedOrigins: [],
  limits: {
    bodyBytesMax: 65_536,
    requestsPerMinutePerClient: 100 * PER_MINUTE,
    laneMax: 10_000,
    conversationsMax: 100_000,
    streamsPerClient: 1_000,
  },
  passThrough: false,
  log: { level: 'warn' },
};

// As `backchannel relay` does.
shortenPauses();
const { clock } = systemPorts();
const ports: Partial<Ports> =
  faster === 1
    ? {}
    : {
        clock: {
          now: () => clock.now() * faster,
          after: (delayMs, task) => clock.after(delayMs / faster, task),
        },
      };
const running = await startRelay(settings, {
  ports,
  store: store === 'nothing' ? new StoreOfNothing() : undefined,
  logTo: process.stderr,
});
const { relay, url } = running;

const principal: Principal = {
  kind: 'client',
  clientId: 'bench',
  scopes: new Set(['signals:read', 'signals:write', 'messages:write']),
  actAs: { guest: true, agents: 'everyone' },
  expiresAtMs: Number.POSITIVE_INFINITY,
};

/** Conversations that are being made at a time: fewer than lookups of one client may wait. */
const MAKING_MAX = 16;

async function forEach(count: number, make: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: MAKING_MAX }, async () => {
      while (next < count) await make(next++);
    }),
  );
}

const wholeMetrics = async () => (await fetch(`${url}/metrics`)).text();
const liveGuests = async () => Number(/^backchannel_guest_sessions (\d+)$/m.exec(await wholeMetrics())?.[1]);

await forEach(agentConversations, (index) => {
  const genesysConversationId = `user-${Math.floor(index / AGENT_CONVERSATIONS)}.${index}`;
  return relay.bind(principal, `agent-${index}`, { guest: { kind: 'webmessaging' }, genesysConversationId });
});
let guests = 0;
/** Opens conversations of guests until there are so many. */
async function guestsUpTo(count: number): Promise<void> {
  const first = guests;
  guests = Math.max(count, first);
  await forEach(guests - first, (index) =>
    relay.bind(principal, `guest-${first + index}`, { guest: { kind: 'webmessaging' } }),
  );
  while ((await liveGuests()) < guests) await delay(50);
}
// After a restart they are there already, and who asks is interested in how they come back.
if (connectionsPerMinute === undefined) await guestsUpTo(guestConversations);

const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'bench', client_secret: SECRET });
const answer = await fetch(`${url}/oauth/token`, { method: 'POST', body: form });
const { access_token: token } = (await answer.json()) as { access_token: string };

serve({ url, token } satisfies RelayReady, {
  processorSeconds,
  liveGuests,
  allGuests: () => guestsUpTo(guestConversationsLater),
  close: () => running.close(),
  memory,
});

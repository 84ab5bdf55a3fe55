// One conversation with 1,000 subscribers: how long an event takes to all of them, and what it costs the relay.
import { hostsAt } from '@backchannel/client';
import { hashSecret, type RelaySettings, startRelay } from '@backchannel/relay';
import { Child, processorSeconds } from './support/child.ts';
import { type Measurement, report } from './support/measurement.ts';

const SUBSCRIBERS = 1_000;
const EVENTS = 200;
/** Between two events: the load is steady, not a burst. */
const EVERY_MS = 20;
const CONVERSATION = 'crowded';

const settings: RelaySettings = {
  listen: { host: '127.0.0.1', port: 0 },
  // Nobody answers there: what is measured is the relay's own plane.
  genesys: {
    hosts: hostsAt('http://127.0.0.1:9'),
    deploymentId: 'none',
    agents: [],
    requestsPerMinute: 300,
    connectionsPerMinute: 1,
  },
  provisioning: 'off',
  store: { file: ':memory:', retentionMs: 86_400_000 },
  clients: [
    {
      id: 'bench',
      secretHashes: [await hashSecret('bench')],
      scopes: ['signals:read', 'signals:write', 'messages:write'],
      actAs: { guest: true, agents: 'everyone' },
    },
  ],
  tokens: { lifetimeSeconds: 3_600, keys: ['00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'] },
  allowedOrigins: [],
  limits: {
    bodyBytesMax: 65_536,
    requestsPerMinutePerClient: 1_000_000,
    laneMax: EVENTS,
    conversationsMax: 10,
    streamsPerClient: SUBSCRIBERS,
  },
  passThrough: false,
  log: { level: 'silent' },
};

await using relay = await startRelay(settings);
const answer = await fetch(`${relay.url}/oauth/token`, {
  method: 'POST',
  body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'bench', client_secret: 'bench' }),
});
const { access_token: token } = (await answer.json()) as { access_token: string };
const call = (method: string, path: string, body: object) =>
  fetch(`${relay.url}/v1/conversations/${CONVERSATION}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
await call('PUT', '', {});

await using listeners = await Child.start('stream-listeners', [relay.url, token, CONVERSATION, String(SUBSCRIBERS)]);

const processorAtStart = processorSeconds();
for (let event = 0; event < EVENTS; event += 1) {
  await call('POST', '/messages', { participant: 'guest', text: String(performance.timeOrigin + performance.now()) });
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
const processorUsed = processorSeconds() - processorAtStart;
while ((await listeners.ask<number>('heard')) < EVENTS * SUBSCRIBERS)
  await new Promise((resolve) => setTimeout(resolve, 50));
const delaysMs = await listeners.ask<readonly number[]>('delays');

const at = (part: number) => delaysMs[Math.floor(delaysMs.length * part)] ?? Number.NaN;
const measurements: Measurement[] = [
  {
    what: `an event to ${SUBSCRIBERS.toLocaleString('en')} subscribers of one conversation, p50`,
    value: at(0.5),
    unit: 'ms',
    note: `from the HTTP call that sends a message until a subscriber has read it; ${EVENTS} messages, one each ${EVERY_MS} ms; store in memory`,
  },
  { what: 'the same, p99', value: at(0.99), unit: 'ms' },
  { what: 'processor of the relay for one delivery', value: (processorUsed / delaysMs.length) * 1e6, unit: 'µs' },
];
report(measurements);

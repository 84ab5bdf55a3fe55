import { BOUNDS } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import { Faults } from '../src/faults/faults.ts';
import { Journal } from '../src/journal/journal.ts';
import { OpenWebhooks } from '../src/open/open-webhooks.ts';
import { RateLimits } from '../src/rate-limits.ts';
import { SERVED_ROUTES } from '../src/served-routes.ts';
import { resolveSwitches } from '../src/switches.ts';
import { Timeline } from '../src/timeline.ts';
import { World } from '../src/world/world.ts';
import type { WorldListener } from '../src/world/world-state.ts';
import { rest, start } from './support/emulator.ts';
import { ManualClock } from './support/manual-clock.ts';
import { ADA, TIME } from './support/open.ts';

/** Hears what is asked for, and ignores the rest. */
const listenerThat = (hears: Partial<WorldListener>): WorldListener =>
  new Proxy(hears as WorldListener, { get: (target, name) => Reflect.get(target, name) ?? (() => undefined) });

test('webhooks that wait are bounded: the one too many is dropped with a note, and its message has failed', async () => {
  const clock = new ManualClock();
  const timeline = new Timeline(clock, 0);
  const journal = new Journal(timeline);
  let webhooks: OpenWebhooks | undefined;
  const world = new World(
    {
      seed: 1,
      defaults: 'demo',
      // Nobody listens on the discard port: each is refused at once and waits for its next attempt while time stands still.
      integration: { webhookUrl: 'http://127.0.0.1:9/' },
      switches: resolveSwitches(),
      limits: new RateLimits(),
      timeline,
    },
    listenerThat({ messageAdded: (conversation, message) => webhooks?.messageAdded(conversation, message) }),
  );
  webhooks = new OpenWebhooks(world, journal, new Faults(timeline, journal, 1, SERVED_ROUTES), 2);
  const { openMessaging, integrationId } = world.state;
  const integration = openMessaging.find(integrationId)!;
  const words = { kind: 'Text', text: 'Hello' } as const;
  const { conversation } = world.openGuests.said(integration, ADA, TIME, words);
  const agent = conversation.participants.at(-1)!;
  const [second, third] = [world.agentSaid(conversation, agent, 'One'), world.agentSaid(conversation, agent, 'Two')];
  expect([second.status, third.status]).toEqual(['sent', 'delivery-failed']);
  expect(webhooks.size).toBe(2);
  expect(journal.entries().filter(({ note }) => note?.startsWith('Dropped: 2 webhooks'))).toMatchObject([
    { kind: 'text' },
  ]);
  webhooks.reset();
  expect(webhooks.size).toBe(0);
});

test.each([
  [
    'integrations',
    '/api/v2/conversations/messaging/integrations/open',
    {
      name: 'x',
      outboundNotificationWebhookUrl: 'http://127.0.0.1:9/',
      outboundNotificationWebhookSignatureSecretToken: 'sixteen-letters!',
    },
    BOUNDS.integrations,
  ],
  ['messaging settings', '/api/v2/conversations/messaging/settings', { name: 'x' }, BOUNDS.messagingSettings],
])('%s are bounded', async (_, path, body, max) => {
  const genesys = await start({ limits: 'off' });
  // One is there from the seed.
  for (let count = 1; count < max; count += 1) expect((await rest(genesys, 'POST', path, { body })).status).toBe(200);
  expect(await rest(genesys, 'POST', path, { body })).toMatchObject({
    status: 409,
    body: { code: 'general.conflict' },
  });
});

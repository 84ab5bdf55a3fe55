import type { Emulator } from '@backchannel/emulator';
import { journaled, startAtRest } from './emulator.ts';
import { middleware } from './open.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

export const WEBHOOK_SECRET = 'a-secret-of-this-test';

/** A guest of open messaging in a conversation; its webhook's first receipt has come and was accepted. */
export async function conversingOpenly(options: Parameters<typeof startAtRest>[0] = {}) {
  const receiver = await WebhookReceiver.start();
  const integration = {
    webhookUrl: receiver.url,
    webhookSecret: WEBHOOK_SECRET,
    webhookHeaders: { 'X-Tenant': 'demo' },
  };
  const { genesys, clock } = await startAtRest({ integration, ...options });
  const app = await middleware(genesys);
  await app.says('Hello');
  await receiver.until(1);
  await journaled(genesys, ({ surface, direction }) => surface === 'webhooks' && direction === 'in');
  return { receiver, genesys, clock, app };
}

/** The n-th attempt has come, and what became of it stands in the journal. */
export const attempted = (genesys: Emulator, attempt: number) =>
  journaled(genesys, ({ note }) => note?.startsWith(`Attempt ${attempt} of 6 failed`) === true);

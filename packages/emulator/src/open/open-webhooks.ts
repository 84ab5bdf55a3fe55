import { createHmac } from 'node:crypto';
import { OPEN_SIGNATURE_HEADER, OPEN_SIGNATURE_PREFIX } from '@backchannel/protocol';
import { BOUNDS } from '../bounds.ts';
import type { Faults } from '../faults/faults.ts';
import { isLoopbackHost } from '../http/loopback.ts';
import type { Journal } from '../journal/journal.ts';
import type { Conversation, Message, OpenLink, TypingRecord } from '../world/entities.ts';
import type { Integration } from '../world/integration.ts';
import type { World } from '../world/world.ts';
import { messageBody, publishedBody, typingBody, type WebhookBody } from './open-bodies.ts';
import type { Posted } from './post-webhook.ts';
import { attemptWebhook } from './webhook-attempt.ts';

const NO_WEBHOOK =
  'Not posted: the integration has no webhook. Set outboundNotificationWebhookUrl by PATCH …/integrations/open/{id}, or the option integration.webhookUrl.';

/** A webhook on its way. The integration is looked at anew for each attempt: a changed URL holds from then on. */
interface Delivery {
  readonly integration: Integration;
  readonly kind: 'text' | 'typing' | 'receipt';
  readonly text: string;
  readonly conversationId: string;
  attempt: number;
  /** Ends what is going on: the request, or the wait for the next attempt. */
  stop: () => void;
  /** The end, when it failed. */
  readonly failed: (reason: string) => void;
}

/** The `X-Hub-Signature-256` of a body (documented, OPEN-SIGNATURE). */
const signatureOf = (secret: string, body: Buffer): string =>
  `${OPEN_SIGNATURE_PREFIX}${createHmac('sha256', secret).update(body).digest('base64')}`;

/**
 * The webhooks of open messaging: what agents say and do goes to the integration's URL, signed, and again after a timeout, 429
 * or 5xx (documented, OPEN-WEBHOOK-RETRY). Each goes on its own: one that waits holds up no other.
 */
export class OpenWebhooks {
  readonly #world: World;
  readonly #journal: Journal;
  readonly #faults: Faults;
  readonly #max: number;
  readonly #deliveries = new Set<Delivery>();

  constructor(world: World, journal: Journal, faults: Faults, max: number = BOUNDS.webhooks) {
    this.#max = max;
    this.#world = world;
    this.#journal = journal;
    this.#faults = faults;
  }

  /** Webhooks on their way or waiting. */
  get size(): number {
    return this.#deliveries.size;
  }

  /** An agent's message goes out; for a guest's, the receipt that it has arrived (third-party, OPEN-WEBHOOK-RECEIPT). */
  messageAdded(conversation: Conversation, message: Message): void {
    const { open } = conversation.session;
    if (open === undefined) return;
    const { timeline, openGuests } = this.#world;
    if (message.from === 'guest') {
      this.#begin(open, 'receipt', publishedBody(open, conversation, message, timeline), conversation, () => undefined);
      return;
    }
    this.#begin(open, 'text', messageBody(open, conversation, message, timeline), conversation, (reason) => {
      const reasons = [{ code: 'GeneralError', message: reason }];
      openGuests.settle(conversation, message, 'delivery-failed', { isFinal: true, reasons });
    });
  }

  /** An agent's typing, which the setting has let through. */
  typed(conversation: Conversation, record: TypingRecord): void {
    const { open } = conversation.session;
    if (open === undefined || record.from !== 'agent') return;
    const id = this.#world.state.ids.hex('signal');
    const body = typingBody(open, conversation, record, id, this.#world.timeline);
    this.#begin(open, 'typing', body, conversation, () => undefined);
  }

  /** Forgets what is on its way. */
  reset(): void {
    for (const delivery of this.#deliveries) delivery.stop();
    this.#deliveries.clear();
  }

  #begin(
    { integration }: OpenLink,
    kind: Delivery['kind'],
    body: WebhookBody,
    conversation: Conversation,
    failed: Delivery['failed'],
  ): void {
    const delivery: Delivery = {
      integration,
      kind,
      text: JSON.stringify(body),
      conversationId: conversation.id,
      attempt: 0,
      stop: () => undefined,
      failed,
    };
    if (this.#deliveries.size >= this.#max) {
      this.#note(delivery, `Dropped: ${this.#max} webhooks are on their way or waiting, which is the bound.`);
      failed('Too many webhooks were waiting.');
      return;
    }
    this.#deliveries.add(delivery);
    this.#attempt(delivery);
  }

  #attempt(delivery: Delivery): void {
    const { integration, kind, text, conversationId } = delivery;
    const target = this.#target(integration);
    if (typeof target === 'string') {
      this.#note(delivery, target);
      // Without a webhook, which Genesys does not allow, nothing is known of the message.
      this.#end(delivery, target === NO_WEBHOOK ? undefined : target);
      return;
    }
    delivery.attempt += 1;
    const body = Buffer.from(text);
    const headers = {
      ...integration.webhookHeaders,
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      [OPEN_SIGNATURE_HEADER]: signatureOf(integration.webhookSecret, body),
    };
    const wire = { timeline: this.#world.timeline, journal: this.#journal, faults: this.#faults };
    const post = {
      target,
      headers,
      text,
      kind,
      conversationId,
      note: delivery.attempt > 1 ? `Attempt ${delivery.attempt} of the same webhook.` : undefined,
      timeoutMs: this.#world.limits.of('webhookTimeoutMs'),
    };
    delivery.stop = attemptWebhook(wire, post, (posted) => this.#answered(delivery, posted));
  }

  #answered(delivery: Delivery, answer: Posted): void {
    const { kind, conversationId, attempt } = delivery;
    const status = 'status' in answer ? answer.status : undefined;
    const accepted = status !== undefined && status >= 200 && status < 300;
    const retryable = status === undefined || status === 429 || status >= 500;
    const attempts = 1 + this.#world.limits.of('webhookRetries');
    const delayMs = this.#world.limits.of('webhookRetryDelayMs');
    const what = 'failure' in answer ? answer.failure : `the answer was ${answer.status}`;
    const again = retryable && attempt < attempts;
    const note = accepted
      ? undefined
      : again
        ? `Attempt ${attempt} of ${attempts} failed: ${what}. The next one is in ${delayMs} ms (OPEN-WEBHOOK-RETRY).`
        : `Attempt ${attempt} of ${attempts} failed: ${what}. ${retryable ? 'It was the last one.' : 'This status is not tried again: answer 2xx and submit a Failed receipt instead'} (OPEN-WEBHOOK-RETRY).`;
    this.#journal.record({ direction: 'in', surface: 'webhooks', kind, size: 0, conversationId, status, note });
    if (!again) {
      this.#end(delivery, accepted ? undefined : `The webhook was not accepted: ${what}.`);
      return;
    }
    delivery.stop = this.#world.timeline.wake(this.#world.timeline.nowMs() + delayMs, () => this.#attempt(delivery));
  }

  #end(delivery: Delivery, failure: string | undefined): void {
    this.#deliveries.delete(delivery);
    if (failure !== undefined) delivery.failed(failure);
  }

  /** Where to post, or why nowhere. */
  #target(integration: Integration): URL | string {
    const { webhookUrl } = integration;
    if (this.#world.state.openMessaging.find(integration.id) !== integration) {
      return 'Not posted: the integration was deleted.';
    }
    if (webhookUrl === '') {
      return NO_WEBHOOK;
    }
    const url = URL.canParse(webhookUrl) ? new URL(webhookUrl) : undefined;
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      return `Not posted: ${JSON.stringify(webhookUrl.slice(0, 100))} is no http or https URL.`;
    }
    if (!isLoopbackHost(url.host) && !this.#world.switches.webhooksLeaveThisMachine) {
      return `Not posted: ${url.host} is another machine. The switch webhooksLeaveThisMachine allows that.`;
    }
    return url;
  }

  #note(delivery: Delivery, note: string): void {
    const { kind, conversationId, text } = delivery;
    this.#journal.record({ direction: 'out', surface: 'webhooks', kind, size: 0, conversationId, note, text });
  }
}

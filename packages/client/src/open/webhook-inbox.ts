import { BackchannelError } from '../error.ts';
import { readWithKey, type WebhookEvent } from './read-webhook.ts';
import { type SignedWebhook, verifyWebhook } from './verify-webhook.ts';

/** Webhooks that an inbox remembers, by default; Genesys repeats one for at most 85 s (documented, OPEN-WEBHOOK-RETRY). */
const REMEMBERED_MAX = 10_000;

/** `forged`: not signed with the secret; answer 401. `repeated`: taken before; answer 2xx and do nothing. */
export type ReceivedWebhook =
  | { readonly verdict: 'new' | 'repeated'; readonly event: WebhookEvent }
  | { readonly verdict: 'forged' };

/**
 * Takes the webhooks of one integration: verifies them, reads them, and tells those that came before, because an answer that is
 * late or lost makes Genesys post the same one again (documented, OPEN-WEBHOOK-RETRY).
 *
 * ```ts
 * const inbox = new WebhookInbox({ secret });
 * const received = await inbox.receive({ rawBody, signature: request.headers['x-hub-signature-256'] });
 * if (received.verdict === 'forged') return reply(401);
 * if (received.verdict === 'new') handle(received.event);
 * return reply(200);
 * ```
 */
export class WebhookInbox {
  readonly #secret: string;
  readonly #rememberedMax: number;
  /** Insertion order is age. */
  readonly #remembered = new Set<string>();
  readonly #keys = new WeakMap<WebhookEvent, string>();

  /** @throws BackchannelError `option.invalid`. */
  constructor({
    secret,
    rememberedMax = REMEMBERED_MAX,
  }: { readonly secret: string; readonly rememberedMax?: number }) {
    if (typeof secret !== 'string' || secret === '') {
      throw new BackchannelError('option.invalid', 'secret is empty. Pass the one of the integration.');
    }
    if (!Number.isInteger(rememberedMax) || rememberedMax < 1) {
      throw new BackchannelError(
        'option.invalid',
        `rememberedMax cannot be ${rememberedMax}. Pass a whole number from 1.`,
      );
    }
    this.#secret = secret;
    this.#rememberedMax = rememberedMax;
  }

  /** @throws BackchannelError `option.invalid` for a body that has been parsed. */
  async receive({ rawBody, signature }: SignedWebhook): Promise<ReceivedWebhook> {
    if (!(await verifyWebhook({ secret: this.#secret, signature, rawBody }))) return { verdict: 'forged' };
    const { event, key } = readWithKey(rawBody);
    if (key === undefined) return { verdict: 'new', event };
    if (this.#remembered.has(key)) return { verdict: 'repeated', event };
    this.#remembered.add(key);
    this.#keys.set(event, key);
    if (this.#remembered.size > this.#rememberedMax) {
      for (const oldest of this.#remembered) {
        this.#remembered.delete(oldest);
        break;
      }
    }
    return { verdict: 'new', event };
  }

  /** You could not take it after all and answer 5xx: when Genesys posts it again it is new. */
  forget(event: WebhookEvent): void {
    const key = this.#keys.get(event);
    if (key !== undefined) this.#remembered.delete(key);
  }
}

import type { ChatMessage } from '../core/message-log.ts';

/**
 * What the platform says became of an outbound message. `queued`, `sent`, `delivered` and `failed` are what web and open
 * messaging have (the values are documented, their order assumed: AGENT-MESSAGE-STATUS); `read`, `removed` and `published`
 * come from other channels.
 */
export type Delivery = 'queued' | 'sent' | 'delivered' | 'failed' | 'read' | 'removed' | 'published';

/** The most messages whose delivery is remembered; the oldest are forgotten first. */
const DELIVERIES_MAX = 5_000;

/** The platform's words; `received` is an inbound message, about which there is nothing to tell. */
const DELIVERY_OF: Readonly<Record<string, Delivery>> = {
  queued: 'queued',
  sent: 'sent',
  'delivery-success': 'delivered',
  'delivery-failed': 'failed',
  failed: 'failed',
  read: 'read',
  removed: 'removed',
  published: 'published',
};

/** An answer that overtook an event says less than the event: what is known only moves forward. */
const RANK: Readonly<Record<Delivery, number>> = {
  queued: 0,
  sent: 1,
  published: 1,
  delivered: 2,
  failed: 2,
  read: 3,
  removed: 4,
};

interface Known {
  readonly delivery: Delivery;
  readonly deliveryReason?: string | undefined;
}

/** What is known of the delivery of one conversation's messages, by their ids. */
export class Deliveries {
  readonly #known = new Map<string, Known>();
  /** Each message with its delivery: the same object until one of the two changed. */
  readonly #shown = new WeakMap<ChatMessage, { readonly known: Known; readonly message: ChatMessage & Known }>();

  /** The platform's status of a message. True when it says something new. */
  record(id: string, status: string | undefined): boolean {
    const delivery = DELIVERY_OF[status ?? ''];
    const before = this.#known.get(id)?.delivery;
    if (delivery === undefined || (before !== undefined && RANK[delivery] <= RANK[before])) return false;
    this.#known.set(id, { delivery });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= DELIVERIES_MAX) break;
      this.#known.delete(oldest);
    }
    return true;
  }

  of(id: string): Delivery | undefined {
    return this.#known.get(id)?.delivery;
  }

  /** Why it failed. */
  explain(id: string, deliveryReason: string): void {
    const known = this.#known.get(id);
    if (known) this.#known.set(id, { ...known, deliveryReason });
  }

  /** The message with what is known of its delivery. */
  show(message: ChatMessage): ChatMessage & Partial<Known> {
    const known = this.#known.get(message.id);
    if (!known) return message;
    const before = this.#shown.get(message);
    if (before?.known === known) return before.message;
    const shown = { ...message, ...known };
    this.#shown.set(message, { known, message: shown });
    return shown;
  }
}

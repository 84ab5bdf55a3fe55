import type { Hosts } from '@backchannel/protocol';
import { TOKEN_BUDGET } from '@backchannel/signals';
import { completePorts } from '../adapters/system-ports.ts';
import { PlatformApi } from '../agent/platform-api.ts';
import { fixedToken, type Tokens } from '../agent/token-source.ts';
import { Listeners } from '../core/listeners.ts';
import { RequestLine } from '../core/request-line.ts';
import { BackchannelError } from '../error.ts';
import type { Notice } from '../notice.ts';
import type { Ports } from '../ports.ts';
import { SharedArbiter } from '../typing/shared-arbiter.ts';
import { type OpenAddress, OpenGuest } from './open-guest.ts';

/** Guests that a channel keeps; one more closes the one that was asked for longest ago, with a notice. */
const GUESTS_MAX = 10_000;

/** Options of a channel. */
export interface OpenMessagingChannelOptions {
  readonly hosts: Hosts;
  /** The integration that the calls are made for. */
  readonly integrationId: string;
  /** A token, or a `TokenSource` with permission `conversation:message:receive` (documented, OPEN-INBOUND). */
  readonly token: string | Tokens;
  /** Asks for the conversation id with every message. Default `true` (documented, OPEN-PREFETCH). */
  readonly prefetchConversationId?: boolean | undefined;
  readonly ports?: Partial<Ports> | undefined;
}

/** What a channel tells by itself. */
export interface OpenMessagingEvents {
  /** Typing that was refused, a bound that was reached. */
  notice: Notice;
}

/**
 * A channel of your own to Genesys: what your users write and do goes in by REST; what agents answer comes by webhook (see
 * `WebhookInbox`). One per integration, for any number of users.
 *
 * ```ts
 * const channel = new OpenMessagingChannel({ hosts, integrationId, token: new TokenSource({ hosts, clientId, clientSecret }) });
 * const ada = channel.guest({ id: 'ada@example.org', idType: 'Email', nickname: 'Ada' });
 * await ada.message('Where is my order?');
 * ada.typing.keystroke();
 * ```
 *
 * All requests share the limit of the token: 300 a minute, of which 200 are for messages and receipts (third-party,
 * LIMIT-TOKEN). Typing has to be enabled in a messaging setting; a disabled one is dropped in silence (documented,
 * OPEN-TYPING-DISABLED; assumed, OPEN-TYPING-DROPPED).
 */
export class OpenMessagingChannel implements AsyncDisposable {
  readonly #options: OpenMessagingChannelOptions;
  readonly #ports: Ports;
  readonly #shared: SharedArbiter;
  readonly #line: RequestLine;
  readonly #api: PlatformApi;
  readonly #listeners = new Listeners<OpenMessagingEvents>();
  /** In the order in which they were last asked for. */
  readonly #guests = new Map<string, OpenGuest>();
  #closed = false;

  /** @throws BackchannelError `option.invalid`. */
  constructor(options: OpenMessagingChannelOptions) {
    if (typeof options.integrationId !== 'string' || !options.integrationId) {
      throw new BackchannelError(
        'option.invalid',
        'integrationId is empty. Pass the id of an open messaging integration.',
      );
    }
    if (!options.token) throw new BackchannelError('option.invalid', 'token is empty. Pass a token or a TokenSource.');
    this.#options = options;
    this.#ports = completePorts(options.ports);
    const { clock } = this.#ports;
    this.#shared = new SharedArbiter({ budgets: [TOKEN_BUDGET], clock });
    this.#line = new RequestLine(this.#shared, clock);
    this.#api = new PlatformApi({
      api: options.hosts.api,
      tokens: typeof options.token === 'string' ? fixedToken(options.token) : options.token,
      ports: this.#ports,
      line: this.#line,
      shared: this.#shared,
    });
  }

  /**
   * The end user at this address: the same object for the same id, so that typing is counted once. A later call may tell a
   * nickname that was not known before.
   *
   * @throws BackchannelError `option.invalid` (no id, an unknown idType), `channel.closed`.
   */
  guest(address: OpenAddress): OpenGuest {
    if (this.#closed) throw new BackchannelError('channel.closed', 'The channel is closed. Make another one.');
    const known = this.#guests.get(address.id);
    const guest = known ?? this.#make(address);
    if (known) known.introduce(address);
    this.#guests.delete(address.id);
    this.#guests.set(address.id, guest);
    if (this.#guests.size > GUESTS_MAX) this.#closeOldest();
    return guest;
  }

  /** Calls `listener` with what is no answer to a call: typing that was refused, a bound that was reached. */
  on<Name extends keyof OpenMessagingEvents>(
    name: Name,
    listener: (value: OpenMessagingEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  /** Ends typing and whatever waits for a place in the limits. Requests on their way are not stopped. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const guest of this.#guests.values()) guest.close();
    this.#guests.clear();
    this.#line.close({
      outcome: 'aborted',
      reason: 'The channel was closed while it waited for a place in the limits.',
    });
  }

  /** `await using` closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #make(address: OpenAddress): OpenGuest {
    const { integrationId, prefetchConversationId = true } = this.#options;
    return new OpenGuest(address, {
      integrationId,
      prefetchConversationId,
      api: this.#api,
      arbiter: this.#shared.share(['token'], address.id),
      ports: this.#ports,
      notice: (notice) => this.#listeners.emit('notice', notice),
      closed: (guest) => {
        if (this.#guests.get(guest.id) === guest) this.#guests.delete(guest.id);
      },
    });
  }

  #closeOldest(): void {
    for (const oldest of this.#guests.values()) {
      oldest.close();
      const text = `The channel keeps ${GUESTS_MAX} guests: the one that was asked for longest ago was closed.`;
      this.#listeners.emit('notice', { code: 'guests.full', text });
      return;
    }
  }
}

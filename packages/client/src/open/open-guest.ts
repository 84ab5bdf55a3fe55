import {
  type OpenAnswer,
  type OpenAttachment,
  type OpenEventRequest,
  type OpenIdType,
  type OpenInboundKind,
  type OpenMessageRequest,
  type OpenReason,
  type OpenReceiptRequest,
  type OpenSender,
  type OpenStructuredResponseRequest,
  openInboundPath,
  parseOpenAnswer,
} from '@backchannel/protocol';
import { OPEN_CHANNEL } from '@backchannel/signals';
import type { PlatformApi, PlatformRequest } from '../agent/platform-api.ts';
import { BackchannelError } from '../error.ts';
import type { Notice } from '../notice.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { TypingArbiter } from '../typing/shared-arbiter.ts';
import { Typing } from '../typing/typing.ts';
import type { WebhookEvent } from './read-webhook.ts';

/** Who somebody is on your channel. `idType` default: `Opaque`, an id that means nothing elsewhere. */
export interface OpenAddress extends Omit<OpenSender, 'idType'> {
  readonly idType?: OpenIdType | undefined;
}

/** What was sent: pass both again to repeat a message whose fate is unknown (documented, OPEN-MESSAGE-KEY). */
export interface OpenMessage {
  /** The platform's id. */
  readonly id: string | undefined;
  readonly messageId: string;
  readonly time: string;
  readonly conversationId: string | undefined;
}

/** How something that the user says is sent. */
export interface OpenSendOptions {
  /** Your id of the message. Default: a UUID. */
  readonly messageId?: string | undefined;
  /** ISO 8601. Default: now. */
  readonly time?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a message may have beside its text. */
export interface OpenMessageOptions extends OpenSendOptions {
  /** Texts only (third-party, OPEN-METADATA). */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly attachments?: readonly OpenAttachment[] | undefined;
}

/** What a receipt says beside its status. */
export interface OpenReceiptOptions {
  /** For `Failed`. Default: one `GeneralError`. */
  readonly reasons?: readonly OpenReason[] | undefined;
  /** Whether no other will follow. Default `true`. */
  readonly isFinal?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a guest needs of its channel. */
export interface OpenGuestHost {
  readonly integrationId: string;
  readonly prefetchConversationId: boolean;
  readonly api: PlatformApi;
  readonly arbiter: TypingArbiter;
  readonly ports: Pick<Ports, 'clock' | 'ids' | 'wallTime'>;
  readonly notice: (notice: Notice) => void;
  readonly closed: (guest: OpenGuest) => void;
}

const ID_TYPES: readonly unknown[] = ['Email', 'Phone', 'Opaque'];

/** One user of your channel; `OpenMessagingChannel.guest` makes it. Every call goes out once and settles. */
export class OpenGuest {
  /**
   * Report what happens to the user's draft here. It leaves only inside a conversation, because the service would open one for
   * a signal (documented, OPEN-NEW-CONVERSATION): after a message of the user, or when `heard` was told of a webhook.
   */
  readonly typing: Typing;
  readonly #host: OpenGuestHost;
  #sender: OpenSender;
  #inConversation = false;
  #conversationId: string | undefined;
  #closed = false;

  /** Made by the channel. */
  constructor(address: OpenAddress, host: OpenGuestHost) {
    this.#sender = senderOf(address);
    this.#host = host;
    this.typing = new Typing({
      channel: OPEN_CHANNEL,
      ports: host.ports,
      arbiter: host.arbiter,
      blocked: () => this.#blocked(),
      send: (_, { signal }) => this.#event(signal),
      onSettled: (_, { outcome, reason, error }) => {
        if (outcome === 'refused') host.notice({ code: 'typing.refused', text: reason, error });
        if (outcome === 'timeout') host.notice({ code: 'typing.timeout', text: reason, error });
      },
    });
  }

  /** The address that it was made with. */
  get id(): string {
    return this.#sender.id;
  }

  /** Genesys's id of the conversation, once an answer or a webhook has told it. */
  get conversationId(): string | undefined {
    return this.#conversationId;
  }

  /**
   * Sends a text, with or without files. It opens a conversation when there is none (documented, OPEN-NEW-CONVERSATION). After
   * `timeout` or `offline` it may have arrived: repeat it with the same `messageId` and `time`.
   *
   * @throws BackchannelError `text.invalid`: neither text nor attachment.
   */
  async message(text: string, options: OpenMessageOptions = {}): Promise<Settled<OpenMessage>> {
    const { metadata, attachments = [], signal } = options;
    if (typeof text !== 'string' || (!text.trim() && attachments.length === 0)) {
      const found = typeof text === 'string' ? 'blank text without attachments' : typeof text;
      throw new BackchannelError(
        'text.invalid',
        `Cannot send ${found}. Pass text that is not blank, or an attachment.`,
      );
    }
    const stamp = this.#stamp(options);
    const content = attachments.map((attachment) => ({ attachment }));
    const body: OpenMessageRequest = {
      channel: { from: this.#sender, ...stamp },
      ...(text && { text }),
      ...(content.length > 0 && { content }),
      ...(metadata && { metadata }),
    };
    this.typing.sent();
    const query = this.#host.prefetchConversationId ? '?prefetchConversationId=true' : '';
    return this.#said(stamp, await this.#post('message', body, { as: 'message', signal, query }));
  }

  /** Tells what the user pressed: a button or a quick reply of a message that `readWebhook` gave as `content`. */
  async structuredResponse(
    button: OpenStructuredResponseRequest['buttonResponse'] & { readonly originatingMessageId: string },
    options: OpenSendOptions = {},
  ): Promise<Settled<OpenMessage>> {
    const { originatingMessageId, ...buttonResponse } = button;
    const stamp = this.#stamp(options);
    const body: OpenStructuredResponseRequest = {
      channel: { from: this.#sender, ...stamp },
      buttonResponse,
      originatingMessageId,
    };
    this.typing.sent();
    return this.#said(stamp, await this.#post('structured/response', body, { as: 'message', signal: options.signal }));
  }

  /**
   * Tells what became of an agent's message: `Delivered` once the user's device has it, `Failed` when it never will. There is
   * no `Read` (documented, OPEN-RECEIPT-STATUS). A 2xx is not enough: when its body says that the receipt itself failed, it
   * settles as `refused`, code `receipt.failed` (third-party, OPEN-RECEIPT-REFUSED).
   *
   * @throws BackchannelError `receipt.unsupported` for another status.
   */
  async receipt(
    messageId: string,
    status: 'Delivered' | 'Failed',
    { reasons, isFinal = true, signal }: OpenReceiptOptions = {},
  ): Promise<Settled<OpenAnswer>> {
    if (status !== 'Delivered' && status !== 'Failed') {
      throw new BackchannelError(
        'receipt.unsupported',
        `Cannot send the receipt ${JSON.stringify(status)}: Genesys takes Delivered and Failed, and no Read from an integration.`,
      );
    }
    const { id, idType } = this.#sender;
    const failed = status === 'Failed';
    const body: OpenReceiptRequest = {
      id: messageId,
      channel: { to: { id, idType }, time: this.#host.ports.wallTime() },
      status,
      ...(failed && { reasons: reasons ?? [{ code: 'GeneralError', message: 'The message could not be delivered.' }] }),
      isFinalReceipt: isFinal,
    };
    const settled = await this.#post('receipt', body, { as: 'other', signal });
    if (failed || settled.value?.status !== 'Failed') return settled;
    const why = settled.value.reasons.map(({ code, message }) => [code, message].filter(Boolean).join(': '));
    const text = `The receipt of message ${messageId} was answered 2xx but not taken (${why.join('; ') || 'no reason given'}).`;
    return { ...settled, outcome: 'refused', reason: text, error: new BackchannelError('receipt.failed', text) };
  }

  /** A webhook about this user came: there is a conversation, and its id if the webhook names it. */
  heard(event: WebhookEvent): void {
    if (event.kind === 'unreadable') return;
    this.#inConversation = true;
    this.#conversationId = event.conversationId ?? this.#conversationId;
  }

  /** The conversation is over, as your application learnt: typing rests until the next message. */
  ended(): void {
    this.#inConversation = false;
    this.#conversationId = undefined;
    this.typing.stop();
  }

  /** The user has left your channel. */
  close(): void {
    this.#closed = true;
    this.typing.close();
    this.#host.closed(this);
  }

  /** The channel was told more of this user. */
  introduce(address: OpenAddress): void {
    this.#sender = { ...this.#sender, ...senderOf({ idType: this.#sender.idType, ...address }) };
  }

  #blocked(): Settled | undefined {
    if (this.#closed) return { outcome: 'offline', reason: 'The guest was closed.' };
    if (this.#inConversation) return undefined;
    return { outcome: 'suppressed:no-conversation', reason: 'No conversation is known, and typing must not open one.' };
  }

  async #event(signal: AbortSignal): Promise<Settled> {
    const channel = { from: this.#sender, time: this.#host.ports.wallTime() };
    const body: OpenEventRequest = { channel, events: [{ eventType: 'Typing' }] };
    return { ...(await this.#post('event', body, { as: 'signal', signal })), value: undefined };
  }

  #stamp({ messageId, time }: OpenSendOptions): { readonly messageId: string; readonly time: string } {
    const { ids, wallTime } = this.#host.ports;
    return { messageId: messageId ?? ids.uuid(), time: time ?? wallTime() };
  }

  #said(stamp: { messageId: string; time: string }, settled: Settled<OpenAnswer>): Settled<OpenMessage> {
    const { value, ...rest } = settled;
    if (!value) return rest;
    const { id, conversationId = this.#conversationId } = value;
    this.#inConversation = true;
    this.#conversationId = conversationId;
    return { ...rest, value: { id, ...stamp, conversationId } };
  }

  #post(
    kind: OpenInboundKind,
    body: object,
    { as, signal, query = '' }: Pick<PlatformRequest<never>, 'as' | 'signal'> & { readonly query?: string },
  ): Promise<Settled<OpenAnswer>> {
    const path = `${openInboundPath(this.#host.integrationId, kind)}${query}`;
    return this.#host.api.request({ method: 'POST', path, body, guard: parseOpenAnswer, as, signal });
  }
}

function senderOf({ idType = 'Opaque', ...address }: OpenAddress): OpenSender {
  if (typeof address.id !== 'string' || !address.id) {
    throw new BackchannelError(
      'option.invalid',
      `id cannot be ${JSON.stringify(address.id)}: pass the user's address as text.`,
    );
  }
  if (!ID_TYPES.includes(idType)) {
    throw new BackchannelError(
      'option.invalid',
      `idType cannot be ${JSON.stringify(idType)}: use ${ID_TYPES.join(', ')} (documented, OPEN-ID-TYPE).`,
    );
  }
  return { ...address, idType };
}

import type { AliasKind, Binding } from '../domain/binding.ts';
import { type EventBody, type LoggedEvent, WATERMARKS, type Watermark } from '../domain/event.ts';
import type { Participant } from '../domain/participant.ts';
import { ALIAS_KINDS, mayBeSame } from './names.ts';
import {
  type Alias,
  type EventQuery,
  FORGET_MAX,
  type Store,
  type StoredMessage,
  type StoredWatermark,
  type Write,
  type WriteOutcome,
} from './store.ts';

type WriteOf<Kind extends Write['kind']> = Extract<Write, { readonly kind: Kind }>;

const ABSENT = { status: 'absent' } as const;
const DONE = { status: 'done' } as const;

/** One conversation with everything that hangs on it. */
interface Conversation {
  binding: Binding;
  sequence: number;
  /** In the order in which they were accepted or seen. */
  readonly messages: Map<string, StoredMessage>;
  readonly messageIdOf: Map<string, string>;
  readonly idByKey: Map<string, string>;
  /** Ids of messages of which nothing but the ids is kept. */
  readonly emptied: Set<string>;
  readonly watermarks: Map<Participant, Map<Watermark, StoredWatermark>>;
}

/**
 * A store that forgets everything when the process ends: for tests, for `dev`, and as the model that `SqliteStore` is
 * compared with. Says the same as that one in every case.
 */
export class MemoryStore implements Store {
  readonly #conversations = new Map<string, Conversation>();
  /** By client and name; each kind of name is its own. */
  readonly #aliases = new Map<string, Map<AliasKind, string>>();
  readonly #conversationOf = new Map<string, Conversation>();
  readonly #cursors = new Map<string, { readonly position: number; readonly bindingId: string | undefined }>();
  readonly #events: LoggedEvent[] = [];
  #position = 0;

  async apply(batch: readonly Write[]): Promise<readonly WriteOutcome[]> {
    return batch.map((write) => this.#apply(write));
  }

  async findBinding(clientId: string, alias: string, kinds: readonly AliasKind[] = ALIAS_KINDS) {
    const named = this.#aliases.get(nameOf(clientId, alias));
    const found = ALIAS_KINDS.filter((kind) => kinds.includes(kind)).flatMap(
      (kind) => this.#conversations.get(named?.get(kind) ?? '')?.binding ?? [],
    );
    return found.find(({ state }) => state === 'open') ?? found[0];
  }

  async aliases(bindingId: string) {
    return [...this.#aliases].flatMap(([name, named]) =>
      [...named].filter(([, id]) => id === bindingId).map(([kind]) => ({ kind, alias: aliasIn(name) })),
    );
  }

  async openBindings() {
    return [...this.#conversations.values()].map(({ binding }) => binding).filter(({ state }) => state === 'open');
  }

  async findMessage(clientId: string, id: string) {
    const own = this.#conversationOf.get(id);
    if (own?.binding.clientId === clientId) return own.messages.get(id);
    const [newest, conversation] =
      [...this.#conversationOf].findLast(
        ([messageId, { binding, messageIdOf }]) => binding.clientId === clientId && messageIdOf.get(id) === messageId,
      ) ?? [];
    return conversation?.messages.get(newest ?? '');
  }

  async nextInLane(bindingId: string) {
    return this.#waiting(bindingId)[0];
  }

  async waitingLanes() {
    return [...this.#conversations.keys()].flatMap((bindingId) => {
      const waiting = this.#waiting(bindingId);
      return waiting[0] ? [{ bindingId, dueAtMs: waiting[0].dueAtMs, queued: waiting.length }] : [];
    });
  }

  async events({ clientId, bindingId, afterPosition = 0, afterSequence = 0, limit }: EventQuery) {
    return this.#events
      .filter(
        (event) =>
          event.clientId === clientId &&
          event.bindingId === (bindingId ?? event.bindingId) &&
          event.position > afterPosition &&
          event.sequence > afterSequence,
      )
      .slice(0, limit);
  }

  async sequence(bindingId: string) {
    return this.#conversations.get(bindingId)?.sequence ?? 0;
  }

  async positions() {
    return { newest: this.#position, oldest: this.#events[0]?.position ?? this.#position + 1 };
  }

  /** See `Store`. */
  async watermarks(bindingId: string) {
    const readers = this.#conversations.get(bindingId)?.watermarks ?? new Map<Participant, never>();
    return [...readers.keys()]
      .sort()
      .flatMap((reader) => WATERMARKS.flatMap((watermark) => readers.get(reader)?.get(watermark) ?? []));
  }

  /** See `Store`. */
  async cursor(subject: string) {
    return this.#cursors.get(subject)?.position;
  }

  /** Nothing to let go of. */
  async close() {}

  #apply(write: Write): WriteOutcome {
    switch (write.kind) {
      case 'bind':
        return this.#bind(write);
      case 'update-binding':
        return this.#updateBinding(write);
      case 'add-alias':
        return this.#addAlias(write);
      case 'accept-message':
        return this.#acceptMessage(write);
      case 'begin-attempt':
        return this.#change(write.messageId, (message) =>
          message.attempts === write.attempts ? { attempts: message.attempts + 1, dueAtMs: write.atMs } : undefined,
        );
      case 'postpone':
        return this.#change(write.messageId, () => ({ dueAtMs: write.dueAtMs, reason: write.reason }));
      case 'settle-message':
        return this.#settleMessage(write);
      case 'observe-message':
        return this.#observeMessage(write);
      case 'advance-watermark':
        return this.#advanceWatermark(write);
      case 'append-event': {
        const conversation = this.#conversations.get(write.bindingId);
        return conversation ? { ...DONE, event: this.#append(conversation, write.body, write.time) } : ABSENT;
      }
      case 'save-cursor':
        if (write.bindingId !== undefined && !this.#conversations.has(write.bindingId)) return ABSENT;
        this.#cursors.set(write.subject, { position: write.position, bindingId: write.bindingId });
        return DONE;
      case 'forget':
        return this.#forget(write);
    }
  }

  #bind({ binding, aliases }: WriteOf<'bind'>): WriteOutcome {
    if (this.#conversations.has(binding.id)) return { status: 'taken', bindingId: binding.id };
    const holder = aliases.map((alias) => this.#holderOf(binding.clientId, alias)).find(Boolean);
    if (holder !== undefined) return { status: 'taken', bindingId: holder };
    this.#conversations.set(binding.id, {
      binding,
      sequence: 0,
      messages: new Map(),
      messageIdOf: new Map(),
      idByKey: new Map(),
      emptied: new Set(),
      watermarks: new Map(),
    });
    for (const alias of aliases) this.#name(binding, alias);
    return DONE;
  }

  #updateBinding({ bindingId, token, genesysConversationId, ended }: WriteOf<'update-binding'>): WriteOutcome {
    const conversation = this.#open(bindingId);
    if (!conversation) return ABSENT;
    const { binding } = conversation;
    conversation.binding = {
      ...binding,
      guest: { ...binding.guest, token: token ?? binding.guest.token },
      genesysConversationId: genesysConversationId ?? binding.genesysConversationId,
      state: ended ? 'ended' : 'open',
      endedBecause: ended?.because,
    };
    return DONE;
  }

  #addAlias({ bindingId, alias }: WriteOf<'add-alias'>): WriteOutcome {
    const conversation = this.#open(bindingId);
    if (!conversation) return ABSENT;
    const holder = this.#holderOf(conversation.binding.clientId, alias);
    if (holder !== undefined && holder !== bindingId) return { status: 'taken', bindingId: holder };
    this.#name(conversation.binding, alias);
    return DONE;
  }

  #acceptMessage({ message, laneMax, time }: WriteOf<'accept-message'>): WriteOutcome {
    const { id, bindingId, participant, text, acceptedAtMs, idempotencyKey } = message;
    const conversation = this.#conversations.get(bindingId);
    if (!conversation) return ABSENT;
    const earlier =
      this.#conversationOf.get(id)?.messages.get(id) ??
      conversation.messages.get(conversation.idByKey.get(idempotencyKey ?? '') ?? '');
    if (earlier) {
      const isSame = earlier.bindingId === bindingId && earlier.participant === participant && earlier.text === text;
      return { status: isSame ? 'repeated' : 'key-conflict', message: earlier };
    }
    if (conversation.binding.state !== 'open') return ABSENT;
    if (this.#waiting(bindingId).length >= laneMax) return { status: 'lane-full' };
    const event = this.#logMessage(
      conversation,
      {
        id,
        bindingId,
        participant,
        text,
        status: 'accepted',
        platformIds: [],
        attempts: 0,
        dueAtMs: acceptedAtMs,
        acceptedAtMs,
        idempotencyKey,
      },
      time,
    );
    if (idempotencyKey !== undefined) conversation.idByKey.set(idempotencyKey, id);
    return { ...DONE, event };
  }

  #settleMessage({ messageId, status, platformIds, reason, time }: WriteOf<'settle-message'>): WriteOutcome {
    const conversation = this.#conversationOf.get(messageId);
    const message = conversation?.messages.get(messageId);
    if (!conversation || message?.status !== 'accepted') return ABSENT;
    conversation.messages.set(messageId, { ...message, status, reason });
    this.#learn(conversation, messageId, platformIds);
    const body = { kind: 'message-status', messageId, participant: message.participant, status, reason } as const;
    return { ...DONE, event: this.#append(conversation, { ...body, platformIds }, time) };
  }

  #observeMessage({ id, bindingId, participant, text, platformIds, time }: WriteOf<'observe-message'>): WriteOutcome {
    const conversation = this.#open(bindingId);
    if (!conversation) return ABSENT;
    const holder = this.#conversationOf.get(id) ?? conversation;
    const known = holder.messages.get(id)?.id ?? platformIds.map((each) => holder.messageIdOf.get(each)).find(Boolean);
    if (known !== undefined) return { status: 'known', message: this.#learn(holder, known, platformIds) };
    const atMs = Date.parse(time);
    const event = this.#logMessage(
      conversation,
      {
        id,
        bindingId,
        participant,
        text,
        status: 'sent',
        platformIds: [],
        attempts: 0,
        dueAtMs: atMs,
        acceptedAtMs: atMs,
      },
      time,
      platformIds,
    );
    return { ...DONE, event };
  }

  #advanceWatermark(write: WriteOf<'advance-watermark'>): WriteOutcome {
    const { bindingId, participant, watermark, messageId, evidence, atMs, time } = write;
    const conversation = this.#conversations.get(bindingId);
    if (!conversation) return ABSENT;
    const { messages, messageIdOf, watermarks } = conversation;
    const isOthers = (message: StoredMessage | undefined) => message && !mayBeSame(participant, message.participant);
    const named = messages.get(messageId ?? '') ?? messages.get(messageIdOf.get(messageId ?? '') ?? '');
    const newest = () => [...messages.values()].findLast((message) => message.status === 'sent' && isOthers(message));
    const target = messageId === undefined ? newest() : isOthers(named) ? named : undefined;
    if (messageId !== undefined && !target) return ABSENT;

    const marks = watermarks.get(participant) ?? new Map<Watermark, StoredWatermark>();
    const current = marks.get(watermark);
    if (!target || (current && current.upTo >= target.sequence))
      return { status: 'unchanged', upTo: current?.upTo ?? 0, messageId: current?.messageId };
    watermarks.set(participant, marks);
    const moved = { participant, upTo: target.sequence, messageId: target.id, evidence };
    for (const included of WATERMARKS.slice(0, WATERMARKS.indexOf(watermark) + 1)) {
      if ((marks.get(included)?.upTo ?? 0) < moved.upTo) marks.set(included, { ...moved, watermark: included, atMs });
    }
    return { ...DONE, event: this.#append(conversation, { kind: 'receipt', watermark, ...moved }, time) };
  }

  #forget({ beforeMs }: WriteOf<'forget'>): WriteOutcome {
    const firstKept = this.#events.findIndex(({ time }) => Date.parse(time) >= beforeMs);
    const old = firstKept < 0 ? this.#events.length : firstKept;
    const events = Math.min(old, FORGET_MAX);
    this.#events.splice(0, events);

    const settled = [...this.#conversationOf]
      .flatMap(([id, { messages, emptied }]) => (emptied.has(id) ? [] : (messages.get(id) ?? [])))
      .filter(({ status, acceptedAtMs }) => status !== 'accepted' && acceptedAtMs < beforeMs)
      .sort((a, b) => a.acceptedAtMs - b.acceptedAtMs)
      .slice(0, FORGET_MAX);
    for (const message of settled) {
      const conversation = this.#open(message.bindingId);
      if (conversation) this.#emptyMessage(conversation, message);
      else this.#forgetMessage(message);
    }
    const emptied = [...this.#conversations.values()]
      .filter(({ binding }) => binding.state === 'ended' && binding.createdAtMs < beforeMs)
      .sort((a, b) => a.binding.createdAtMs - b.binding.createdAtMs)
      .flatMap(({ messages, emptied }) => [...messages.values()].filter(({ id }) => emptied.has(id)))
      .slice(0, FORGET_MAX);
    for (const message of emptied) this.#forgetMessage(message);

    const eventful = new Set(this.#events.map(({ bindingId }) => bindingId));
    const bindings = [...this.#conversations.values()]
      .filter(({ binding, messages }) => {
        const isOver = binding.state === 'ended' && binding.createdAtMs < beforeMs;
        return isOver && messages.size === 0 && !eventful.has(binding.id);
      })
      .sort((a, b) => a.binding.createdAtMs - b.binding.createdAtMs)
      .slice(0, FORGET_MAX);
    for (const { binding } of bindings) this.#forgetBinding(binding);
    const messages = settled.length + emptied.length;
    const most = Math.max(events, settled.length, emptied.length, bindings.length);
    return { status: 'forgotten', events, messages, bindings: bindings.length, more: most === FORGET_MAX };
  }

  #emptyMessage({ messages, idByKey, emptied }: Conversation, message: StoredMessage): void {
    const { id, idempotencyKey } = message;
    messages.set(id, { ...message, text: '', reason: undefined, idempotencyKey: undefined });
    idByKey.delete(idempotencyKey ?? '');
    emptied.add(id);
  }

  #forgetMessage({ id, bindingId, idempotencyKey, platformIds }: StoredMessage): void {
    const conversation = this.#conversations.get(bindingId);
    conversation?.messages.delete(id);
    conversation?.emptied.delete(id);
    conversation?.idByKey.delete(idempotencyKey ?? '');
    for (const platformId of platformIds)
      if (conversation?.messageIdOf.get(platformId) === id) conversation.messageIdOf.delete(platformId);
    this.#conversationOf.delete(id);
  }

  #forgetBinding({ id }: Binding): void {
    this.#conversations.delete(id);
    for (const [subject, { bindingId }] of this.#cursors) if (bindingId === id) this.#cursors.delete(subject);
    for (const [name, named] of this.#aliases) {
      for (const [kind, bindingId] of named) if (bindingId === id) named.delete(kind);
      if (named.size === 0) this.#aliases.delete(name);
    }
  }

  #open(bindingId: string): Conversation | undefined {
    const conversation = this.#conversations.get(bindingId);
    return conversation?.binding.state === 'open' ? conversation : undefined;
  }

  /** The open binding that goes by this name; an ended one has given it up. */
  #holderOf(clientId: string, { kind, alias }: Alias): string | undefined {
    return this.#open(this.#aliases.get(nameOf(clientId, alias))?.get(kind) ?? '')?.binding.id;
  }

  #name({ id, clientId }: Binding, { kind, alias }: Alias): void {
    const name = nameOf(clientId, alias);
    this.#aliases.set(name, (this.#aliases.get(name) ?? new Map<AliasKind, string>()).set(kind, id));
  }

  #waiting(bindingId: string): StoredMessage[] {
    const messages = this.#conversations.get(bindingId)?.messages.values() ?? [];
    return [...messages].filter(({ status }) => status === 'accepted');
  }

  #change(messageId: string, changeOf: (message: StoredMessage) => Partial<StoredMessage> | undefined): WriteOutcome {
    const conversation = this.#conversationOf.get(messageId);
    const message = conversation?.messages.get(messageId);
    const change = message?.status === 'accepted' ? changeOf(message) : undefined;
    if (!conversation || !message || !change) return ABSENT;
    conversation.messages.set(messageId, { ...message, ...change });
    return DONE;
  }

  #logMessage(
    conversation: Conversation,
    message: Omit<StoredMessage, 'sequence'>,
    time: string,
    platformIds: readonly string[] = [],
  ): LoggedEvent {
    const { id, participant, text, status } = message;
    const body = { kind: 'message', messageId: id, participant, text, status, platformIds } as const;
    const event = this.#append(conversation, body, time);
    conversation.messages.set(id, { ...message, sequence: event.sequence });
    this.#conversationOf.set(id, conversation);
    this.#learn(conversation, id, platformIds);
    return event;
  }

  /** Adds the ids that are nobody's yet to the message. */
  #learn(conversation: Conversation, messageId: string, platformIds: readonly string[]): StoredMessage {
    const { messages, messageIdOf } = conversation;
    const message = messages.get(messageId);
    if (!message) throw new Error(`MemoryStore: message ${messageId} has names but is not there.`);
    const fresh = [...new Set(platformIds)].filter((platformId) => !messageIdOf.has(platformId));
    for (const platformId of fresh) messageIdOf.set(platformId, messageId);
    const learnt = { ...message, platformIds: [...message.platformIds, ...fresh] };
    messages.set(messageId, learnt);
    return learnt;
  }

  #append(conversation: Conversation, body: EventBody, time: string): LoggedEvent {
    const { id: bindingId, clientId, conversationId } = conversation.binding;
    this.#position += 1;
    conversation.sequence += 1;
    const { sequence } = conversation;
    const event = { bindingId, clientId, conversationId, time, position: this.#position, sequence, body };
    this.#events.push(event);
    return event;
  }
}

const nameOf = (clientId: string, alias: string): string => JSON.stringify([clientId, alias]);
const aliasIn = (name: string): string => JSON.parse(name)[1];

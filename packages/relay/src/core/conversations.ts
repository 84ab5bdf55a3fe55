import { isDeepStrictEqual } from 'node:util';
import { type Agenda, BackchannelError, type Ports } from '@backchannel/client';
import type { RelaySettings } from '../config/settings.ts';
import type { AliasKind, Binding, BindRequest } from '../domain/binding.ts';
import type { ConversationRef, ExplainLine } from '../domain/commands.ts';
import type { ClientPrincipal, Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { LegListener, Legs } from '../legs/legs.ts';
import type { Log } from '../observe/log.ts';
import { ALIAS_KINDS } from '../store/names.ts';
import type { Alias, Store } from '../store/store.ts';
import { Conversation } from './conversation.ts';
import { requireConversation } from './entitle.ts';
import type { EventLog } from './event-log.ts';
import { Names } from './names.ts';
import { isPlainName, NAME_MAX } from './plain-name.ts';
import { endedConversation, invalid, shown, unknownConversation } from './problems.ts';

/** How long the first call of a conversation that is made automatically waits for its guest to be connected. */
const PROVISION_WAIT_MS = 5_000;

/** Kinds of names by which an unknown conversation can be made. */
const PROVISIONABLE: readonly AliasKind[] = ['conversation', 'session'];

export interface ConversationsOptions {
  readonly store: Store;
  readonly events: EventLog;
  readonly legs: Legs;
  readonly agenda: Agenda;
  readonly settings: RelaySettings;
  readonly ports: Pick<Ports, 'ids' | 'wallTime'>;
  readonly log: Log;
  readonly explain: (conversation: Conversation, line: Omit<ExplainLine, 'time'>) => void;
  /** What hears the legs of a conversation. */
  readonly listener: (conversation: Conversation) => LegListener;
}

/** The conversations that are open, by their names; how they are made, and found again after a restart. */
export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #names = new Names();
  readonly #open = new Map<string, Conversation>();
  /** Conversations that are being written down: they count as open. */
  #binds = 0;
  /** Conversations that are being made, so that many first calls at once make one. */
  readonly #making = new Map<string, Promise<Conversation>>();

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  get all(): Iterable<Conversation> {
    return this.#open.values();
  }

  /** By the relay's own id of its binding. */
  ofBinding(bindingId: string): Conversation | undefined {
    return this.#open.get(bindingId);
  }

  /** In memory, in one look: the way of every signal. Absent: ask `find`. */
  known(principal: Principal, { id, kinds }: ConversationRef): Conversation | undefined {
    const conversation = this.#names.find(principal.clientId, id, kinds);
    if (conversation) requireConversation(principal, conversation.binding, id);
    return conversation;
  }

  /**
   * The conversation, also one that has ended. With `provision` an unknown one is made, where the configuration says so.
   *
   * @throws RelayProblem `conversation.unknown`.
   */
  async find(principal: Principal, ref: ConversationRef, { provision = false } = {}): Promise<Conversation> {
    const known = this.known(principal, ref);
    if (known) return known;
    const binding = await this.#options.store.findBinding(principal.clientId, ref.id, ref.kinds);
    if (binding) {
      requireConversation(principal, binding, ref.id);
      if (binding.state === 'ended') return new Conversation(binding);
      const conversation = this.adopt(binding);
      await this.#remember(conversation, ref);
      return conversation;
    }
    const { kinds = PROVISIONABLE } = ref;
    const asKind = PROVISIONABLE.find((kind) => kinds.includes(kind));
    // To make one is to write, however little the call itself needs.
    const mayWrite = principal.scopes.has('signals:write') || principal.scopes.has('messages:write');
    const mayProvision = provision && mayWrite && this.#options.settings.provisioning === 'automatic';
    if (!mayProvision || !asKind || principal.kind !== 'client') throw unknownConversation(ref.id);
    return this.#provision(principal, ref.id, asKind);
  }

  /** @throws RelayProblem `request.invalid`, `conversation.taken`, `conversation.differs`, `conversations.full`. */
  async bind(
    principal: ClientPrincipal,
    conversationId: string,
    request: BindRequest,
    provisioned = false,
  ): Promise<{ readonly created: boolean; readonly conversation: Conversation }> {
    const { events, settings, ports, store, log } = this.#options;
    for (const [path, name] of Object.entries({
      id: conversationId,
      session: request.session,
      guestId: request.guestId,
    })) {
      if (name !== undefined) checkName(path, name);
    }
    const existing = this.#names.find(principal.clientId, conversationId, ['conversation']);
    this.#checkUnlinked(existing, request);
    if (existing?.isOpen) return { created: false, conversation: await this.#rename(existing, request) };
    if (existing) throw endedConversation(conversationId, 'it is being closed');
    const { conversationsMax } = settings.limits;
    if (this.#open.size + this.#binds >= conversationsMax) throw full(conversationsMax);
    const binding: Binding = {
      id: ports.ids.uuid(),
      clientId: principal.clientId,
      conversationId,
      guest: {
        kind: request.guest.kind,
        deploymentId: request.guest.deploymentId ?? settings.genesys.deploymentId,
        token: request.guest.token ?? ports.ids.uuid(),
        nickname: request.guest.nickname,
        attributes: request.guest.attributes,
      },
      guestParticipantId: ports.ids.uuid(),
      state: 'open',
      provisioned,
      createdAtMs: Date.parse(ports.wallTime()),
    };
    this.#checkGuest(binding);
    const aliases = aliasesOf(binding, request);
    this.#binds += 1;
    const [outcome] = await events.record([{ kind: 'bind', binding, aliases }]).finally(() => {
      this.#binds -= 1;
    });
    if (outcome?.status === 'taken') {
      // Two calls at once: the other was first. Or one of the further names is another conversation's.
      const other = await store.findBinding(principal.clientId, conversationId, ['conversation']);
      if (other?.state !== 'open' || other.id !== outcome.bindingId) throw taken(conversationId, aliases);
      return { created: false, conversation: await this.#rename(this.adopt(other), request) };
    }
    log.info(provisioned ? 'conversation.provisioned' : 'conversation.bound', {
      clientId: binding.clientId,
      bindingId: binding.id,
    });
    const conversation = this.adopt(binding);
    for (const { kind, alias } of aliases) this.#names.add(conversation, kind, alias);
    await this.#linkByWord(conversation, request);
    return { created: true, conversation };
  }

  /** Takes an open binding into memory and opens its guest's leg; `before`: what must be there when that begins to tell. */
  adopt(binding: Binding, before?: (conversation: Conversation) => void): Conversation {
    // Whoever has made it and whoever has just found it in the store may both come here.
    const known = this.#open.get(binding.id);
    if (known) return known;
    const conversation = new Conversation(binding);
    before?.(conversation);
    this.#open.set(binding.id, conversation);
    for (const { kind, alias } of aliasesOf(binding, {})) this.#names.add(conversation, kind, alias);
    try {
      conversation.guestLeg = this.#options.legs.openGuest(binding, this.#options.listener(conversation));
    } catch (error) {
      // What another version wrote down must not keep all the others from being taken up.
      const { message } = BackchannelError.from(error);
      conversation.guestReason = message;
      this.#options.log.error('conversation.leg-refused', { bindingId: binding.id, error });
    }
    return conversation;
  }

  /** Before it is on disk, where it would be found at every start. */
  #checkGuest(binding: Binding): void {
    try {
      this.#options.legs.checkGuest(binding);
    } catch (error) {
      const { code, message } = BackchannelError.from(error);
      const path = code === 'attributes.invalid' ? 'guest.attributes' : 'guest';
      throw invalid(path, `The guest can’t be made: ${message}`, 'Correct it and send it again; nothing was made.');
    }
  }

  /** Further names, found in memory from now on, and after a restart. */
  async name(conversation: Conversation, aliases: readonly Alias[]): Promise<void> {
    const { events, log } = this.#options;
    const { id: bindingId } = conversation.binding;
    const known = (each: Alias) =>
      conversation.names.some(({ kind, alias }) => kind === each.kind && alias === each.alias);
    const further = aliases.filter((alias) => !known(alias));
    if (further.length === 0) return;
    // In memory first: a caller who has just been told of a name can use it at once.
    const isRoom = further.every(({ kind, alias }) => this.#names.add(conversation, kind, alias));
    if (!isRoom) log.warn('conversation.names-full', { bindingId, count: conversation.names.length });
    const outcomes = await events.record(further.map((alias) => ({ kind: 'add-alias', bindingId, alias })));
    const refused = outcomes.filter(({ status }) => status !== 'done').length;
    if (refused > 0) log.warn('conversation.names-taken', { bindingId, count: refused });
  }

  /** Genesys's conversation is known: written down and told, unless it was known before. */
  async linked(conversation: Conversation, genesysConversationId: string, reason: string): Promise<void> {
    const { events, explain, log, ports } = this.#options;
    const { id: bindingId, genesysConversationId: before } = conversation.binding;
    if (genesysConversationId === before) return;
    conversation.binding = { ...conversation.binding, genesysConversationId };
    explain(conversation, { participant: 'guest', what: 'link', outcome: 'linked', reason });
    log.info('conversation.linked', { bindingId, genesysConversationId });
    await events.record([
      { kind: 'update-binding', bindingId, genesysConversationId },
      {
        kind: 'append-event',
        bindingId,
        body: { kind: 'conversation', state: 'linked', reason },
        time: ports.wallTime(),
      },
    ]);
    await this.name(conversation, [{ kind: 'genesys-conversation', alias: genesysConversationId }]);
  }

  /** It is over: nothing finds it in memory any more. */
  forget(conversation: Conversation): void {
    this.#open.delete(conversation.binding.id);
    this.#names.remove(conversation);
  }

  /** A name that only the store knew, of before a restart: the next signal finds it in memory. */
  async #remember(conversation: Conversation, { id, kinds = ALIAS_KINDS }: ConversationRef): Promise<void> {
    const { clientId } = conversation.binding;
    for (const kind of kinds) {
      const named = await this.#options.store.findBinding(clientId, id, [kind]);
      if (named?.id === conversation.binding.id) this.#names.add(conversation, kind, id);
    }
  }

  async #rename(conversation: Conversation, request: BindRequest): Promise<Conversation> {
    checkUnchanged(conversation.binding, request);
    const { id: bindingId, clientId, conversationId } = conversation.binding;
    const aliases = aliasesOf(conversation.binding, request);
    const further = aliases.filter((each) => this.#names.find(clientId, each.alias, [each.kind]) !== conversation);
    // All are looked at before one is given. The store knows more names than memory: those of before a restart.
    for (const { kind, alias } of further) {
      const other = await this.#options.store.findBinding(clientId, alias, [kind]);
      if (other?.state === 'open' && other.id !== bindingId) throw taken(conversationId, [{ kind, alias }]);
    }
    const writes = further.map((alias) => ({ kind: 'add-alias', bindingId, alias }) as const);
    const outcomes = writes.length > 0 ? await this.#options.events.record(writes) : [];
    for (const [index, { kind, alias }] of further.entries()) {
      const status = outcomes[index]?.status;
      if (status === 'done') this.#names.add(conversation, kind, alias);
      else if (status === 'taken') throw taken(conversationId, [{ kind, alias }]);
      else throw endedConversation(conversationId, conversation.binding.endedBecause);
    }
    await this.#linkByWord(conversation, request);
    return conversation;
  }

  /** One of Genesys's conversations is one binding's, whoever asks: else a word would be enough to speak in another client's. */
  #checkUnlinked(existing: Conversation | undefined, { genesysConversationId }: BindRequest): void {
    if (genesysConversationId === undefined) return;
    for (const conversation of this.#open.values()) {
      if (conversation !== existing && isSameId(conversation.binding.genesysConversationId, genesysConversationId))
        throw linkedElsewhere(genesysConversationId);
    }
  }

  /** The integrator says which conversation of Genesys's it is. A word that the legs refuse is not told as a fact. */
  async #linkByWord(conversation: Conversation, { genesysConversationId }: BindRequest): Promise<void> {
    if (genesysConversationId === undefined || genesysConversationId === conversation.binding.genesysConversationId)
      return;
    const { outcome, reason } = await this.#options.legs.link(conversation.binding.id, genesysConversationId);
    if (outcome === 'refused') {
      this.#options.explain(conversation, { participant: 'guest', what: 'link', outcome, reason });
      return;
    }
    await this.linked(conversation, genesysConversationId, `By the client’s word (${outcome}: ${reason})`);
  }

  #provision(principal: ClientPrincipal, id: string, kind: AliasKind): Promise<Conversation> {
    const { clientId } = principal;
    const key = JSON.stringify([clientId, id]);
    const making = this.#making.get(key);
    if (making) return making;
    const make = async () => {
      const request: BindRequest = { guest: { kind: 'webmessaging' }, session: kind === 'session' ? id : undefined };
      const { conversation } = await this.bind(principal, id, request, true);
      await conversation.untilLive(this.#options.agenda, PROVISION_WAIT_MS);
      return conversation;
    };
    const made = make().finally(() => this.#making.delete(key));
    this.#making.set(key, made);
    return made;
  }
}

function aliasesOf(
  { conversationId, guestParticipantId, genesysConversationId }: Binding,
  { session, guestId }: Pick<BindRequest, 'session' | 'guestId'>,
): readonly Alias[] {
  const names: readonly (readonly [AliasKind, string | undefined])[] = [
    ['conversation', conversationId],
    ['guest-participant', guestParticipantId],
    ['genesys-conversation', genesysConversationId],
    ['session', session],
    ['guest', guestId],
  ];
  return names.flatMap(([kind, alias]) => (alias === undefined ? [] : [{ kind, alias }]));
}

/** What Genesys was told of a guest can't be told anew: to take other words would be to forget them. */
function checkUnchanged({ conversationId, guest }: Binding, { guest: asked }: BindRequest): void {
  const changed = (['deploymentId', 'nickname', 'attributes'] as const).find(
    (member) => asked[member] !== undefined && !isDeepStrictEqual(asked[member], guest[member]),
  );
  if (changed === undefined) return;
  const detail = `guest.${changed} is not the one that this conversation was made with, and Genesys has been told that one.`;
  throw new RelayProblem('conversation.differs', 409, `${shown(conversationId)} is open already: ${detail}`, {
    fix: `Leave guest.${changed} out, or end the conversation first (DELETE /v1/conversations/{id}).`,
    errors: [{ path: `guest.${changed}`, detail }],
  });
}

function checkName(path: string, name: string): void {
  if (isPlainName(name)) return;
  const detail = `${path} is ${shown(name)}: a name has 1 to ${NAME_MAX} characters, none of them a control character.`;
  throw invalid(path, detail, 'Use an id of your own, such as a UUID.');
}

const taken = (conversationId: string, aliases: readonly Alias[]): RelayProblem =>
  new RelayProblem(
    'conversation.taken',
    409,
    `${shown(conversationId)} can’t be made or renamed: one of its names (${aliases.map(({ kind }) => kind).join(', ')}) is another open conversation’s.`,
    { fix: 'Use other names, or end the other conversation first (DELETE /v1/conversations/{id}).' },
  );

/** Ids of Genesys's are UUIDs, which mean the same in capitals. */
const isSameId = (known: string | undefined, asked: string): boolean => known?.toLowerCase() === asked.toLowerCase();

const linkedElsewhere = (genesysConversationId: string): RelayProblem =>
  new RelayProblem(
    'conversation.taken',
    409,
    `Genesys’s conversation ${shown(genesysConversationId)} belongs to another open conversation of the relay.`,
    { fix: 'Leave genesysConversationId out: the relay finds it by itself. Or end the other conversation first.' },
  );

const full = (conversationsMax: number): RelayProblem =>
  new RelayProblem(
    'conversations.full',
    429,
    `The relay has ${conversationsMax} open conversations, and takes no more.`,
    {
      fix: 'End some (DELETE /v1/conversations/{id}), or raise limits.conversationsMax in the configuration.',
      retryAfterMs: 60_000,
    },
  );

import { Agenda, type Ports } from '@backchannel/client';
import type { RelaySettings } from '../config/settings.ts';
import type { Binding, BindRequest } from '../domain/binding.ts';
import type {
  ConversationRef,
  ConversationView,
  ExplainLine,
  FoundMessage,
  MessageCommand,
  MessageResult,
  NamedParticipant,
  ReceiptCommand,
  ReceiptResult,
  RelayCommands,
  SignalResult,
  SubscribeOptions,
  Subscription,
  TypingCommand,
} from '../domain/commands.ts';
import type { LoggedEvent, MessageStatus, TypingBody } from '../domain/event.ts';
import { type Actor, type Participant, userIdOf } from '../domain/participant.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import { epochMsOf } from '../domain/time.ts';
import type { Legs } from '../legs/legs.ts';
import type { Log } from '../observe/log.ts';
import type { RelayMetrics } from '../observe/metrics.ts';
import type { Store } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import { Conversations } from './conversations.ts';
import { Endings } from './endings.ts';
import { requireActor, requireClient, requireScope } from './entitle.ts';
import { EventLog } from './event-log.ts';
import { GuestSessions } from './guest-sessions.ts';
import { Lanes } from './lanes.ts';
import { listenerFor } from './leg-events.ts';
import { Lookups } from './lookups.ts';
import { Messages } from './messages.ts';
import { Observations } from './observations.ts';
import { participantIdOf, stateOf } from './participants.ts';
import { invalid, shown, stopping, unknownMessage } from './problems.ts';
import { Receipts } from './receipts.ts';
import { Relinking } from './relinking.ts';
import { resumeAll } from './resume.ts';
import { Retention } from './retention.ts';
import { TypingPlane } from './typing-plane.ts';
import { TypingSignals } from './typing-signals.ts';
import { viewOf } from './view.ts';

/** Conversations that a list shows, newest first; one by one all of them can be asked for. */
const LIST_MAX = 1_000;

/** How long deliveries that are under way when the relay stops may take. */
const STOP_WAIT_MS = 10_000;

export interface RelayOptions {
  readonly store: Store;
  readonly legs: Legs;
  readonly settings: RelaySettings;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'ids' | 'wallTime'>;
  readonly log: Log;
  readonly metrics: RelayMetrics;
}

/**
 * The relay without a server: everything that it does for who is allowed to ask. One object per process; it holds one timer,
 * and in memory what is open. `start` before anything else, `stop` at the end; store and legs are the caller's to close.
 */
export class Relay implements RelayCommands {
  readonly #options: RelayOptions;
  readonly #agenda: Agenda;
  readonly #events: EventLog;
  readonly #plane: TypingPlane;
  readonly #conversations: Conversations;
  readonly #lanes: Lanes;
  readonly #endings: Endings;
  readonly #typing: TypingSignals;
  readonly #messages: Messages;
  readonly #receipts: Receipts;
  readonly #retention: Retention;
  readonly #relinking: Relinking;
  readonly #guestSessions: GuestSessions;
  readonly #lookups = new Lookups();
  #stopping = false;

  constructor(options: RelayOptions) {
    const { store, legs, settings, ports, log, metrics } = options;
    const epochMs = () => epochMsOf(ports);
    const wallTime = () => ports.wallTime();
    const explain = (conversation: Conversation, line: Omit<ExplainLine, 'time'>) =>
      conversation.explain.add(epochMs(), line);
    this.#options = options;
    const agenda = new Agenda(ports.clock);
    const events = new EventLog({ store, log, recorded: (event) => this.#recorded(event) });
    const plane = new TypingPlane({ agenda, log, tell: (conversation, body) => this.#tell(conversation, body) });
    const observations = new Observations({ events, agenda, ports, log });
    const lanes = new Lanes(
      { store, events, legs, agenda, random: ports.random, epochMs, log, metrics, explain },
      observations,
      wallTime,
    );
    const conversations: Conversations = new Conversations({
      store,
      events,
      legs,
      agenda,
      settings,
      ports,
      log,
      explain,
      listener: (conversation) => listenerFor(conversation, { conversations, events, lanes, plane, endings, log }),
    });
    const endings = new Endings({ conversations, events, lanes, plane, agenda, log, wallTime });
    this.#agenda = agenda;
    this.#events = events;
    this.#plane = plane;
    this.#lanes = lanes;
    this.#conversations = conversations;
    this.#endings = endings;
    // Not the agenda, which a stop closes: who waits for a conversation to be linked gets an answer.
    const relinking = new Relinking(legs, ports.clock);
    this.#relinking = relinking;
    this.#typing = new TypingSignals({ conversations, plane, legs, agenda, epochMs, relinking });
    const { laneMax } = settings.limits;
    this.#messages = new Messages({ conversations, events, lanes, legs, relinking, laneMax, ports, metrics });
    this.#receipts = new Receipts({ conversations, events, store, wallTime, relinking });
    this.#guestSessions = new GuestSessions({ conversations, store });
    this.#retention = new Retention({ store, agenda, log, epochMs, retentionMs: settings.store.retentionMs });
    metrics.watch('conversations', () => conversations.size);
    metrics.watch('lanes_waiting', () => lanes.waiting);
    metrics.watch('messages_waiting', () => lanes.messagesWaiting);
    this.#explain = explain;
  }

  readonly #explain: (conversation: Conversation, line: Omit<ExplainLine, 'time'>) => void;

  /** Finds what was open when the last process ended, and takes it up again. */
  async start(): Promise<void> {
    await this.#events.open();
    await resumeAll(this.#options.store, this.#conversations, this.#lanes, this.#events, this.#options.ports);
    this.#retention.start();
  }

  /** Takes nothing new, and lets the deliveries that are under way end, within `STOP_WAIT_MS`. */
  async stop(): Promise<void> {
    this.#stopping = true;
    let cancelTimer = () => {};
    const late = new Promise<void>((resolve) => {
      cancelTimer = this.#options.ports.clock.after(STOP_WAIT_MS, resolve);
    });
    await Promise.race([this.#lanes.stop(), late]);
    cancelTimer();
    for (const conversation of this.#conversations.all) conversation.release();
    this.#lanes.release();
    this.#agenda.close();
  }

  async bind(principal: Principal, conversationId: string, request: BindRequest) {
    this.#goesOn();
    requireClient(principal, 'make a conversation');
    requireScope(principal, 'signals:write');
    const bind = () => this.#conversations.bind(principal, conversationId, request);
    const { created, conversation } =
      request.genesysConversationId === undefined ? await bind() : await this.#lookups.within(principal.clientId, bind);
    return { created, view: await this.#view(conversation) };
  }

  async conversation(
    principal: Principal,
    ref: ConversationRef,
    { provision = false }: { readonly provision?: boolean | undefined } = {},
  ): Promise<ConversationView> {
    requireScope(principal, 'signals:read');
    if (provision) this.#goesOn();
    return this.#view(await this.#conversations.find(principal, ref, { provision }));
  }

  async conversations(principal: Principal, limit = LIST_MAX): Promise<readonly ConversationView[]> {
    requireClient(principal, 'list conversations');
    requireScope(principal, 'signals:read');
    const own = [...this.#conversations.all].filter(({ binding }) => binding.clientId === principal.clientId);
    return Promise.all(
      own
        .slice(-Math.min(limit, LIST_MAX))
        .reverse()
        .map((conversation) => this.#view(conversation)),
    );
  }

  async unbind(principal: Principal, ref: ConversationRef): Promise<void> {
    this.#goesOn();
    requireClient(principal, 'end a conversation');
    requireScope(principal, 'signals:write');
    await this.#endings.unbind(await this.#conversations.find(principal, ref));
  }

  async typing(principal: Principal, command: TypingCommand): Promise<SignalResult> {
    this.#goesOn();
    const beganMs = this.#agenda.now();
    const { conversation, result } = await this.#typing.declare(principal, command);
    const { participant, outcome, reason } = result;
    this.#explain(conversation, { participant, what: 'typing', outcome, reason });
    this.#options.metrics.signal('typing', outcome, this.#agenda.now() - beganMs);
    return result;
  }

  async message(principal: Principal, command: MessageCommand): Promise<MessageResult> {
    this.#goesOn();
    return this.#messages.accept(principal, command);
  }

  delivered(messageId: string, timeoutMs: number): Promise<MessageStatus> {
    return this.#lanes.delivered(messageId, timeoutMs);
  }

  async receipt(principal: Principal, command: ReceiptCommand): Promise<ReceiptResult> {
    this.#goesOn();
    const beganMs = this.#agenda.now();
    const { conversation, result } = await this.#receipts.report(principal, command);
    const { participant, outcome, reason } = result;
    this.#explain(conversation, { participant, what: 'receipt', outcome, reason });
    this.#options.metrics.signal('receipt', outcome, this.#agenda.now() - beganMs);
    return result;
  }

  async explain(principal: Principal, ref: ConversationRef): Promise<readonly ExplainLine[]> {
    requireClient(principal, 'see what became of the signals of others');
    requireScope(principal, 'signals:read');
    return (await this.#conversations.find(principal, ref)).explain.lines();
  }

  async subscribe(principal: Principal, { conversation: ref, ...replay }: SubscribeOptions): Promise<Subscription> {
    requireScope(principal, 'signals:read');
    if (replay.afterSequence !== undefined && !ref) {
      const detail = 'afterSequence counts within one conversation, and none was named.';
      throw invalid('afterSequence', detail, 'Name the conversation, or resume by afterPosition.');
    }
    const { clientId } = principal;
    const own = principal.kind === 'conversation' ? principal.bindingId : undefined;
    const bindingId = ref ? (await this.#conversations.find(principal, ref)).binding.id : own;
    return this.#events.subscribe({ clientId, bindingId }, replay);
  }

  async findMessage(principal: Principal, messageId: string): Promise<FoundMessage> {
    const message = await this.#options.store.findMessage(principal.clientId, messageId);
    const isOthers = principal.kind === 'conversation' && principal.bindingId !== message?.bindingId;
    if (!message || isOthers) throw unknownMessage(messageId);
    const conversation = this.#conversations.ofBinding(message.bindingId);
    if (!conversation) throw endedWithMessage(messageId);
    const { participant, status, reason, platformIds } = message;
    const found: ConversationRef = { id: conversation.binding.conversationId, kinds: ['conversation'] };
    return { conversation: found, participant, status, reason, platformIds };
  }

  async participant(
    principal: Principal,
    ref: ConversationRef,
    name: string,
    { provision = false }: { readonly provision?: boolean | undefined } = {},
  ): Promise<NamedParticipant> {
    this.#goesOn();
    const conversation = await this.#conversations.find(principal, ref, { provision });
    const participant = await this.#relinking.named(conversation, name);
    return { binding: conversation.binding, participant, state: stateOf(conversation, participant) };
  }

  participantId(bindingId: string, participant: Participant): string {
    const conversation = this.#conversations.ofBinding(bindingId);
    return conversation ? participantIdOf(conversation, participant) : (userIdOf(participant) ?? participant);
  }

  conversationOfGuest(principal: Principal, session: ConversationRef, guestId: string): Promise<Binding> {
    this.#goesOn();
    return this.#guestSessions.find(principal, session, guestId);
  }

  position(): number {
    return this.#events.position;
  }

  cursor(subject: string): Promise<number | undefined> {
    return this.#options.store.cursor(subject);
  }

  async saveCursor(subject: string, position: number, bindingId?: string): Promise<void> {
    await this.#events.record([{ kind: 'save-cursor', subject, position, bindingId }]);
  }

  async entitled(principal: Principal, ref: ConversationRef, actor: Actor): Promise<Binding> {
    const { binding } = await this.#conversations.find(principal, ref);
    requireActor(principal, actor);
    return binding;
  }

  #goesOn(): void {
    if (this.#stopping) throw stopping();
  }

  /** Before anybody hears of a kept event: a message is the end of its sender's typing. */
  #recorded({ bindingId, sequence, body }: LoggedEvent): void {
    const conversation = this.#conversations.ofBinding(bindingId);
    if (!conversation) return;
    conversation.sequence = sequence;
    if (body.kind === 'message') this.#plane.message(conversation, body.participant);
  }

  #tell({ binding }: Conversation, body: TypingBody): void {
    const { id: bindingId, clientId, conversationId } = binding;
    if (!this.#events.isHeard({ bindingId, clientId })) return;
    this.#events.tell({ bindingId, clientId, conversationId, time: this.#options.ports.wallTime() }, body);
  }

  async #view(conversation: Conversation): Promise<ConversationView> {
    const { store } = this.#options;
    const { id } = conversation.binding;
    const watermarks = await store.watermarks(id);
    const sequence = conversation.sequence ?? (await store.sequence(id));
    return viewOf(conversation, watermarks, { queued: this.#lanes.find(conversation)?.queued ?? 0, sequence });
  }
}

const endedWithMessage = (messageId: string): RelayProblem =>
  new RelayProblem('conversation.ended', 409, `The conversation of the message ${shown(messageId)} has ended.`, {
    fix: 'Nothing is left to do: what was read in it can’t be told any more.',
  });

import type { ContentItem } from '@backchannel/protocol';
import { SeededIds } from '../ids.ts';
import type { RateLimits } from '../rate-limits.ts';
import type { Switches } from '../switches.ts';
import type { Timeline } from '../timeline.ts';
import { AccessTokens, type PermissionOptions } from './access-tokens.ts';
import { seedAgents } from './agents.ts';
import { Attachments } from './attachments.ts';
import { Authorizations } from './authorizations.ts';
import { customerOf, guestLinksOf, isAnswered, liveConversationOf, undeliveredOf } from './conversation-parts.ts';
import { Conversations } from './conversations.ts';
import { seedCustomers } from './customers.ts';
import { type Defaults, type DeploymentSettings, deploymentOf } from './deployment.ts';
import type { Conversation, GuestLink, Message, Participant, Session } from './entities.ts';
import { GuestSessions } from './guest-sessions.ts';
import { GuestSignIns } from './guest-sign-ins.ts';
import { NotificationChannels } from './notification-channels.ts';
import { OpenGuests } from './open-guests.ts';
import { type IntegrationSettings, OpenIntegrations } from './open-integrations.ts';
import { Participation } from './participation.ts';
import { Sessions } from './sessions.ts';
import type { Configured, Origin, State, WorldListener } from './world-state.ts';

export interface WorldOptions {
  readonly seed: number;
  /** Separates this organisation's ids from those of others with the same seed. */
  readonly scope?: string | undefined;
  readonly defaults: Defaults;
  readonly deployment?: Partial<DeploymentSettings> | undefined;
  readonly permissions?: PermissionOptions | undefined;
  readonly integration?: IntegrationSettings | undefined;
  /** Default 86,400 (documented, OAUTH-LIFETIME). */
  readonly accessTokenSeconds?: number | undefined;
  readonly switches: Switches;
  readonly limits: RateLimits;
  readonly timeline: Timeline;
}

/** What a guest says: a text, an answer to a button, a file, or several of these. */
export interface GuestWords {
  readonly kind: 'Text' | 'Structured';
  readonly text: string;
  readonly content?: readonly ContentItem[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The id that the guest's own channel gave it. Default: one of the platform's. */
  readonly channelMessageId?: string;
}

/** What an agent's message has beside its text. */
export interface AgentExtras {
  readonly content?: readonly ContentItem[] | undefined;
  /** A machine says it. */
  readonly byBot?: boolean | undefined;
}

/**
 * The state of one organisation and the changes it can go through, free of sockets and requests. What is asked of it has been
 * admitted by a surface; whoever has to hear of a change hears it through the listener, in order and at once.
 */
export class World {
  readonly #options: WorldOptions;
  readonly #listener: WorldListener;
  #state: State;
  #cancelExpiry: (() => void) | undefined;
  readonly participation: Participation;
  readonly guestSessions: GuestSessions;
  readonly openGuests: OpenGuests;

  constructor(options: WorldOptions, listener: WorldListener) {
    this.#options = options;
    this.#listener = listener;
    this.participation = new Participation(this, listener);
    this.guestSessions = new GuestSessions(this, listener);
    this.openGuests = new OpenGuests(this, listener);
    this.#state = this.#seed();
  }

  /** Starts again from the seed: same ids, same credentials, nobody there. */
  reset(): void {
    this.close();
    this.#state = this.#seed();
  }

  close(): void {
    this.#cancelExpiry?.();
    this.#cancelExpiry = undefined;
  }

  get state(): State {
    return this.#state;
  }

  get switches(): Switches {
    return this.#options.switches;
  }

  get limits(): RateLimits {
    return this.#options.limits;
  }

  get timeline(): Timeline {
    return this.#options.timeline;
  }

  /** Finds or makes the session of a token and adds the connection to it. `undefined`: the emulator is full. */
  configure(token: string, startNew: boolean, link: GuestLink): Configured | undefined {
    this.expireDue();
    const { sessions } = this.#state;
    const known = sessions.find(token);
    let session = known;
    if (session === undefined) {
      const created = sessions.create(token);
      if (created === undefined) return undefined;
      if (created.forgotten)
        this.#listener.noted('The emulator is full of sessions: the one quiet longest is forgotten.');
      session = created.session;
    } else if (startNew) {
      this.leave(session);
      session.past = [];
      session.readOnly = false;
      sessions.touch(session);
    }
    this.#armExpiry();
    if (!session.links.includes(link)) session.links.push(link);
    const surplus = session.links.length - this.limits.of('guestConnectionsPerSession');
    return {
      session,
      isNew: known === undefined || startNew,
      superseded: surplus > 0 ? session.links.splice(0, surplus) : [],
    };
  }

  detach(session: Session, link: GuestLink): void {
    const index = session.links.indexOf(link);
    if (index >= 0) session.links.splice(index, 1);
  }

  /** Presence Join: opens the conversation without a word; in an open one it changes nothing but is copied back (GUEST-JOIN). */
  guestJoined(session: Session, attributes: Readonly<Record<string, string>> | undefined, origin: Origin): void {
    this.#addFromGuest(session, { kind: 'Join', text: '', metadata: undefined }, attributes, origin);
  }

  guestSaid(
    session: Session,
    said: GuestWords,
    attributes: Readonly<Record<string, string>> | undefined,
    origin: Origin | undefined,
  ): Message {
    return this.#addFromGuest(session, said, attributes, origin);
  }

  /** The conversation of a session, opened if there is none. */
  begin(session: Session): Conversation {
    return liveConversationOf(session) ?? this.#open(session);
  }

  /** Whether anybody is there to see it; without a conversation nobody is (assumed, GUEST-TYPING-NO-CONVERSATION). */
  guestTyped(session: Session, durationMs: number): boolean {
    const conversation =
      liveConversationOf(session) ?? (this.switches.typingOpensConversation ? this.#open(session) : undefined);
    if (conversation === undefined || !isAnswered(conversation)) return false;
    this.#listener.typed(conversation, this.#state.conversations.addTyping(conversation, 'guest', durationMs));
    return true;
  }

  /**
   * An agent's text goes to the guest's connections. On its way its status changes (assumed, AGENT-MESSAGE-STATUS); what the
   * conversation tells in between is that it is queued.
   */
  agentSaid(conversation: Conversation, agent: Participant, text: string, extras: AgentExtras = {}): Message {
    const message = this.#state.conversations.addMessage(conversation, {
      kind: extras.content === undefined ? 'Text' : 'Structured',
      ...extras,
      from: 'agent',
      fromName: agent.name,
      text,
      communicationId: agent.communication.id,
      status: 'queued',
    });
    const { session } = conversation;
    this.#state.sessions.touch(session);
    this.#listener.messageAdded(conversation, message);
    // A webhook that cannot be posted has failed by now.
    if (message.status === 'queued') this.#settle([message], 'sent');
    const isThere = guestLinksOf(conversation).length > 0;
    const canComeBack = session.conversation === conversation && this.#state.sessions.find(session.token) === session;
    if (isThere) this.#settle([message], 'delivery-success');
    else if (session.open === undefined && !canComeBack) this.#settle([message], 'delivery-failed');
    this.#listener.conversationChanged(conversation, []);
    if (session.open === undefined && !isThere && canComeBack) this.#listener.undelivered(conversation);
    return message;
  }

  /** The guest has read its history: what waited there for it is delivered. */
  guestRead(conversation: Conversation, messages: readonly Message[]): void {
    const waiting = messages.filter(({ status }) => status === 'sent');
    if (waiting.length === 0) return;
    this.#settle(waiting, 'delivery-success');
    this.#listener.conversationChanged(conversation, []);
  }

  /** Whether a connection of the guest was there to see it: typing is not kept for later. */
  agentTyped(conversation: Conversation, durationMs: number): boolean {
    if (conversation.session.open === undefined && guestLinksOf(conversation).length === 0) return false;
    this.#listener.typed(conversation, this.#state.conversations.addTyping(conversation, 'agent', durationMs));
    return true;
  }

  /** Ends the sessions whose time is over. Called by the clock, and before a session is used. */
  expireDue(): void {
    for (const session of this.#state.sessions.takeExpired()) {
      this.#listener.sessionExpired(session);
      session.links.length = 0;
      if (session.conversation) this.#giveUpDelivery(session.conversation);
    }
  }

  #addFromGuest(
    session: Session,
    given: GuestWords | { readonly kind: 'Join'; readonly text: string; readonly metadata: undefined },
    attributes: Readonly<Record<string, string>> | undefined,
    origin: Origin | undefined,
  ): Message {
    const conversation = this.begin(session);
    const customer = customerOf(conversation);
    if (attributes !== undefined && this.switches.attributesOnCustomer) {
      customer.attributes = { ...customer.attributes, ...attributes };
    }
    this.#state.sessions.touch(session);
    const message = this.#state.conversations.addMessage(conversation, {
      ...given,
      ...(session.customer === undefined ? {} : { metadata: { ...given.metadata, authenticated: 'true' } }),
      from: 'guest',
      fromName: customer.name,
      communicationId: customer.communication.id,
      status: 'received',
    });
    this.#listener.messageAdded(conversation, message, origin);
    return message;
  }

  #open(session: Session): Conversation {
    const { conversations, agents } = this.#state;
    const { routeToFirstAgent, agentsAnswerAtOnce } = this.switches;
    return conversations.open(session, routeToFirstAgent ? agents[0] : undefined, agentsAnswerAtOnce);
  }

  #settle(messages: readonly Message[], status: Message['status']): void {
    for (const message of messages) {
      message.status = status;
      message.statusAtMs = this.timeline.nowMs();
    }
  }

  /** Nobody will fetch what is still on its way (assumed, AGENT-MESSAGE-UNDELIVERED). */
  #giveUpDelivery(conversation: Conversation): void {
    const lost = undeliveredOf(conversation);
    if (lost.length === 0) return;
    this.#settle(lost, 'delivery-failed');
    this.#listener.conversationChanged(conversation, []);
  }

  /** The guest starts anew: what was said stays with the agent, the guest's side of it ends (assumed, GUEST-START-NEW). */
  leave(session: Session): void {
    const { conversation } = session;
    if (conversation === undefined) return;
    const customer = customerOf(conversation);
    this.#state.conversations.end(customer);
    session.conversation = undefined;
    this.#settle(undeliveredOf(conversation), 'delivery-failed');
    this.#listener.conversationChanged(conversation, []);
  }

  #armExpiry(): void {
    if (this.#cancelExpiry !== undefined) return;
    const dueMs = this.#state.sessions.nextExpiryMs;
    if (dueMs === undefined) return;
    this.#cancelExpiry = this.timeline.wake(dueMs, () => {
      this.#cancelExpiry = undefined;
      this.expireDue();
      this.#armExpiry();
    });
  }

  #seed(): State {
    const { seed, scope, defaults, timeline } = this.#options;
    const ids = new SeededIds(seed, scope);
    const deployment = deploymentOf(ids.uuid('deployment'), defaults, {
      maxFileSizeKB: this.limits.of('guestFileKilobytes'),
      ...this.#options.deployment,
    });
    const agents = seedAgents(ids);
    const jwtKey = ids.hex('jwtKey');
    const customers = seedCustomers(ids);
    const oauth = { clientId: ids.uuid('oauthClient'), clientSecret: `emulator-secret-${ids.hex('oauthSecret')}` };
    const loginClient = {
      clientId: ids.uuid('oauthClient'),
      clientSecret: `emulator-secret-${ids.hex('oauthSecret')}`,
    };
    const tokens = new AccessTokens(ids, timeline, this.#options.permissions, this.#options.accessTokenSeconds);
    for (const agent of agents) tokens.issue(loginClient.clientId, agent);
    const integrationId = ids.uuid('integration');
    return {
      ids,
      deployment,
      integrationId,
      openMessaging: new OpenIntegrations(ids, timeline, {
        integrationId,
        typing: defaults === 'demo' ? 'Enabled' : 'Disabled',
        ...this.#options.integration,
      }),
      queueId: ids.uuid('queue'),
      oauth,
      loginClient,
      authorizations: new Authorizations(ids, timeline),
      organizationId: ids.uuid('organization'),
      jwtKey,
      agents,
      tokens,
      sessions: new Sessions(ids, timeline, deployment.sessionDurationSeconds),
      conversations: new Conversations(ids, timeline, (note, id) => this.#listener.noted(note, id)),
      channels: new NotificationChannels(ids, timeline),
      customers,
      signIns: new GuestSignIns(ids, timeline, jwtKey, customers),
      attachments: new Attachments(ids, timeline, jwtKey, (note) => this.#listener.noted(note)),
    };
  }
}

import { SeededIds } from '../ids.ts';
import type { RateLimits } from '../rate-limits.ts';
import type { Switches } from '../switches.ts';
import type { Timeline } from '../timeline.ts';
import { AccessTokens, type PermissionOptions } from './access-tokens.ts';
import { type Agent, seedAgents } from './agents.ts';
import { activeAgentsOf, customerOf, guestLinksOf } from './conversation-parts.ts';
import { Conversations } from './conversations.ts';
import { type Defaults, type Deployment, type DeploymentSettings, deploymentOf } from './deployment.ts';
import type { Conversation, GuestLink, Message, Participant, Session, TypingRecord } from './entities.ts';
import { NotificationChannels } from './notification-channels.ts';
import { Sessions } from './sessions.ts';

/** Whose frame caused a change: its own copy carries the tracingId, the others' do not (assumed, GUEST-ECHO-ALL-CONNECTIONS). */
export interface Origin {
  readonly link: GuestLink;
  readonly tracingId?: string | undefined;
}

/** Hears what happened, in the order in which it happened. Implemented by the wiring of the surfaces. */
export interface WorldListener {
  messageAdded(conversation: Conversation, message: Message, origin?: Origin): void;
  typed(conversation: Conversation, record: TypingRecord): void;
  /** Something but its messages changed: somebody left. */
  conversationChanged(conversation: Conversation): void;
  sessionExpired(session: Session): void;
  /** Something was forgotten or dropped, and why. */
  noted(note: string, conversationId?: string): void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly defaults: Defaults;
  readonly deployment?: Partial<DeploymentSettings> | undefined;
  readonly permissions?: PermissionOptions | undefined;
  readonly switches: Switches;
  readonly limits: RateLimits;
  readonly timeline: Timeline;
}

interface State {
  readonly ids: SeededIds;
  readonly deployment: Deployment;
  readonly integrationId: string;
  readonly queueId: string;
  readonly oauth: { readonly clientId: string; readonly clientSecret: string };
  /** Signs the guests' JWTs. */
  readonly jwtKey: string;
  readonly agents: readonly [Agent, ...Agent[]];
  readonly tokens: AccessTokens;
  readonly sessions: Sessions;
  readonly conversations: Conversations;
  readonly channels: NotificationChannels;
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

  constructor(options: WorldOptions, listener: WorldListener) {
    this.#options = options;
    this.#listener = listener;
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
  configure(
    token: string,
    startNew: boolean,
    link: GuestLink,
  ): { readonly session: Session; readonly isNew: boolean; readonly superseded: readonly GuestLink[] } | undefined {
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
      this.#leave(session);
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
    text: string,
    metadata: Readonly<Record<string, string>> | undefined,
    attributes: Readonly<Record<string, string>> | undefined,
    origin: Origin,
  ): void {
    this.#addFromGuest(session, { kind: 'Text', text, metadata }, attributes, origin);
  }

  /** Whether anybody is there to see it; without a conversation nobody is (assumed, GUEST-TYPING-NO-CONVERSATION). */
  guestTyped(session: Session, durationMs: number): boolean {
    const conversation =
      session.conversation ?? (this.switches.typingOpensConversation ? this.#open(session) : undefined);
    if (conversation === undefined || activeAgentsOf(conversation).length === 0) return false;
    this.#listener.typed(conversation, this.#state.conversations.addTyping(conversation, 'guest', durationMs));
    return true;
  }

  agentSaid(conversation: Conversation, agent: Participant, text: string): Message {
    const message = this.#state.conversations.addMessage(conversation, {
      kind: 'Text',
      from: 'agent',
      fromName: agent.name,
      text,
      communicationId: agent.communication.id,
      status: guestLinksOf(conversation).length > 0 ? 'delivery-success' : 'sent',
    });
    this.#state.sessions.touch(conversation.session);
    this.#listener.messageAdded(conversation, message);
    return message;
  }

  /** Whether a connection of the guest was there to see it: typing is not kept for later. */
  agentTyped(conversation: Conversation, durationMs: number): boolean {
    if (guestLinksOf(conversation).length === 0) return false;
    this.#listener.typed(conversation, this.#state.conversations.addTyping(conversation, 'agent', durationMs));
    return true;
  }

  /** Ends the sessions whose time is over. Called by the clock, and before a session is used. */
  expireDue(): void {
    for (const session of this.#state.sessions.takeExpired()) {
      this.#listener.sessionExpired(session);
      session.links.length = 0;
    }
  }

  #addFromGuest(
    session: Session,
    given: { kind: 'Text' | 'Join'; text: string; metadata: Readonly<Record<string, string>> | undefined },
    attributes: Readonly<Record<string, string>> | undefined,
    origin: Origin,
  ): void {
    const conversation = session.conversation ?? this.#open(session);
    const customer = customerOf(conversation);
    if (attributes !== undefined && this.switches.attributesOnCustomer) {
      customer.attributes = { ...customer.attributes, ...attributes };
    }
    this.#state.sessions.touch(session);
    const message = this.#state.conversations.addMessage(conversation, {
      ...given,
      from: 'guest',
      fromName: customer.name,
      communicationId: customer.communication.id,
      status: 'received',
    });
    this.#listener.messageAdded(conversation, message, origin);
  }

  #open(session: Session): Conversation {
    const { conversations, agents } = this.#state;
    return conversations.open(session, this.switches.routeToFirstAgent ? agents[0] : undefined);
  }

  /** The guest starts anew: what was said stays with the agent, the guest's side of it ends (assumed, GUEST-START-NEW). */
  #leave(session: Session): void {
    const { conversation } = session;
    if (conversation === undefined) return;
    const customer = customerOf(conversation);
    customer.endedAtMs = this.timeline.nowMs();
    customer.communication.state = 'disconnected';
    session.conversation = undefined;
    this.#listener.conversationChanged(conversation);
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
    const { seed, defaults, timeline } = this.#options;
    const ids = new SeededIds(seed);
    const deployment = deploymentOf(ids.uuid('deployment'), defaults, this.#options.deployment);
    const agents = seedAgents(ids);
    const tokens = new AccessTokens(ids, timeline, this.#options.permissions);
    for (const agent of agents) tokens.issue(agent);
    return {
      ids,
      deployment,
      integrationId: ids.uuid('integration'),
      queueId: ids.uuid('queue'),
      oauth: { clientId: ids.uuid('oauthClient'), clientSecret: `emulator-secret-${ids.hex('oauthSecret')}` },
      jwtKey: ids.hex('jwtKey'),
      agents,
      tokens,
      sessions: new Sessions(ids, timeline, deployment.sessionDurationSeconds),
      conversations: new Conversations(ids, timeline, (note, id) => this.#listener.noted(note, id)),
      channels: new NotificationChannels(ids, timeline),
    };
  }
}

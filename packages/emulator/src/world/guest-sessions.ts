import type { Attachment } from './attachments.ts';
import { customerOf, guestLinksOf } from './conversation-parts.ts';
import { type Customer, fullNameOf } from './customers.ts';
import type { Conversation, GuestLink, Message, Participant, Session } from './entities.ts';
import type { Configured, Origin, State, WorldListener } from './world-state.ts';

/** What is needed of the world. */
interface SessionsWorld {
  readonly state: State;
  configure(token: string, startNew: boolean, link: GuestLink): Configured | undefined;
  detach(session: Session, link: GuestLink): void;
  leave(session: Session): void;
}

/** What became of a session when its guest signed in. */
export interface SignedIn extends Configured {
  /** Connections that lost their session by it. */
  readonly displaced: readonly GuestLink[];
  /** Another session of the customer ended. */
  readonly clearedOther: boolean;
  /** The session had begun without a name. */
  readonly steppedUp: boolean;
}

/** The rarer turns in the life of a guest's session: signing in and out, clearing, the end of a conversation, files. */
export class GuestSessions {
  readonly #world: SessionsWorld;
  readonly #listener: WorldListener;

  constructor(world: SessionsWorld, listener: WorldListener) {
    this.#world = world;
    this.#listener = listener;
  }

  /**
   * Configures the session of a guest who has signed in. One that has begun unnamed steps up: its other connections go, and so
   * do the customer's other sessions (documented, GUEST-SIGN-IN-STEP-UP). `undefined`: the emulator is full.
   */
  signIn(token: string, customer: Customer, startNew: boolean, link: GuestLink): SignedIn | undefined {
    const { sessions } = this.#world.state;
    const known = sessions.find(token);
    const steppedUp = known !== undefined && known.customer === undefined;
    const configured = this.#world.configure(token, startNew, link);
    if (configured === undefined) return undefined;
    const { session } = configured;
    session.customer = customer;
    if (!steppedUp) return { ...configured, displaced: [], clearedOther: false, steppedUp };
    const displaced = session.links.splice(0).filter((each) => each !== link);
    session.links.push(link);
    const others = [...sessions.listOf(customer)].filter((each) => each !== session);
    for (const other of others) displaced.push(...this.#end(other));
    if (session.conversation !== undefined) this.#record(session.conversation, 'SignIn', session);
    return { ...configured, displaced, clearedOther: others.length > 0, steppedUp };
  }

  /** Logs the customer out everywhere: the sign-ins are void, the connections have no session any more (GUEST-LOGOUT). */
  signOut(customer: Customer): void {
    const { signIns, sessions } = this.#world.state;
    signIns.revoke(customer);
    for (const session of sessions.listOf(customer)) this.#listener.signedOut(session.links.splice(0));
  }

  /** Presence Clear: the conversation ends for the guest, and the session with it (documented, GUEST-CLEAR). */
  clear(session: Session, origin: Origin): void {
    if (session.conversation !== undefined) this.#record(session.conversation, 'Clear', session);
    this.#listener.sessionCleared(this.#end(session), origin);
  }

  /** Takes connections off their session: the asking one, or all (documented, GUEST-CLOSE-SESSION). Returns the others. */
  close(session: Session, link: GuestLink, all: boolean): readonly GuestLink[] {
    if (!all) this.#world.detach(session, link);
    return all ? session.links.splice(0).filter((each) => each !== link) : [];
  }

  /**
   * The agents have left a guest's conversation. What the guest sees of it is a setting of the deployment, and so is whether it
   * may go on writing (documented, GUEST-DISCONNECT). The event is an entry of the conversation.
   */
  disconnected(conversation: Conversation, by: Participant): Message | undefined {
    const { deployment, conversations } = this.#world.state;
    if (deployment.conversationDisconnect === 'Off') return undefined;
    const readOnly = deployment.conversationDisconnect === 'ReadOnly';
    if (readOnly && conversation.session.conversation === conversation) conversation.session.readOnly = true;
    return conversations.addMessage(conversation, {
      kind: 'Disconnect',
      from: 'agent',
      fromName: by.name,
      text: '',
      communicationId: by.communication.id,
      status: guestLinksOf(conversation).length > 0 ? 'delivery-success' : 'sent',
      ...(readOnly ? { metadata: { readOnly: 'true' } } : {}),
    });
  }

  /** What the guest uploaded to the URL of an announced file. */
  uploaded(attachment: Attachment, bytes: Buffer, host: string): void {
    const { attachments } = this.#world.state;
    const refusal = attachments.store(attachment, bytes);
    this.#listener.attachmentStored(attachment, attachments.url(attachment, 'download', host), refusal);
  }

  /** Ends a session at once and returns the connections that it had. */
  #end(session: Session): readonly GuestLink[] {
    this.#world.leave(session);
    this.#world.state.sessions.remove(session);
    return session.links.splice(0);
  }

  /** An event of the guest's as an entry of the conversation (assumed, GUEST-DISCONNECT-IN-HISTORY). */
  #record(conversation: Conversation, kind: 'Clear' | 'SignIn', session: Session): void {
    const customer = customerOf(conversation);
    this.#world.state.conversations.addMessage(conversation, {
      kind,
      from: 'guest',
      fromName: session.customer === undefined ? customer.name : fullNameOf(session.customer),
      text: '',
      communicationId: customer.communication.id,
      status: 'received',
    });
    this.#listener.conversationChanged(conversation, []);
  }
}

import type { SeededIds } from '../ids.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Agent } from './agents.ts';
import type { Attachment, Attachments, FileRefusal } from './attachments.ts';
import type { Authorizations } from './authorizations.ts';
import type { Conversations } from './conversations.ts';
import type { Customer } from './customers.ts';
import type { Deployment } from './deployment.ts';
import type { Conversation, GuestLink, Message, Participant, Session, TypingRecord } from './entities.ts';
import type { GuestSignIns } from './guest-sign-ins.ts';
import type { NotificationChannels } from './notification-channels.ts';
import type { OpenIntegrations } from './open-integrations.ts';
import type { Sessions } from './sessions.ts';

/** An application as the platform knows it. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Everything that `reset` begins again from the seed. */
export interface State {
  readonly ids: SeededIds;
  readonly deployment: Deployment;
  readonly integrationId: string;
  readonly openMessaging: OpenIntegrations;
  readonly queueId: string;
  /** May ask for tokens of its own, by client credentials (documented, OAUTH-ONE-GRANT). */
  readonly oauth: OAuthClient;
  /** May log users in, by authorization code with or without PKCE. */
  readonly loginClient: OAuthClient;
  readonly authorizations: Authorizations;
  readonly organizationId: string;
  /** Signs the guests' JWTs. */
  readonly jwtKey: string;
  readonly agents: readonly [Agent, ...Agent[]];
  readonly tokens: AccessTokens;
  readonly sessions: Sessions;
  readonly conversations: Conversations;
  readonly channels: NotificationChannels;
  /** Whom the guests' identity provider knows. */
  readonly customers: readonly Customer[];
  readonly signIns: GuestSignIns;
  readonly attachments: Attachments;
}

/** Whose frame caused a change: its own copy carries the tracingId, the others' do not (assumed, GUEST-ECHO-ALL-CONNECTIONS). */
export interface Origin {
  readonly link: GuestLink;
  readonly tracingId?: string | undefined;
}

/** Hears what happened, in the order in which it happened. Implemented by the wiring of the surfaces. */
export interface WorldListener {
  messageAdded(conversation: Conversation, message: Message, origin?: Origin): void;
  typed(conversation: Conversation, record: TypingRecord): void;
  /** Something but its messages changed: a participant, or what became of a message. `left` are those who are gone since. */
  conversationChanged(conversation: Conversation, left: readonly Participant[]): void;
  /** An agent's message waits: the guest has no connection, and a session that it can come back to. */
  undelivered(conversation: Conversation): void;
  /** All legs have ended, those of `left` just now. */
  conversationEnded(conversation: Conversation, left: readonly Participant[]): void;
  sessionExpired(session: Session): void;
  /** The guest cleared its conversation: the session of these connections is over. */
  sessionCleared(links: readonly GuestLink[], origin: Origin): void;
  /** The customer of these connections has logged out everywhere. */
  signedOut(links: readonly GuestLink[]): void;
  /** A file was uploaded: it can be sent, or it was refused. */
  attachmentStored(attachment: Attachment, downloadUrl: string, refusal: FileRefusal | undefined): void;
  /** Something was forgotten or dropped, and why. */
  noted(note: string, conversationId?: string): void;
}

/** The session of a token, with the connection that asked for it. */
export interface Configured {
  readonly session: Session;
  readonly isNew: boolean;
  /** Connections that were too many. */
  readonly superseded: readonly GuestLink[];
}

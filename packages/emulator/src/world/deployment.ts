import { LIMITS } from '@backchannel/protocol';

/**
 * The messenger deployment that guests connect to, as far as it decides about messages and signals.
 * `demo` has typing on both ways, starts conversations by itself and lets guests do everything; `platform` has what Genesys starts
 * with: everything off.
 */
export interface Deployment {
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  /** A hint for user interfaces (documented, AGENT-TYPING-FLAG). */
  readonly showAgentTypingIndicator: boolean;
  /** Guest typing is refused while false (documented, GUEST-TYPING-FLAG, GUEST-TYPING-403). */
  readonly showUserTypingIndicator: boolean;
  /** Clients open the conversation with Presence Join (documented, GUEST-JOIN). */
  readonly autoStart: boolean;
  /** Hosts that pages of guests may come from; empty = any (documented, GUEST-ALLOWED-DOMAINS). */
  readonly allowedDomains: readonly string[];
  /** Guests may clear their conversation (documented, GUEST-CLEAR-403). */
  readonly conversationClear: boolean;
  /** What the guest sees when an agent ends the conversation: nothing, an event, or the end of writing (documented, GUEST-DISCONNECT). */
  readonly conversationDisconnect: 'Off' | 'Send' | 'ReadOnly';
  /** MIME types that guests may upload; empty = no attachments (documented, GUEST-ALLOWED-MEDIA). */
  readonly fileTypes: readonly string[];
  /** Largest file, in units of 1,024 bytes. */
  readonly maxFileSizeKB: number;
  /** With a leading dot, in lower case. */
  readonly blockedExtensions: readonly string[];
  /** Guests may sign in (documented, GUEST-SIGN-IN). */
  readonly signIn: boolean;
  /** A session that has begun unnamed may sign in. */
  readonly allowSessionUpgrade: boolean;
  /** Inactivity lifetime of a session. Default 259,200 = 72 h (third-party, GUEST-SESSION-LIFE). */
  readonly sessionDurationSeconds: number;
}

/** What an administrator sets in a Messenger deployment, as far as messaging is concerned. */
export type DeploymentSettings = Omit<Deployment, 'id'>;
/** `demo`: typing on both ways, conversations start by themselves. `platform`: what Genesys starts with. */
export type Defaults = 'demo' | 'platform';

export function deploymentOf(id: string, defaults: Defaults, given: Partial<DeploymentSettings> = {}): Deployment {
  const on = defaults === 'demo';
  return {
    id,
    status: 'Active',
    showAgentTypingIndicator: on,
    showUserTypingIndicator: on,
    autoStart: on,
    allowedDomains: [],
    conversationClear: on,
    conversationDisconnect: on ? 'Send' : 'Off',
    fileTypes: on ? ['image/png', 'image/jpeg', 'image/gif', 'application/pdf', 'text/plain'] : [],
    maxFileSizeKB: LIMITS.guestFileKilobytes.limit,
    blockedExtensions: ['.bat', '.cmd', '.exe', '.js', '.msi', '.scr'],
    signIn: on,
    allowSessionUpgrade: on,
    sessionDurationSeconds: 259_200,
    ...given,
  };
}

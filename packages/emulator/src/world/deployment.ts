/**
 * The messenger deployment that guests connect to, as far as it decides about messages and signals.
 * `demo` has typing on both ways and starts conversations by itself; `platform` has what Genesys starts with: everything off.
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
  /** Inactivity lifetime of a session. Default 259,200 = 72 h (third-party, GUEST-SESSION-LIFE). */
  readonly sessionDurationSeconds: number;
}

export type DeploymentSettings = Omit<Deployment, 'id'>;
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
    sessionDurationSeconds: 259_200,
    ...given,
  };
}

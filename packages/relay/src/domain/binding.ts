/** The names that one conversation goes by. Every one of them finds it, within the client that owns it. */
export type AliasKind =
  /** The integrator's own id: `PUT /v1/conversations/{id}`. */
  | 'conversation'
  /** F4 and F5. */
  | 'session'
  /** F5 and F8: the integrator's name of the guest, or the one that F8 gave. */
  | 'guest'
  /** The guest's participant id that the relay gave (F8, F17). */
  | 'guest-participant'
  /** Genesys's conversation id, once the legs are linked. */
  | 'genesys-conversation'
  /** Genesys's participant ids. */
  | 'genesys-participant'
  /** Genesys's communication ids. */
  | 'genesys-communication';

/** How the guest reaches Genesys. */
export type GuestLegKind = 'webmessaging';

/** What a client asked for. */
export interface BindRequest {
  readonly guest: {
    readonly kind: GuestLegKind;
    /** Default: the deployment of the configuration. */
    readonly deploymentId?: string | undefined;
    readonly nickname?: string | undefined;
    /** Custom attributes of the first frame. */
    readonly attributes?: Readonly<Record<string, string>> | undefined;
    /** Token of a guest session that exists already, to take it over. */
    readonly token?: string | undefined;
  };
  /** The integrator's word on what Genesys calls it, where it is known. */
  readonly genesysConversationId?: string | undefined;
  readonly session?: string | undefined;
  readonly guestId?: string | undefined;
}

export type BindingState = 'open' | 'ended';

/** One conversation of the relay's: what ties an integrator's id to a guest session and to Genesys's conversation. */
export interface Binding {
  /** The relay's own key: a UUID. Also what the link attribute carries to Genesys. */
  readonly id: string;
  readonly clientId: string;
  readonly conversationId: string;
  readonly guest: {
    readonly kind: GuestLegKind;
    readonly deploymentId: string;
    /** A secret: whoever has it is the guest. */
    readonly token: string;
    readonly nickname?: string | undefined;
    readonly attributes?: Readonly<Record<string, string>> | undefined;
  };
  readonly guestParticipantId: string;
  readonly genesysConversationId?: string | undefined;
  readonly state: BindingState;
  readonly endedBecause?: string | undefined;
  /** Made by automatic provisioning. */
  readonly provisioned: boolean;
  readonly createdAtMs: number;
}

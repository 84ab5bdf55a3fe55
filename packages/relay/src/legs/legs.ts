import type { Settled } from '@backchannel/client';
import type { Binding } from '../domain/binding.ts';
import type { ParticipantView } from '../domain/commands.ts';
import type { Participant } from '../domain/participant.ts';

/** A message as the platform has it. */
export interface PlatformMessage {
  /** Every id that it is known by; at least one. The guest's side and the agents' have one in common. */
  readonly platformIds: readonly string[];
  readonly participant: Participant;
  readonly text: string;
  /** ISO 8601, the platform's. */
  readonly time: string;
}

/** What became of a message that was sent once. `sent` without a value: the platform has it, and its ids are not known. */
export interface Sent extends Settled<PlatformMessage> {
  /** It left and nobody knows what became of it: a resend could double it (`GuestLeg.history` tells). */
  readonly mayHaveArrived: boolean;
  /** The platform refuses this message and would refuse it again. */
  readonly final: boolean;
}

/** What a leg tells the conversation that it belongs to. */
export interface LegListener {
  /**
   * The platform shows a message: also one that the relay sent, also one that both legs see, and after a reconnect also those
   * that were told before.
   */
  message(message: PlatformMessage): void;
  /** Told again every `TYPING_RENEWAL_MS` while it lasts. */
  typing(
    participant: Participant,
    typing: { readonly typing: boolean; readonly durationMs?: number | undefined },
  ): void;
  /** The guest's own connection changed. `token` changes when the platform wants a fresh one. */
  guestState(state: {
    readonly state: GuestLegState;
    readonly reason?: string | undefined;
    readonly token: string;
  }): void;
  /** Genesys's conversation was found, or another one, or who takes part in it changed. */
  linked(conversation: {
    readonly genesysConversationId: string;
    readonly participants: readonly ParticipantView[];
  }): void;
  /** The guest's session is over for good: nothing can be sent or heard any more. */
  ended(reason: string): void;
}

/** `queued`: waits for its turn to connect. `waiting`: a connection was lost, and another attempt comes. */
export type GuestLegState = 'queued' | 'connecting' | 'live' | 'readOnly' | 'waiting' | 'closed' | 'failed';

/**
 * The guest's way to Genesys: the relay is the guest, and owns its socket. Sends once and reports: who retries is the lane.
 */
export interface GuestLeg {
  readonly state: GuestLegState;
  /** Settles with what became of the frame that this caused; `coalesced` when none was needed. 0 ends it. */
  typing(durationMs: number): Promise<Settled>;
  /** `sent` with the ids when the Inbound copy came or history shows it. */
  send(text: string): Promise<Sent>;
  /**
   * The newest messages of the conversation, oldest first, read after this was called: what is not among them and left
   * before has not arrived. `offline` while the leg is not live.
   */
  history(): Promise<Settled<readonly PlatformMessage[]>>;
  /** Closes the socket; the guest can be resumed with its token. */
  close(): Promise<void>;
}

/** An agent's way to the guest: the platform's REST API. At least once. */
export interface AgentLeg {
  readonly userId: string;
  readonly state: 'alerting' | 'connected' | 'disconnected';
  typing(durationMs: number): Promise<Settled>;
  send(text: string): Promise<Sent>;
}

/** Opens and keeps the ways to Genesys. */
export interface Legs {
  /**
   * Whether a guest's leg can be opened at all: asked before the binding is written down, for what is on disk is opened again
   * at every start.
   *
   * @throws BackchannelError `option.invalid` or `attributes.invalid`, for what Genesys would never take.
   */
  checkGuest(binding: Binding): void;
  /**
   * Opens the guest's leg, or resumes it with the binding's token; connects in its own time, within the permitted rate. Where
   * the binding knows Genesys's conversation, that is linked again.
   */
  openGuest(binding: Binding, listener: LegListener): GuestLeg;
  /** The agent's leg in this conversation, once it is linked and the user has one in it. */
  agent(bindingId: string, userId: string): AgentLeg | undefined;
  /** The agents that are connected to this conversation. */
  agents(bindingId: string): readonly AgentLeg[];
  /** The integrator's word on which conversation of Genesys's it is: read now, or linked as soon as an agent hears of it. */
  link(bindingId: string, genesysConversationId: string): Promise<Settled>;
  /** The binding knows Genesys's conversation from before this start, and nothing is known yet of who is in it. */
  awaitsRelink(bindingId: string): boolean;
  /**
   * Links such a one ahead of the others. Resolves when that has been tried, by this call or by one under way; at once when too
   * many are being linked (it comes next), or when it could not be read a moment ago.
   */
  relink(bindingId: string): Promise<void>;
  /** Closes everything: sockets are closed so that the guests can be resumed. */
  close(): Promise<void>;
}

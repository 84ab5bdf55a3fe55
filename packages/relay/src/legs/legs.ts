import type { Settled } from '@backchannel/client';
import type { Binding } from '../domain/binding.ts';
import type { ParticipantView } from '../domain/commands.ts';
import type { Participant } from '../domain/participant.ts';

/** A message as the platform has it. */
export interface PlatformMessage {
  /** Every id that it is known by; at least one. */
  readonly platformIds: readonly string[];
  readonly participant: Participant;
  readonly text: string;
  /** ISO 8601, the platform's. */
  readonly time: string;
}

/** What a leg tells the conversation that it belongs to. */
export interface LegListener {
  /** The platform shows a message: also one that the relay sent. */
  message(message: PlatformMessage): void;
  typing(
    participant: Participant,
    typing: { readonly typing: boolean; readonly durationMs?: number | undefined },
  ): void;
  /** The guest's own connection changed. `token` changes when the platform wants a fresh one. */
  guestState(state: { readonly state: string; readonly reason?: string | undefined; readonly token: string }): void;
  /** Genesys's conversation was found, or who takes part in it changed. */
  linked(conversation: {
    readonly genesysConversationId: string;
    readonly participants: readonly ParticipantView[];
  }): void;
  /** Somebody has left for good, or the conversation is over. */
  ended(reason: string): void;
}

/**
 * The guest's way to Genesys: the relay is the guest, and owns its socket. Sends once and reports: who retries is the lane.
 */
export interface GuestLeg {
  readonly state: string;
  /** Settles with what became of the frame that this caused; `coalesced` when none was needed. 0 ends it. */
  typing(durationMs: number): Promise<Settled>;
  /**
   * `sent` with the ids when the Inbound copy came or history shows it. Otherwise `value` is absent, and `mayHaveArrived` says
   * whether a resend could double it (then `reconcile` first).
   */
  send(text: string): Promise<Settled<PlatformMessage> & { readonly mayHaveArrived: boolean }>;
  close(): Promise<void>;
}

/** An agent's way to the guest: the platform's REST API. At least once. */
export interface AgentLeg {
  readonly userId: string;
  readonly state: 'alerting' | 'connected' | 'disconnected';
  typing(durationMs: number): Promise<Settled>;
  send(text: string): Promise<Settled<PlatformMessage> & { readonly mayHaveArrived: boolean }>;
}

/** Opens and keeps the ways to Genesys. */
export interface Legs {
  /** Opens the guest's leg, or resumes it with the binding's token; connects in its own time, within the permitted rate. */
  openGuest(binding: Binding, listener: LegListener): GuestLeg;
  /** The agent's leg in this conversation, once it is linked and the user has one in it. */
  agent(bindingId: string, userId: string): AgentLeg | undefined;
  /** The agents that are connected to this conversation. */
  agents(bindingId: string): readonly AgentLeg[];
  /** The integrator's word on which conversation of Genesys's it is. */
  link(bindingId: string, genesysConversationId: string): Promise<Settled>;
  /** Closes everything: sockets are closed so that the guests can be resumed. */
  close(): Promise<void>;
}

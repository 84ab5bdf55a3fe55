import type { Agenda, Settled } from '@backchannel/client';
import { DECLARED_LIFETIME_MS } from '@backchannel/signals';
import type { SignalResult, TypingCommand } from '../domain/commands.ts';
import { type Actor, isAgent, userIdOf } from '../domain/participant.ts';
import type { Principal } from '../domain/principal.ts';
import type { AgentLeg, GuestLeg, Legs } from '../legs/legs.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import { requireActor, requireScope } from './entitle.ts';
import { stateOf } from './participants.ts';
import { invalid, shown } from './problems.ts';
import { NOT_LINKED_YET, type Relinking } from './relinking.ts';
import type { TypingPlane } from './typing-plane.ts';

/** How long typing waits for a guest who is about to be connected. */
const CONNECT_WAIT_MS = 2_000;

const STOPPED: Settled = {
  outcome: 'coalesced',
  reason: 'Listeners were told; Genesys has no Off: its indicator is not renewed any more and ends by itself.',
};

export interface TypingSignalsOptions {
  readonly conversations: Conversations;
  readonly plane: TypingPlane;
  readonly legs: Legs;
  readonly agenda: Agenda;
  readonly epochMs: () => number;
  readonly relinking: Relinking;
}

/** What became of a declaration, and for whom. */
export interface TypingDone {
  readonly conversation: Conversation;
  readonly result: SignalResult;
}

/**
 * Somebody says that a participant types, or has stopped: told on the relay's own plane at once, then to Genesys as far as its
 * limits allow. The hot path: no store, no search; what is asked upstream is what the SDK decides.
 */
export class TypingSignals {
  readonly #options: TypingSignalsOptions;

  constructor(options: TypingSignalsOptions) {
    this.#options = options;
  }

  async declare(principal: Principal, command: TypingCommand): Promise<TypingDone> {
    const { conversations } = this.#options;
    requireScope(principal, 'signals:write');
    const conversation =
      conversations.known(principal, command.conversation) ??
      (await conversations.find(principal, command.conversation, { provision: true }));
    const named = this.#options.relinking.named(conversation, command.participant);
    // Each wait costs a turn of the queue, and thousands come in a second.
    const participant = typeof named === 'string' ? named : await named;
    requireActor(principal, participant);
    const { outcome, reason } = await this.#declared(conversation, participant, command);
    const { conversationId } = conversation.binding;
    return { conversation, result: { outcome, reason, conversationId, participant } };
  }

  #declared(conversation: Conversation, participant: Actor, command: TypingCommand): Settled | Promise<Settled> {
    const remainingMs = this.#remainingMs(command);
    if (!conversation.isOpen) {
      return { outcome: 'suppressed:no-conversation', reason: 'The conversation has ended, and typing opens none.' };
    }
    if (remainingMs <= 0) {
      return { outcome: 'suppressed:stale', reason: 'It was true so long ago (occurredAt) that it has ended by now.' };
    }
    return command.typing ? this.#on(conversation, participant, remainingMs) : this.#off(conversation, participant);
  }

  /** How much is left of it. A stop that is old is stale as well: what came after it counts. */
  #remainingMs({ durationMs = DECLARED_LIFETIME_MS, occurredAtMs }: TypingCommand): number {
    if (!(durationMs > 0)) {
      const detail = `durationMs is ${shown(durationMs)}: it is a number of milliseconds above 0.`;
      throw invalid('durationMs', detail, `Leave it out, or pass 1 to ${DECLARED_LIFETIME_MS}.`);
    }
    const lifetimeMs = Math.min(durationMs, DECLARED_LIFETIME_MS);
    if (occurredAtMs === undefined) return lifetimeMs;
    if (!Number.isFinite(occurredAtMs)) {
      const detail = `occurredAtMs is ${shown(occurredAtMs)}: it is a time in milliseconds since 1970.`;
      throw invalid('occurredAtMs', detail, 'Pass the moment at which it was true, or leave it out.');
    }
    // A caller whose clock is ahead gets no more than the whole.
    return Math.min(lifetimeMs, lifetimeMs - (this.#options.epochMs() - occurredAtMs));
  }

  #on(conversation: Conversation, participant: Actor, durationMs: number): Settled | Promise<Settled> {
    if (isAgent(participant)) return this.#agentTypes(conversation, participant, durationMs);
    this.#options.plane.declared(conversation, participant, durationMs);
    const { guestLeg } = conversation;
    if (guestLeg?.state === 'live') return guestLeg.typing(durationMs);
    return this.#onceLive(conversation, durationMs);
  }

  async #onceLive(conversation: Conversation, durationMs: number): Promise<Settled> {
    const { agenda } = this.#options;
    const beganMs = agenda.now();
    const isLive = await conversation.untilLive(agenda, Math.min(CONNECT_WAIT_MS, durationMs));
    const { guestLeg } = conversation;
    const leftMs = durationMs - (agenda.now() - beganMs);
    if (isLive && guestLeg && leftMs > 0) {
      // They may have stopped meanwhile, or written.
      return conversation.shownOf('guest') ? guestLeg.typing(leftMs) : over('the guest was being connected');
    }
    const { outcome, reason } = conversation.isOpen ? offline(guestLeg, conversation.guestReason) : ENDED;
    return { outcome, reason };
  }

  #agentTypes(conversation: Conversation, participant: Actor, durationMs: number): Settled | Promise<Settled> {
    const { plane, relinking } = this.#options;
    const leg = this.#agentLeg(conversation, participant);
    if (leg?.state === 'connected') {
      plane.declared(conversation, participant, durationMs);
      return leg.typing(durationMs);
    }
    const isDue = relinking.isDue(conversation);
    // Once Genesys has told who takes part, nobody is told of somebody who does not.
    if (!isDue && conversation.linked && stateOf(conversation, participant) !== 'connected') {
      const why =
        leg?.state === 'alerting' ? 'has not accepted the conversation yet' : 'is not connected to it at Genesys';
      return { outcome: 'suppressed:no-conversation', reason: `Nobody was told: ${participant} ${why}.` };
    }
    plane.declared(conversation, participant, durationMs);
    if (isDue) return this.#onceLinked(conversation, participant, durationMs);
    const why = conversation.linked ? 'is not one of genesys.agents' : 'is not known to be connected to it';
    const reason = `Listeners of the relay were told; the guest can’t be: ${participant} ${why}.`;
    return { outcome: 'suppressed:no-conversation', reason };
  }

  async #onceLinked(conversation: Conversation, participant: Actor, durationMs: number): Promise<Settled> {
    const { agenda, relinking } = this.#options;
    const beganMs = agenda.now();
    const isDone = await relinking.done(conversation, durationMs);
    if (!conversation.isOpen) return ENDED;
    // They have stopped, or written, or the time is over.
    if (!conversation.shownOf(participant)) return over('the conversation was linked again after the restart');
    if (!isDone) return { outcome: 'offline', reason: `Listeners of the relay were told; ${NOT_LINKED_YET}.` };
    return this.#agentTypes(conversation, participant, durationMs - (agenda.now() - beganMs));
  }

  async #off(conversation: Conversation, participant: Actor): Promise<Settled> {
    this.#options.plane.off(conversation, participant, 'stopped');
    const leg = isAgent(participant) ? this.#agentLeg(conversation, participant) : conversation.guestLeg;
    const settled = await leg?.typing(0);
    // The SDK answers `unsupported` where dots are shown that no Off can take back; to the caller, all that can be done is.
    return settled && settled.outcome !== 'unsupported' && settled.outcome !== 'coalesced' ? settled : STOPPED;
  }

  #agentLeg({ binding }: Conversation, participant: Actor): AgentLeg | undefined {
    return this.#options.legs.agent(binding.id, userIdOf(participant) ?? '');
  }
}

const ENDED: Settled = { outcome: 'suppressed:no-conversation', reason: 'The conversation has ended meanwhile.' };

const over = (meanwhile: string): Settled => ({ outcome: 'suppressed:stale', reason: `It ended while ${meanwhile}.` });

const offline = (leg: GuestLeg | undefined, why = ''): Settled => ({
  outcome: 'offline',
  reason:
    `Listeners of the relay were told; Genesys can’t be: the guest’s connection is ${leg?.state ?? 'closed'}. ${why}`.trim(),
});

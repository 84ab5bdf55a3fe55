import type { Agenda } from '@backchannel/client';
import { LATE_GUARD_MS, SENDERS_MAX, SHOWN_DEFAULT_MS } from '@backchannel/signals';
import type { TypingBody } from '../domain/event.ts';
import type { Participant } from '../domain/participant.ts';
import { isAgent } from '../domain/participant.ts';
import type { Log } from '../observe/log.ts';
import type { Conversation, Shown } from './conversation.ts';

/** Longest that typing seen on the platform is shown without being renewed. */
const OBSERVED_MAX_MS = 6_000;

/** Listeners are told of a renewal when it moves the end by this much, and else this long before the end that they know. */
const RENEWAL_TOLD_MS = 1_000;

/**
 * For this long after what was declared has ended, typing of that participant on the platform is taken for our own: the last
 * frame holds for 6 s at most, and its way there and back takes a while.
 */
const ECHO_MS = 10_000;

export interface TypingPlaneOptions {
  readonly agenda: Agenda;
  readonly log: Log;
  readonly tell: (conversation: Conversation, body: TypingBody) => void;
}

/**
 * Who types, on the relay's own plane, where Off exists: told at once, ended by a stop, by the sender's message, by their
 * leaving, and by the end of what was declared, whichever is first. Nothing of it is stored.
 *
 * A renewal costs no timer: one wake per indicator finds, when it comes, that the end has moved, and waits on.
 */
export class TypingPlane {
  readonly #agenda: Agenda;
  readonly #log: Log;
  readonly #tell: TypingPlaneOptions['tell'];

  constructor({ agenda, log, tell }: TypingPlaneOptions) {
    this.#agenda = agenda;
    this.#log = log;
    this.#tell = tell;
  }

  /** Somebody declared it through the relay. The platform's echo of it is not told. */
  declared(conversation: Conversation, participant: Participant, durationMs: number): void {
    this.#expectEcho(conversation, participant, this.#agenda.now() + durationMs + ECHO_MS);
    this.#on(conversation, participant, durationMs);
  }

  /** The platform shows it. */
  observed(
    conversation: Conversation,
    participant: Participant,
    { typing, durationMs }: { readonly typing: boolean; readonly durationMs?: number | undefined },
  ): void {
    if (this.#isEcho(conversation, participant)) return;
    if (!typing) this.off(conversation, participant, 'stopped');
    else {
      const usable = durationMs !== undefined && durationMs > 0 ? durationMs : SHOWN_DEFAULT_MS;
      this.#on(conversation, participant, Math.min(usable, OBSERVED_MAX_MS));
    }
  }

  off(conversation: Conversation, participant: Participant, because: TypingBody['because']): void {
    const at = conversation.shown.findIndex((each) => each.participant === participant);
    const [shown] = at < 0 ? [] : conversation.shown.splice(at, 1);
    if (!shown) return;
    shown.cancelWake();
    this.#tell(conversation, { kind: 'typing', participant, typing: false, because });
  }

  /** Their message came: the end of their typing, and what the platform still tells of it is late. */
  message(conversation: Conversation, participant: Participant): void {
    this.off(conversation, participant, 'message');
    const untilMs = conversation.echoUntilMs.get(participant) ?? 0;
    this.#expectEcho(conversation, participant, Math.max(untilMs, this.#agenda.now() + LATE_GUARD_MS));
  }

  /** Nobody of them is there any more, or nobody at all. */
  left(conversation: Conversation, gone: (participant: Participant) => boolean): void {
    for (const { participant } of [...conversation.shown]) {
      if (gone(participant)) this.off(conversation, participant, 'disconnected');
    }
  }

  #expectEcho({ echoUntilMs }: Conversation, participant: Participant, untilMs: number): void {
    if (echoUntilMs.size >= SENDERS_MAX) this.#forgetEchoes(echoUntilMs);
    if (echoUntilMs.size < SENDERS_MAX || echoUntilMs.has(participant)) echoUntilMs.set(participant, untilMs);
  }

  #isEcho({ echoUntilMs }: Conversation, participant: Participant): boolean {
    this.#forgetEchoes(echoUntilMs);
    return echoUntilMs.has(participant) || (participant === 'agent' && [...echoUntilMs.keys()].some(isAgent));
  }

  #forgetEchoes(echoUntilMs: Map<Participant, number>): void {
    const now = this.#agenda.now();
    for (const [participant, untilMs] of echoUntilMs) if (untilMs <= now) echoUntilMs.delete(participant);
  }

  #on(conversation: Conversation, participant: Participant, durationMs: number): void {
    const untilMs = this.#agenda.now() + durationMs;
    const shown = conversation.shownOf(participant);
    if (shown) {
      shown.untilMs = untilMs;
      if (untilMs - shown.toldUntilMs >= RENEWAL_TOLD_MS) this.#tellOn(conversation, participant, shown);
      if (this.#wakeOf(shown) < shown.wakeAtMs) this.#wakeLater(conversation, participant, shown);
      return;
    }
    if (conversation.shown.length >= SENDERS_MAX) {
      this.#log.warn('typing.too-many', { bindingId: conversation.binding.id, count: SENDERS_MAX });
      return;
    }
    const begun: Shown = { participant, untilMs, toldUntilMs: untilMs, wakeAtMs: Infinity, cancelWake: () => {} };
    conversation.shown.push(begun);
    this.#tellOn(conversation, participant, begun);
    this.#wakeLater(conversation, participant, begun);
  }

  #tellOn(conversation: Conversation, participant: Participant, shown: Shown): void {
    shown.toldUntilMs = shown.untilMs;
    const durationMs = Math.max(1, Math.round(shown.untilMs - this.#agenda.now()));
    this.#tell(conversation, { kind: 'typing', participant, typing: true, durationMs });
  }

  /** When something is to be done about it next: its end, or a renewal that listeners don't know yet. */
  #wakeOf({ untilMs, toldUntilMs }: Shown): number {
    return untilMs > toldUntilMs ? toldUntilMs - RENEWAL_TOLD_MS : untilMs;
  }

  #wakeLater(conversation: Conversation, participant: Participant, shown: Shown): void {
    shown.cancelWake();
    shown.wakeAtMs = this.#wakeOf(shown);
    shown.cancelWake = this.#agenda.after(shown.wakeAtMs - this.#agenda.now(), () => {
      if (shown.untilMs <= this.#agenda.now()) {
        this.off(conversation, participant, 'expired');
        return;
      }
      if (shown.untilMs > shown.toldUntilMs) this.#tellOn(conversation, participant, shown);
      this.#wakeLater(conversation, participant, shown);
    });
  }
}

import type { Clock } from '@backchannel/client';
import type { AliasKind, Binding } from '../domain/binding.ts';
import type { ParticipantView } from '../domain/commands.ts';
import type { Participant } from '../domain/participant.ts';
import type { GuestLeg } from '../legs/legs.ts';
import { ExplainRing } from './explain-ring.ts';

/** Calls that wait at a time for one guest to be connected; a further one does not wait. */
const LIVE_WAITERS_MAX = 64;

/** States in which a guest's leg stays: nothing that waits for it to be live will see that. */
const FINAL_LEG_STATES: ReadonlySet<string> = new Set(['closed', 'failed', 'readOnly']);

/** Somebody who is shown as typing. */
export interface Shown {
  readonly participant: Participant;
  untilMs: number;
  /** The end that listeners have been told: they may hide it by themselves then. */
  toldUntilMs: number;
  wakeAtMs: number;
  cancelWake: () => void;
}

/** What the relay has in memory of one conversation: its binding, its guest's leg, who takes part, who types. */
export class Conversation {
  binding: Binding;
  /** Sequence of its newest event; unknown until the first one since the relay began. */
  sequence: number | undefined;
  guestLeg: GuestLeg | undefined;
  guestReason: string | undefined;
  /** Who takes part, by Genesys's word. */
  participants: readonly ParticipantView[] = [];
  /** Genesys's conversation was found since the relay began. */
  linked = false;
  /** It is being ended: what is in its lane still goes, nothing new is taken. */
  closing = false;
  readonly explain = new ExplainRing();
  /** No map: one that is emptied at each signal leaves tables behind that only a full collection frees. */
  readonly shown: Shown[] = [];
  /** Until when typing that comes back from the platform is taken for this participant's own. */
  readonly echoUntilMs = new Map<Participant, number>();
  /** Names by which it is found in memory. */
  readonly names: { readonly kind: AliasKind; readonly alias: string }[] = [];
  readonly #waiters = new Set<(isLive: boolean) => void>();
  #isReleased = false;

  constructor(binding: Binding) {
    this.binding = binding;
  }

  /** How this participant is shown as typing, if so. */
  shownOf(participant: Participant): Shown | undefined {
    return this.shown.find((each) => each.participant === participant);
  }

  get isOpen(): boolean {
    return this.binding.state === 'open' && !this.closing;
  }

  get isLive(): boolean {
    return this.guestLeg?.state === 'live';
  }

  /** Resolves with true once the guest is connected; with false after `timeoutMs`, or when it will not be. */
  untilLive(clock: Clock, timeoutMs: number): Promise<boolean> {
    if (this.isLive) return Promise.resolve(true);
    const mayWait = this.#canBecomeLive() && !this.#isReleased && this.#waiters.size < LIVE_WAITERS_MAX;
    if (!mayWait) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (isLive: boolean) => {
        this.#waiters.delete(end);
        cancelTimer();
        resolve(isLive);
      };
      const cancelTimer = clock.after(timeoutMs, () => end(false));
      this.#waiters.add(end);
    });
  }

  /** The guest's leg has changed. */
  legChanged(): void {
    if (!this.isLive && this.#canBecomeLive()) return;
    for (const end of [...this.#waiters]) end(this.isLive);
  }

  /** Nobody waits any more: the relay stops. */
  release(): void {
    this.#isReleased = true;
    for (const end of [...this.#waiters]) end(this.isLive);
  }

  #canBecomeLive(): boolean {
    return this.isOpen && this.guestLeg !== undefined && !FINAL_LEG_STATES.has(this.guestLeg.state);
  }
}

import type { Settled } from '@backchannel/client';
import { isAgent, type Participant, userIdOf } from '../domain/participant.ts';
import type { AgentLeg, GuestLeg, PlatformMessage } from '../legs/legs.ts';
import type { StoredMessage } from '../store/store.ts';
import { RESEND_CAP_MS, resendDelayMs } from './backoff.ts';
import type { Conversation } from './conversation.ts';
import type { LaneContext } from './lane-context.ts';
import { isSameText, mayBeCopy } from './same-text.ts';

/** Observations that wait for the end of a delivery that may be theirs; a further one is recorded at once. */
const HELD_MAX = 100;

/** For an agent who is not there, a message waits this long: a transfer back, or a reconnect, takes seconds. */
const AGENT_GONE_MS = 30_000;

/** After the store has failed, the lane tries again this much later. */
const STORE_RETRY_MS = 1_000;

const NO_GUEST: Settled<never> = { outcome: 'offline', reason: 'The guest is not connected.' };

type Way = { readonly leg: GuestLeg | AgentLeg } | { readonly waits: true } | { readonly failed: string };

/**
 * The ordered queue of one conversation, both directions in one: first in, first out, one delivery at a time, and the only
 * place that tries again. What is next is the store's word; this object only knows when to ask.
 *
 * ```
 *   ask the store ── due, and its leg there? ── read the platform first, if it may have arrived ── begin an attempt (on disk)
 *        ▲                  │ no: wait for time, or for the leg          │ it is there: settle             │
 *        └──────────────────┴────────────────────────────────────────────┴─── settle or postpone ◄─── send once
 * ```
 *
 * While a message may be on its way, an equal text that the platform shows is not recorded: it is its copy, or else somebody
 * wrote the same, and the settled message's ids tell which.
 */
export class Lane {
  readonly #conversation: Conversation;
  readonly #context: LaneContext;
  /** Messages that wait, the one that is being sent included. */
  #queued = 0;
  /** The oldest, where it is known without asking the store: it came while nothing waited. */
  #oldest: StoredMessage | undefined;
  #isReserved = false;
  /** The message of which an attempt has been written down that was not used yet. */
  #begun: string | undefined;
  /** The message that may be on its way, and so may be what the platform shows. */
  #current: StoredMessage | undefined;
  /** It has left, and nobody knows whether it arrived: the platform is read before it leaves again. */
  #inDoubt = false;
  readonly #held: PlatformMessage[] = [];
  #running: Promise<void> | undefined;
  #poked = false;
  /** The leg has come back … */
  #eager = false;
  /** … and what was put off because it was away need not wait for its time. */
  #wasAway = false;
  /** When the message that was put off may go, by the steady clock: the time of day may be set back meanwhile. */
  #due: { readonly id: string; readonly atMs: number } | undefined;
  #agentGoneSinceMs: number | undefined;
  #cancelWake: (() => void) | undefined;
  #stopped = false;
  #isReleased = false;
  readonly #emptied = new Set<() => void>();

  constructor(conversation: Conversation, context: LaneContext) {
    this.#conversation = conversation;
    this.#context = context;
  }

  get queued(): number {
    return this.#queued;
  }

  /**
   * Nothing waits and the leg is there: who is about to write a message down may begin its first attempt in the same commit, so
   * that it leaves a commit earlier. One at a time: `accepted` or `refused` must follow.
   */
  reserve(participant: Participant): boolean {
    const isIdle = this.#queued === 0 && !this.#running && !this.#stopped && !this.#isReserved;
    this.#isReserved ||= isIdle && 'leg' in this.#wayOf(participant);
    return isIdle && this.#isReserved;
  }

  /** A message has been committed, and with it perhaps the begin of its first attempt. */
  accepted(message: StoredMessage, hasBegun: boolean): void {
    this.#queued += 1;
    if (this.#queued === 1) this.#oldest = message;
    if (hasBegun) {
      this.#isReserved = false;
      this.#begun = message.id;
    }
    this.poke();
  }

  /** The message for which an attempt was reserved was not taken. */
  refused(): void {
    this.#isReserved = false;
  }

  /** After a restart: the oldest message may have left before it, and what the platform shows may be its copy. */
  resume(oldest: StoredMessage, queued: number): void {
    this.#queued = queued;
    if (oldest.attempts === 0) return;
    this.#current = oldest;
    this.#inDoubt = true;
  }

  /** Something has changed: look whether a message can go. `eager`: also one that was put off. */
  poke(eager = false): void {
    this.#eager ||= eager;
    this.#poked = true;
    if (this.#stopped) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#poked && !this.#stopped) this.poke();
    });
  }

  /** The platform shows a message that the relay did not just settle. */
  observe(message: PlatformMessage): void {
    const current = this.#current;
    // Whoever the platform takes for the writer: to hold it is harmless, and names of agents are a guess of its readers.
    const mayBeIts =
      current &&
      isAgent(current.participant) === isAgent(message.participant) &&
      isSameText(current.text, message.text);
    if (mayBeIts && this.#held.length < HELD_MAX) {
      this.#held.push(message);
      return;
    }
    if (mayBeIts) this.#context.log.warn('lane.held-too-many', { bindingId: current.bindingId, count: HELD_MAX });
    this.#context.observed(this.#conversation, message);
  }

  /** Resolves when nothing waits any more, or after `timeoutMs`. */
  untilEmpty(timeoutMs: number): Promise<void> {
    if (this.#queued === 0 || this.#isReleased) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        cancelTimer();
        this.#emptied.delete(end);
        resolve();
      };
      const cancelTimer = this.#context.agenda.after(timeoutMs, end);
      this.#emptied.add(end);
    });
  }

  /** Nobody waits any more for it to be empty: the relay stops. */
  release(): void {
    this.#isReleased = true;
    this.#tellEmptied();
  }

  /** Begins nothing more; resolves when the delivery that is under way has been settled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelWake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopped) {
        this.#poked = false;
        if (!(await this.#step()) && !this.#poked) return;
      }
    } catch (error) {
      this.#context.log.error('lane.failed', { bindingId: this.#conversation.binding.id, error });
      this.#poked = false;
      this.#wake(STORE_RETRY_MS);
    }
  }

  /** One message, or the reason to wait. True: look again at once. */
  async #step(): Promise<boolean> {
    const { store } = this.#context;
    const conversation = this.#conversation;
    this.#cancelWake?.();
    // What is known to be empty is not asked for; whoever writes a message down says so.
    const message = this.#queued > 0 ? (this.#oldest ?? (await store.nextInLane(conversation.binding.id))) : undefined;
    this.#oldest = undefined;
    if (!message) {
      this.#eager = false;
      return false;
    }
    if (conversation.binding.state === 'ended') {
      await this.#giveUp(message, `The conversation has ended (${conversation.binding.endedBecause ?? 'closed'}).`);
      return true;
    }
    // Whether it has arrived, the guest's history tells, also where who wrote it has left meanwhile.
    const way = this.#inDoubt ? this.#wayOfGuest() : this.#wayOf(message.participant);
    if ('failed' in way) {
      await this.#giveUp(message, way.failed);
      return true;
    }
    const waitMs = this.#waitMsOf(message);
    if (waitMs > 0 && !(this.#eager && this.#wasAway)) {
      this.#wake(waitMs);
      return false;
    }
    if ('waits' in way) return false;
    this.#eager = false;
    return this.#inDoubt ? this.#reconcile(message) : this.#attempt(message, way.leg);
  }

  /** How long until it may go. What was put off before a restart waits no longer than the longest backoff. */
  #waitMsOf({ id, attempts, dueAtMs }: StoredMessage): number {
    const { agenda, epochMs } = this.#context;
    if (attempts === 0) return 0;
    const now = agenda.now();
    if (this.#due?.id !== id) this.#due = { id, atMs: now + Math.min(dueAtMs - epochMs(), RESEND_CAP_MS) };
    return this.#due.atMs - now;
  }

  async #attempt(message: StoredMessage, leg: GuestLeg | AgentLeg): Promise<boolean> {
    const { events, epochMs } = this.#context;
    const { id, attempts } = message;
    if (this.#begun !== id) {
      const [begun] = await events.record([{ kind: 'begin-attempt', messageId: id, attempts, atMs: epochMs() }]);
      if (begun?.status !== 'done') {
        // Somebody else has taken this attempt: what becomes of it will be theirs to write.
        this.#wake(STORE_RETRY_MS);
        return false;
      }
    }
    this.#begun = undefined;
    this.#current = message;
    this.#inDoubt = true;
    const settled = await leg.send(message.text);
    if (settled.outcome === 'sent') {
      const { value, reason } = settled;
      await this.#settle(message, 'sent', value?.platformIds ?? [], value ? undefined : reason);
      return true;
    }
    if (settled.final) {
      await this.#settle(message, 'failed', [], settled.reason);
      return true;
    }
    if (!settled.mayHaveArrived) this.#hasNotArrived();
    await this.#postpone({ ...message, attempts: attempts + 1 }, settled);
    return false;
  }

  /** Has it arrived? The guest's history shows both sides. True: that is known now. */
  async #reconcile(message: StoredMessage): Promise<boolean> {
    const read: Settled<readonly PlatformMessage[]> = (await this.#conversation.guestLeg?.history()) ?? NO_GUEST;
    if (!read.value) {
      await this.#postpone(message, read);
      return false;
    }
    const copy = await this.#copyAmong(message, read.value);
    if (copy) {
      await this.#settle(message, 'sent', copy.platformIds, 'It had arrived: the platform shows it.');
      return true;
    }
    this.#hasNotArrived();
    // It need not wait any longer than this took.
    this.#due = { id: message.id, atMs: this.#context.agenda.now() };
    return true;
  }

  /** It can't go any more. In doubt, what the platform has shown meanwhile tells whether it arrived; else that is said. */
  async #giveUp(message: StoredMessage, reason: string): Promise<void> {
    const copy = this.#inDoubt ? await this.#copyAmong(message, this.#held) : undefined;
    if (copy) await this.#settle(message, 'sent', copy.platformIds, 'It had arrived: the platform has shown it.');
    else await this.#settle(message, 'failed', [], this.#inDoubt ? `${reason} It may have arrived.` : reason);
  }

  /** The message, among those of the platform: like it, and none that is known already. */
  async #copyAmong(message: StoredMessage, all: readonly PlatformMessage[]): Promise<PlatformMessage | undefined> {
    const { store } = this.#context;
    const { clientId } = this.#conversation.binding;
    for (const shown of all) {
      if (!mayBeCopy(message, shown)) continue;
      const known = await Promise.all(shown.platformIds.map((id) => store.findMessage(clientId, id)));
      if (known.every((each) => each === undefined)) return shown;
    }
    return undefined;
  }

  #hasNotArrived(): void {
    this.#inDoubt = false;
    this.#current = undefined;
    this.#release();
  }

  #wayOf(participant: Participant): Way {
    return isAgent(participant) ? this.#wayOfAgent(participant) : this.#wayOfGuest();
  }

  #wayOfGuest(): Way {
    const { guestLeg, guestReason } = this.#conversation;
    if (guestLeg?.state === 'live') return { leg: guestLeg };
    if (guestLeg?.state !== 'readOnly') return { waits: true };
    return { failed: `The guest can only read this conversation any more. ${guestReason ?? ''}`.trim() };
  }

  #wayOfAgent(agent: Participant): Way {
    const { legs, agenda } = this.#context;
    const { binding, linked } = this.#conversation;
    const userId = userIdOf(agent) ?? '';
    const leg = legs.agent(binding.id, userId);
    if (leg?.state === 'connected') {
      this.#agentGoneSinceMs = undefined;
      return { leg };
    }
    if (legs.awaitsRelink(binding.id)) {
      void legs.relink(binding.id);
      // Nothing is told when it turns out that nobody is in it.
      this.#wake(AGENT_GONE_MS);
      return { waits: true };
    }
    const isUnknown = !linked && binding.genesysConversationId === undefined;
    if (isUnknown || leg?.state === 'alerting') return { waits: true };
    this.#agentGoneSinceMs ??= agenda.now();
    const leftMs = this.#agentGoneSinceMs + AGENT_GONE_MS - agenda.now();
    const gone = linked ? 'has left' : 'is not known to be in';
    if (leftMs <= 0) return { failed: `Agent ${userId} ${gone} the conversation.` };
    this.#wake(leftMs);
    return { waits: true };
  }

  async #settle(
    message: StoredMessage,
    status: 'sent' | 'failed',
    platformIds: readonly string[],
    reason?: string,
  ): Promise<void> {
    await this.#context.settle(this.#conversation, message, { status, platformIds, reason });
    this.#queued = Math.max(0, this.#queued - 1);
    this.#current = undefined;
    this.#inDoubt = false;
    this.#agentGoneSinceMs = undefined;
    this.#release(platformIds);
    if (this.#queued === 0) this.#tellEmptied();
  }

  async #postpone(message: StoredMessage, { outcome, reason, retryAfterMs = 0 }: Settled<unknown>): Promise<void> {
    const { agenda, random, epochMs, events, metrics, explain } = this.#context;
    const delayMs = Math.max(retryAfterMs, resendDelayMs(message.attempts, random));
    const dueAtMs = Math.ceil(epochMs() + delayMs);
    this.#due = { id: message.id, atMs: agenda.now() + delayMs };
    this.#wasAway = outcome === 'offline' || outcome === 'timeout';
    await events.record([{ kind: 'postpone', messageId: message.id, dueAtMs, reason }]);
    metrics.message('postponed');
    explain(this.#conversation, {
      participant: message.participant,
      what: 'message',
      outcome: 'postponed',
      reason: `${outcome}: ${reason}`,
    });
    this.#wake(delayMs);
  }

  #tellEmptied(): void {
    for (const end of [...this.#emptied]) end();
  }

  /** What was held is the message that was settled (`known`: its ids), or what the platform shows by itself: the store tells which. */
  #release(known: readonly string[] = []): void {
    for (const message of this.#held.splice(0)) {
      if (!message.platformIds.every((id) => known.includes(id))) this.#context.observed(this.#conversation, message);
    }
  }

  #wake(delayMs: number): void {
    this.#cancelWake?.();
    this.#cancelWake = this.#context.agenda.after(delayMs, () => this.poke());
  }
}

import type { Clock } from '@backchannel/client';
import type { Actor } from '../domain/participant.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { Legs } from '../legs/legs.ts';
import type { Conversation } from './conversation.ts';
import { participantNamed } from './participants.ts';
import { shown } from './problems.ts';

/** How long a call for an agent waits until its conversation is linked again after a restart. */
const RELINK_WAIT_MS = 3_000;

/** When who could not wait so long may ask again. */
const RELINK_RETRY_MS = 5_000;

export const NOT_LINKED_YET = 'the conversation is not linked again yet after the restart';

/**
 * After a restart it is known which conversation of Genesys's a binding has, and not yet who is in it. Whoever acts for an
 * agent does not wait for the conversation's turn: it is linked now.
 */
export class Relinking {
  readonly #legs: Legs;
  readonly #clock: Clock;

  constructor(legs: Legs, clock: Clock) {
    this.#legs = legs;
    this.#clock = clock;
  }

  /** Nothing can be said yet of who takes part. */
  isDue({ binding }: Conversation): boolean {
    return this.#legs.awaitsRelink(binding.id);
  }

  /** Whether it is linked again, or known why not, within `maxMs`; the reading goes on after that. */
  async done(conversation: Conversation, maxMs = RELINK_WAIT_MS): Promise<boolean> {
    if (!this.isDue(conversation)) return true;
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#clock.after(Math.min(maxMs, RELINK_WAIT_MS), resolve);
    });
    await Promise.race([this.#legs.relink(conversation.binding.id), late]);
    cancel();
    return !this.isDue(conversation);
  }

  /**
   * Who is meant, as `participantNamed`; a name that only Genesys can tell waits for it.
   *
   * @throws RelayProblem as `participantNamed`; `upstream.failed` when it is not known in time.
   */
  named(conversation: Conversation, name: string): Actor | Promise<Actor> {
    const isOwn = name === 'guest' || name === conversation.binding.guestParticipantId || name.startsWith('agent:');
    return isOwn || !this.isDue(conversation)
      ? participantNamed(conversation, name)
      : this.#namedOnceLinked(conversation, name);
  }

  async #namedOnceLinked(conversation: Conversation, name: string): Promise<Actor> {
    if (await this.done(conversation)) return participantNamed(conversation, name);
    throw new RelayProblem('upstream.failed', 503, `Who ${shown(name)} is can’t be told: ${NOT_LINKED_YET}.`, {
      fix: 'Try again in a moment, or name the agent by agent:{userId}.',
      retryAfterMs: RELINK_RETRY_MS,
    });
  }
}

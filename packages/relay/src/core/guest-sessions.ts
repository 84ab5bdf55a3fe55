import type { Binding } from '../domain/binding.ts';
import type { ConversationRef } from '../domain/commands.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { Store } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import { requireActor, requireScope } from './entitle.ts';
import { shown } from './problems.ts';

/** Calls that name a session and its guest (F5): whether the two belong together. */
export class GuestSessions {
  readonly #conversations: Conversations;
  readonly #store: Store;

  constructor({ conversations, store }: { readonly conversations: Conversations; readonly store: Store }) {
    this.#conversations = conversations;
    this.#store = store;
  }

  /**
   * For who may signal for the guest: nobody else gives a session its guest.
   * @throws RelayProblem `scope.missing`, `conversation.unknown`, `actor.forbidden`, `participant.unknown`.
   */
  async find(principal: Principal, session: ConversationRef, guestId: string): Promise<Binding> {
    requireScope(principal, 'signals:write');
    const byGuest = await this.#byGuest(principal, guestId);
    // Who is known elsewhere begins no session here.
    const conversation = await this.#conversations.find(principal, session, { provision: !byGuest?.isOpen });
    requireActor(principal, 'guest');
    const { binding } = conversation;
    if (byGuest?.binding.id === binding.id) return binding;
    if (byGuest?.isOpen || !(await this.#claimed(conversation, guestId))) throw strangers(session.id, guestId);
    return binding;
  }

  async #byGuest(principal: Principal, guestId: string): Promise<Conversation | undefined> {
    try {
      return await this.#conversations.find(principal, { id: guestId, kinds: ['guest', 'guest-participant'] });
    } catch (error) {
      if (error instanceof RelayProblem && error.code === 'conversation.unknown') return undefined;
      throw error;
    }
  }

  /** A session that was made automatically knows nobody until its first guest is named. */
  async #claimed(conversation: Conversation, guestId: string): Promise<boolean> {
    const { binding } = conversation;
    if (!conversation.isOpen || !binding.provisioned) return false;
    const known = [...(await this.#store.aliases(binding.id)), ...conversation.names];
    if (known.some(({ kind, alias }) => kind === 'guest' && alias !== guestId)) return false;
    await this.#conversations.name(conversation, [{ kind: 'guest', alias: guestId }]);
    return true;
  }
}

const strangers = (sessionId: string, guestId: string): RelayProblem =>
  new RelayProblem(
    'participant.unknown',
    404,
    `The guest ${shown(guestId)} is not the guest of the session ${shown(sessionId)}.`,
    {
      fix: 'Use the guest that began the session; PUT /v1/conversations/{id} with {"session":"…","guestId":"…"} names both.',
      errors: [{ path: 'guestId', detail: `is another guest’s name, or nobody’s; it was ${shown(guestId)}` }],
    },
  );

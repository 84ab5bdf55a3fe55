import type { AliasKind } from '../domain/binding.ts';
import { ALIAS_KINDS } from '../store/names.ts';
import type { Conversation } from './conversation.ts';

/** Names that one conversation is found by in memory. Participants come and go; those beyond are found through the store. */
const NAMES_MAX = 256;

interface Named {
  readonly kind: AliasKind;
  readonly conversation: Conversation;
}

/**
 * The open conversations by each of their names, one client's apart from another's: no signal asks the store for one. Of equal
 * names of different kinds the first kind of `ALIAS_KINDS` is meant, as in the store.
 */
export class Names {
  readonly #ofClients = new Map<string, Map<string, readonly Named[]>>();

  /** Does nothing when it has the name already. False: the conversation has as many as are kept in memory. */
  add(conversation: Conversation, kind: AliasKind, alias: string): boolean {
    const { names, binding } = conversation;
    if (this.find(binding.clientId, alias, [kind]) === conversation) return true;
    if (names.length >= NAMES_MAX) return false;
    const ofClient = this.#ofClients.get(binding.clientId) ?? new Map<string, readonly Named[]>();
    this.#ofClients.set(binding.clientId, ofClient);
    const others = (ofClient.get(alias) ?? []).filter((named) => named.kind !== kind);
    const named = [...others, { kind, conversation }];
    named.sort((left, right) => ALIAS_KINDS.indexOf(left.kind) - ALIAS_KINDS.indexOf(right.kind));
    ofClient.set(alias, named);
    names.push({ kind, alias });
    return true;
  }

  find(clientId: string, alias: string, kinds?: readonly AliasKind[]): Conversation | undefined {
    const named = this.#ofClients.get(clientId)?.get(alias);
    if (!kinds) return named?.[0]?.conversation;
    return named?.find(({ kind }) => kinds.includes(kind))?.conversation;
  }

  /** Forgets every name of a conversation. */
  remove(conversation: Conversation): void {
    const { clientId } = conversation.binding;
    const ofClient = this.#ofClients.get(clientId);
    for (const { alias } of conversation.names.splice(0)) {
      const others = ofClient?.get(alias)?.filter((named) => named.conversation !== conversation) ?? [];
      if (others.length > 0) ofClient?.set(alias, others);
      else ofClient?.delete(alias);
    }
    if (ofClient?.size === 0) this.#ofClients.delete(clientId);
  }
}

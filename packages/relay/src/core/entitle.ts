import type { Binding } from '../domain/binding.ts';
import { type Actor, userIdOf } from '../domain/participant.ts';
import type { ClientPrincipal, Principal, Scope } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import { unknownConversation } from './problems.ts';

/** @throws RelayProblem `scope.missing`. */
export function requireScope(principal: Principal, scope: Scope): void {
  if (principal.scopes.has(scope)) return;
  const has = [...principal.scopes].join(' ') || 'none';
  throw new RelayProblem('scope.missing', 403, `This needs the scope ${scope}; the credential has ${has}.`, {
    fix: `Ask for a token with the scope ${scope}, or have it added to the client in the relay’s configuration.`,
  });
}

/** For what only a program may do, never a browser. @throws RelayProblem `actor.forbidden`. */
export function requireClient(principal: Principal, what: string): asserts principal is ClientPrincipal {
  if (principal.kind === 'client') return;
  throw new RelayProblem('actor.forbidden', 403, `A token for one conversation can’t ${what}.`, {
    fix: 'Call with a token of the client that made the conversation (POST /oauth/token).',
  });
}

/**
 * A token for one conversation sees that one only; what else its client has is as unknown to it as what others have.
 * @throws RelayProblem `conversation.unknown`.
 */
export function requireConversation(principal: Principal, { id, clientId }: Binding, asked: string): void {
  const sees = principal.clientId === clientId && (principal.kind === 'client' || principal.bindingId === id);
  if (!sees) throw unknownConversation(asked);
}

/** @throws RelayProblem `actor.forbidden`. */
export function requireActor(principal: Principal, actor: Actor): void {
  if (principal.kind === 'conversation') {
    if (principal.participant === actor) return;
    throw new RelayProblem(
      'actor.forbidden',
      403,
      `This token is ${principal.participant}’s; it can’t act for ${actor}.`,
      {
        fix: `Have a token made for ${actor} (POST /v1/conversations/{id}/tokens), or call with the client’s own.`,
      },
    );
  }
  const { guest, agents } = principal.actAs;
  const userId = userIdOf(actor);
  if (userId === undefined ? guest : agents === 'everyone' || agents.has(userId)) return;
  throw new RelayProblem('actor.forbidden', 403, `The client ${principal.clientId} may not act for ${actor}.`, {
    fix: `Add ${userId === undefined ? 'guest' : JSON.stringify(userId)} to its actAs in the relay’s configuration, or call with the credentials of a client that may.`,
  });
}

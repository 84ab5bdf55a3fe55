import type { FastifyRequest } from 'fastify';
import type { Principal, Scope } from '../domain/principal.ts';

/** Who gets as far as a route's handler. */
export type RouteAccess =
  /** A token of the relay in `Authorization: Bearer …`, checked before the body is read. */
  | 'bearer'
  /** The handler asks for a credential itself: sockets, and calls whose credential stands elsewhere. */
  | 'own'
  /** Anybody. */
  | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it; one that does not keeps the relay from starting. */
    readonly access?: RouteAccess;
    /** The scopes that its command asks for, for the documentation. The command itself is what enforces them. */
    readonly scopes?: readonly Scope[];
    /** Its answer lasts as long as the caller likes (SSE, WebSocket): a stop does not wait for it. */
    readonly stream?: boolean;
    /** Its problems say `error` and `error_description` too. */
    readonly problems?: 'oauth';
  }
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

/** Who called a route with `access: 'bearer'`. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) {
    throw new TypeError(
      `${request.method} ${request.routeOptions.url} asked who calls, but nobody was asked for a credential: give the route config: { access: 'bearer' }.`,
    );
  }
  return request.principal;
}

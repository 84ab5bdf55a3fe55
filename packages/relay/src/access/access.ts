import type { Ports } from '@backchannel/client';
import type { ClientSettings, RelaySettings } from '../config/settings.ts';
import { type Actor, userIdOf } from '../domain/participant.ts';
import type { ClientPrincipal, ConversationPrincipal, Principal, Scope } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import { epochMsOf } from '../domain/time.ts';
import { type Claims, claimsSchema } from './claims.ts';
import { type ClientCredentials, ClientSecrets } from './client-secrets.ts';
import { RequestRate } from './request-rate.ts';
import { SCOPES } from './scopes.ts';
import { TICKET_LIFETIME_MS, Tickets } from './tickets.ts';
import { TokenSigner } from './token-signer.ts';

/** Tokens whose check is remembered; the one that was seen first is forgotten, and checked again when it comes. */
const CHECKED_TOKENS_MAX = 10_000;
/** Requests a minute with one conversation token: many times what a person at a keyboard causes. */
export const CONVERSATION_REQUESTS_PER_MINUTE = 600;
/** Browsers whose calls of the last minute are remembered; who called longest ago is forgotten first. */
const CONVERSATION_RATES_MAX = 10_000;
/** A conversation token lives at most a day, whatever is asked for. */
export const CONVERSATION_TOKEN_SECONDS_MAX = 86_400;

const GET_A_TOKEN =
  'Get a token from POST /oauth/token (grant_type=client_credentials with a client of this relay) and send it as "Authorization: Bearer <token>".';

/** A token, and when it ends. */
export interface IssuedToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
  readonly scopes: readonly Scope[];
}

export interface ConversationTokenRequest {
  readonly clientId: string;
  readonly bindingId: string;
  readonly participant: Actor;
  readonly scopes: Iterable<Scope>;
  /** Default `tokens.lifetimeSeconds` of the configuration; at most a day. */
  readonly lifetimeSeconds?: number | undefined;
  /** Whoever has it may exchange it for a newer one, for as long as the conversation lives (F8). */
  readonly renewable?: boolean | undefined;
}

/**
 * Who calls. Tokens are signed, not stored: a restart or a second process knows them all. What a client may do is looked up
 * in the configuration at each check, so that a scope that was taken away there is gone from every token.
 */
export class Access {
  readonly #settings: RelaySettings;
  readonly #ports: Pick<Ports, 'clock' | 'ids' | 'wallTime'>;
  readonly #clients: ReadonlyMap<string, ClientSettings>;
  readonly #secrets: ClientSecrets;
  readonly #signer: TokenSigner;
  readonly #tickets: Tickets;
  readonly #origins: Set<string>;
  readonly #checked = new Map<string, Principal>();
  readonly #clientRates = new Map<string, RequestRate>();
  /** By binding and participant: a renewed token brings no further minute. */
  readonly #conversationRates = new Map<string, RequestRate>();

  constructor(settings: RelaySettings, ports: Pick<Ports, 'clock' | 'ids' | 'wallTime'>) {
    this.#settings = settings;
    this.#ports = ports;
    this.#clients = new Map(settings.clients.map((client) => [client.id, client]));
    this.#secrets = new ClientSecrets(this.#clients, ports.clock);
    this.#signer = new TokenSigner(settings.tokens.keys);
    this.#tickets = new Tickets(ports);
    this.#origins = new Set(settings.allowedOrigins);
  }

  /**
   * A token for a client whose secret is right, in one of the ways in which it can be read; `undefined` for a wrong one. It
   * carries those of the asked scopes that the client has, all of them when none were asked for; none at all is for the
   * caller to refuse.
   *
   * @throws RelayProblem `rate.limited`.
   */
  async clientToken(
    readings: readonly ClientCredentials[],
    { scopes, address }: { readonly scopes?: ReadonlySet<Scope> | undefined; readonly address: string },
  ): Promise<IssuedToken | undefined> {
    const clientId = await this.#secrets.check(readings, address);
    if (clientId === undefined) return undefined;
    const granted = this.#clients.get(clientId)?.scopes.filter((scope) => scopes?.has(scope) ?? true) ?? [];
    const { lifetimeSeconds } = this.#settings.tokens;
    return this.#sign(lifetimeSeconds, (e) => ({ k: 'client', c: clientId, s: granted, e }));
  }

  /** A token for one participant of one conversation. Whether the caller may give it away was asked before (`entitled`). */
  conversationToken(request: ConversationTokenRequest): IssuedToken {
    const { clientId: c, bindingId: b, participant: p } = request;
    const wanted = new Set(request.scopes);
    const lifetimeSeconds = Math.min(
      request.lifetimeSeconds ?? this.#settings.tokens.lifetimeSeconds,
      CONVERSATION_TOKEN_SECONDS_MAX,
    );
    return this.#sign(lifetimeSeconds, (e) => ({
      k: 'conversation',
      c,
      b,
      p,
      ...(request.renewable === true && { r: true as const }),
      s: SCOPES.filter((scope) => wanted.has(scope)),
      e,
    }));
  }

  /** Stands for the principal once, within 30 s: for addresses of sockets, which end up in logs. */
  ticket(principal: Principal): { readonly ticket: string; readonly expiresAtMs: number } {
    return { ticket: this.#tickets.issue(principal), expiresAtMs: epochMsOf(this.#ports) + TICKET_LIFETIME_MS };
  }

  /** Whose ticket it is. Throws 401 when it was used, has expired or never was. */
  redeem(ticket: string): Principal {
    const principal = this.#tickets.redeem(ticket);
    if (principal === undefined) {
      throw new RelayProblem(
        'credential.invalid',
        401,
        'The ticket is unknown, was used before, or is older than 30 s.',
        {
          fix: 'Ask for another with POST /v1/tickets; each opens one socket.',
        },
      );
    }
    this.#unexpired(principal);
    return principal;
  }

  /** Who calls, by the headers of a request, which counts against the caller's rate. Throws 401 or 429. */
  authenticate(headers: { readonly authorization?: string | undefined }): Principal {
    const { authorization } = headers;
    if (authorization === undefined || authorization === '') {
      throw new RelayProblem('credential.missing', 401, 'The call carries no credential.', { fix: GET_A_TOKEN });
    }
    const [, scheme = '', token = ''] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
    if (scheme.toLowerCase() !== 'bearer') {
      throw new RelayProblem(
        'credential.invalid',
        401,
        `The Authorization header is not "Bearer <token>"${/^[A-Za-z]{1,20}$/.test(scheme) ? ` but ${scheme}` : ''}.`,
        { fix: GET_A_TOKEN },
      );
    }
    return this.authenticateToken(token);
  }

  /** Who calls, by a token that came without headers, which counts against the caller's rate. Throws 401 or 429. */
  authenticateToken(token: string): Principal {
    const principal = this.principalOfToken(token);
    this.admit(principal);
    return principal;
  }

  /** Whose token it is. Throws 401: `credential.invalid`, or `credential.expired`, which a new token cures. */
  principalOfToken(token: string): Principal {
    let principal = this.#checked.get(token);
    if (principal === undefined) {
      principal = this.#check(token);
      this.#checked.set(token, principal);
      const [oldest] = this.#checked.keys();
      if (this.#checked.size > CHECKED_TOKENS_MAX && oldest !== undefined) this.#checked.delete(oldest);
    }
    this.#unexpired(principal);
    return principal;
  }

  /** Counts one call of this caller's. Throws 429 when its minute is full. */
  admit(principal: Principal): void {
    const rate = this.#rateOf(principal);
    const waitMs = rate.use(this.#ports.clock.now());
    if (waitMs === 0) return;
    const limit =
      principal.kind === 'client'
        ? `${this.#settings.limits.requestsPerMinutePerClient} calls a minute (limits.requestsPerMinutePerClient)`
        : `${CONVERSATION_REQUESTS_PER_MINUTE} calls a minute for one participant of a conversation`;
    throw new RelayProblem('rate.limited', 429, `The caller has used up its ${limit}.`, {
      fix: 'Wait as long as Retry-After says. Typing needs one call in 4 s per person at most.',
      retryAfterMs: waitMs,
    });
  }

  /** From now on pages of this origin may call too. */
  allowOrigin(origin: string): void {
    this.#origins.add(origin);
  }

  /** Whether a page of this origin may call; a caller without an origin is no page. */
  allowsOrigin(origin: string | undefined): boolean {
    return origin === undefined || this.#origins.has(origin);
  }

  #sign(lifetimeSeconds: number, claims: (expiresAt: number) => Claims): IssuedToken {
    const expiresAt = Math.floor(epochMsOf(this.#ports) / 1000) + lifetimeSeconds;
    const said = claims(expiresAt);
    return { token: this.#signer.sign(said), expiresAtMs: expiresAt * 1000, scopes: said.s };
  }

  #check(token: string): Principal {
    const claims = claimsSchema.safeParse(this.#signer.verify(token)).data;
    const client = claims && this.#clients.get(claims.c);
    if (claims === undefined || client === undefined) {
      throw new RelayProblem(
        'credential.invalid',
        401,
        'The token is not one that this relay has signed for a client that it knows.',
        {
          fix: `${GET_A_TOKEN} A token of Genesys Cloud is not one of the relay.`,
        },
      );
    }
    const scopes = new Set(claims.s.filter((scope) => client.scopes.includes(scope)));
    const expiresAtMs = claims.e * 1000;
    if (claims.k === 'client') {
      const { guest, agents } = client.actAs;
      return {
        kind: 'client',
        clientId: client.id,
        scopes,
        actAs: { guest, agents: agents === 'everyone' ? agents : new Set(agents) },
        expiresAtMs,
      } satisfies ClientPrincipal;
    }
    if (!mayActFor(client, claims.p)) {
      throw new RelayProblem(
        'credential.invalid',
        401,
        'The client that made the token may not act for its participant any more.',
        {
          fix: 'Extend actAs of the client in the configuration.',
        },
      );
    }
    return {
      kind: 'conversation',
      clientId: client.id,
      bindingId: claims.b,
      participant: claims.p,
      ...(claims.r === true && { renewable: true }),
      scopes,
      expiresAtMs,
    } satisfies ConversationPrincipal;
  }

  #unexpired(principal: Principal): void {
    const overMs = epochMsOf(this.#ports) - principal.expiresAtMs;
    if (overMs < 0) return;
    throw new RelayProblem('credential.expired', 401, `The token expired ${Math.floor(overMs / 1000)} s ago.`, {
      fix:
        principal.kind === 'client'
          ? 'Get a new one from POST /oauth/token; expires_in says how long it lives.'
          : 'Let your server get a new one from POST /v1/conversations/{id}/tokens.',
    });
  }

  #rateOf(principal: Principal): RequestRate {
    if (principal.kind === 'client') {
      const rate =
        this.#clientRates.get(principal.clientId) ?? new RequestRate(this.#settings.limits.requestsPerMinutePerClient);
      this.#clientRates.set(principal.clientId, rate);
      return rate;
    }
    const rates = this.#conversationRates;
    const key = `${principal.bindingId} ${principal.participant}`;
    const rate = rates.get(key) ?? new RequestRate(CONVERSATION_REQUESTS_PER_MINUTE);
    // The one that called longest ago stands first.
    rates.delete(key);
    rates.set(key, rate);
    const [oldest] = rates.keys();
    if (rates.size > CONVERSATION_RATES_MAX && oldest !== undefined) rates.delete(oldest);
    return rate;
  }
}

function mayActFor({ actAs }: ClientSettings, actor: Actor): boolean {
  if (actor === 'guest') return actAs.guest;
  return actAs.agents === 'everyone' || actAs.agents.includes(userIdOf(actor) ?? '');
}

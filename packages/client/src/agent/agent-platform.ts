import {
  conversationPath,
  type Hosts,
  MESSAGE_CONVERSATIONS_PATH,
  parseConversation,
  parseIdListing,
} from '@backchannel/protocol';
import { type Budget, TOKEN_BUDGET } from '@backchannel/signals';
import { completePorts } from '../adapters/system-ports.ts';
import { Agenda } from '../core/agenda.ts';
import { RequestLine } from '../core/request-line.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { SharedArbiter, type TypingArbiter } from '../typing/shared-arbiter.ts';
import type { Tokens } from './cached-tokens.ts';
import { ConversationReading } from './conversation-reading.ts';
import { NotificationHub } from './notification-hub.ts';
import { PlatformApi, type ReadLines } from './platform-api.ts';
import { LOOKUPS_BUDGET, READS_BUDGET, ReadLine } from './read-line.ts';
import { fixedToken } from './token-source.ts';
import { TypingQuota } from './typing-quota.ts';

/** A limit in numbers: `limit` requests in any `windowMs`, of which signals leave `messageReserve` to messages. */
export type AgentBudget = Omit<Budget, 'id'>;

/** Options of an `AgentPlatform`. */
export interface AgentPlatformOptions {
  readonly hosts: Hosts;
  /** The access token of all, or where to get one: `TokenSource` (client credentials), `UserTokenSource`, or your own `Tokens`. */
  readonly token: string | Tokens;
  readonly ports?: Partial<Ports> | undefined;
  readonly budgets?:
    | {
        /** All requests. Default: 300 a minute (third-party, LIMIT-TOKEN), 200 of them out of the reach of signals. */
        readonly token?: AgentBudget | undefined;
        /** Requests for what is old, a part of the former. Default: 100 a minute. */
        readonly reads?: AgentBudget | undefined;
        /** Conversations that are read `as: 'lookup'`, another part of it. Default: 10 in 6 s. */
        readonly lookups?: AgentBudget | undefined;
      }
    | undefined;
}

/** Options of `AgentPlatform.read`. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * A `lookup` is of a conversation that somebody else has named: it waits for a budget of its own, so that whoever names many
   * can't use up the limits of all. Default: `other`, as every request.
   */
  readonly as?: 'other' | 'lookup' | undefined;
}

/** What the sessions of one token share. */
export interface PlatformParts {
  readonly ports: Ports;
  readonly api: PlatformApi;
  readonly notifications: NotificationHub;
  /** The line of one conversation's typing. */
  readonly typing: (conversationId: string) => TypingArbiter;
  /** Ids of the message conversations of the token's user. */
  readonly list: (signal: AbortSignal) => Promise<Settled<readonly string[]>>;
  /** Why nothing works any more. */
  readonly closed: () => string | undefined;
}

/** The shared parts are for `AgentSession` alone. */
export let partsOf: (platform: AgentPlatform) => PlatformParts;

/**
 * One token for many agents: their sessions share its limits (third-party, LIMIT-TOKEN), one way to ask for it, and as few
 * notification channels as 1,000 topics a channel allow (documented, LIMIT-TOPICS): 20 channels, 10,000 agents. For servers
 * that act for all their agents with one OAuth client; whether client credentials may is assumed (AGENT-CLIENT-CREDENTIALS).
 *
 * ```ts
 * const token = new TokenSource({ hosts, clientId, clientSecret });
 * await using platform = new AgentPlatform({ hosts, token });
 * const agents = ['the id of Ana', 'the id of Ben'].map((userId) => new AgentSession({ platform, userId }));
 * await Promise.all(agents.map((agent) => agent.connect()));
 * ```
 *
 * A session that is closed takes its topics with it and nothing else. Client credentials have no user and no list of
 * conversations (documented, USERS-ME, CONVERSATION-LIST): what was there before comes by `AgentSession.adopt`.
 */
export class AgentPlatform {
  readonly #parts: PlatformParts;
  readonly #line: RequestLine;
  readonly #reads: ReadLines;
  readonly #clock: Agenda;
  /** The first who asks for the list of conversations finds out for all whether the token has one. */
  #listed: Promise<Settled<readonly string[]>> | undefined;
  #listless: Settled<readonly string[]> | undefined;
  #closed: string | undefined;

  static {
    partsOf = (platform) => platform.#parts;
  }

  /** @throws BackchannelError `option.invalid`. */
  constructor({ hosts, token, ports, budgets = {} }: AgentPlatformOptions) {
    if (!hosts?.api)
      throw new BackchannelError('option.invalid', 'hosts is missing. Pass hostsIn(region) or hostsAt(url).');
    if (!token) throw new BackchannelError('option.invalid', 'token is empty. Pass an access token or a TokenSource.');
    const complete = completePorts(ports);
    this.#clock = new Agenda(complete.clock);
    const shared = arbiterOf(budgets, this.#clock);
    this.#line = new RequestLine(shared, this.#clock);
    this.#reads = {
      read: new ReadLine(this.#line, this.#clock),
      lookup: new ReadLine(this.#line, this.#clock, LOOKUPS_BUDGET.id),
    };
    const withAgenda = { ...complete, clock: this.#clock };
    const tokens = typeof token === 'string' ? fixedToken(token) : token;
    if (tokens.hasUser === false) this.#listless = WITHOUT_A_USER;
    const api = new PlatformApi({
      api: hosts.api,
      tokens,
      ports: withAgenda,
      line: this.#line,
      reads: this.#reads,
      shared,
    });
    const quota = new TypingQuota(this.#clock);
    this.#parts = {
      ports: withAgenda,
      api,
      notifications: new NotificationHub({ api, ports: withAgenda }),
      typing: (conversationId) => quota.limit(shared.share([TOKEN_BUDGET.id], conversationId), conversationId),
      list: (signal) => this.#list(signal),
      closed: () => this.#closed,
    };
  }

  /**
   * Reads a conversation, for whoever has to find out whose it is before sessions adopt it: they take what was read, and ask
   * no further. One request, at its turn; settles in the platform's words when the conversation can't be read.
   *
   * @throws BackchannelError `option.invalid` without an id.
   */
  async read(
    conversationId: string,
    { signal, as = 'other' }: ReadOptions = {},
  ): Promise<Settled<ConversationReading>> {
    if (!conversationId) {
      throw new BackchannelError('option.invalid', 'conversationId is empty. Pass the id of a conversation.');
    }
    const path = conversationPath(conversationId);
    const request = { method: 'GET', path, guard: parseConversation, as, signal } as const;
    const { value, ...settled } = await this.#parts.api.request(request);
    return value ? { ...settled, value: new ConversationReading(value, as) } : settled;
  }

  /** Closes all sessions that use it, and for good: make another to begin again. */
  async close(): Promise<void> {
    this.#closed = 'Its platform was closed.';
    this.#parts.notifications.close(this.#closed);
    const over: Settled = { outcome: 'offline', reason: this.#closed };
    for (const reads of Object.values(this.#reads)) reads.close(over);
    this.#line.close(over);
    this.#clock.close();
  }

  /** Closes it at the end of an `await using` scope. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #list(signal: AbortSignal): Promise<Settled<readonly string[]>> {
    const before = this.#listed ?? Promise.resolve();
    const listed = before.then(() => this.#listless ?? this.#askForList(signal));
    this.#listed ??= listed;
    return listed;
  }

  async #askForList(signal: AbortSignal): Promise<Settled<readonly string[]>> {
    const path = MESSAGE_CONVERSATIONS_PATH;
    const listing = await this.#parts.api.request({ method: 'GET', path, guard: parseIdListing, as: 'other', signal });
    const status = listing.error?.platform?.status;
    // A token without a user (documented, CONVERSATION-LIST), or without the permission, will have none later either.
    if (status === 400 || status === 403) this.#listless = listing;
    return listing;
  }
}

const WITHOUT_A_USER: Settled<readonly string[]> = {
  outcome: 'unsupported',
  reason: 'The token has no user, so it has no list of conversations. Adopt those that you know of.',
};

function arbiterOf(
  { token, reads, lookups }: NonNullable<AgentPlatformOptions['budgets']>,
  clock: Agenda,
): SharedArbiter {
  try {
    return new SharedArbiter({
      budgets: [
        { ...TOKEN_BUDGET, ...token },
        { ...READS_BUDGET, ...reads },
        { ...LOOKUPS_BUDGET, ...lookups },
      ],
      clock,
    });
  } catch (error) {
    throw new BackchannelError('option.invalid', BackchannelError.from(error).message, { cause: error });
  }
}

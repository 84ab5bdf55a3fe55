import type { Ports } from '@backchannel/client';
import type { RelaySettings } from '../config/settings.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { Log } from '../observe/log.ts';
import type { RelayMetrics } from '../observe/metrics.ts';
import { ENDINGS, type Ending } from './ending.ts';
import { EventStream } from './event-stream.ts';
import { type Encode, eventFrame } from './frame.ts';
import type { Sink } from './sink.ts';

/** How often each stream shows that it lives; proxies close what is quiet for 60 s. */
const HEARTBEAT_MS = 25_000;

/** Streams are beaten in turns, a part of them each second: ten thousand at once would hold up everything else. */
const TURNS = 25;

/** Sockets that have not said who they are, at most. */
export const STRANGERS_MAX = 1_000;

export interface OpenStreamsOptions {
  readonly settings: Pick<RelaySettings, 'limits'>;
  readonly ports: Pick<Ports, 'clock' | 'wallTime'>;
  readonly log: Log;
  readonly metrics: RelayMetrics;
}

/**
 * Streams of one participant of a conversation, at most: some tabs, and the connections of a phone that has come back before
 * the relay knew that it was gone. Their tokens are in the hands of visitors, so they do not count as the client's: one
 * visitor's streams take no place from anybody else.
 */
export const CONVERSATION_STREAMS_MAX = 10;

/** How soon to ask for a place again: readers that are gone are found out by the next heartbeats. */
const TOO_MANY_RETRY_MS = 10_000;

/** Every stream of this process: counted by who has it, kept alive by one timer, and ended together. */
export class OpenStreams {
  readonly #options: OpenStreamsOptions;
  readonly #turns: readonly Set<EventStream>[] = Array.from({ length: TURNS }, () => new Set<EventStream>());
  /** Streams by owner (`ownerOf`). */
  readonly #countOf = new Map<string, number>();
  /** Sockets that have not authenticated yet, each with what ends it. */
  readonly #strangers = new Set<(ending: Ending) => void>();
  #next = 0;
  #turn = 0;
  #cancelBeat: (() => void) | undefined;
  #isClosing = false;
  #emptied: (() => void) | undefined;

  constructor(options: OpenStreamsOptions) {
    this.#options = options;
    options.metrics.watch('streams', () => this.size);
  }

  get size(): number {
    return this.#turns.reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws RelayProblem `rate.limited` when the caller has as many streams as it may; `stopping`. */
  open({
    sink,
    principal,
    encode = eventFrame,
  }: {
    readonly sink: Sink;
    readonly principal: Principal;
    readonly encode?: Encode | undefined;
  }): EventStream {
    const { settings, ports, log, metrics } = this.#options;
    const { clientId } = principal;
    const owner = ownerOf(principal);
    const count = this.#countOf.get(owner) ?? 0;
    if (this.#isClosing) throw stopping();
    if (principal.kind === 'conversation') {
      if (count >= CONVERSATION_STREAMS_MAX) throw tooManyOfParticipant();
    } else if (count >= settings.limits.streamsPerClient) throw tooManyOfClient(settings.limits.streamsPerClient);
    this.#countOf.set(owner, count + 1);
    const turn = this.#turns[this.#next++ % TURNS];
    const stream = new EventStream({
      sink,
      principal,
      encode,
      ports,
      slow: () => {
        metrics.slowReader();
        log.info('streams.slow-reader', { clientId });
      },
      closed: () => {
        if (!turn?.delete(stream)) return;
        const left = (this.#countOf.get(owner) ?? 1) - 1;
        if (left > 0) this.#countOf.set(owner, left);
        else this.#countOf.delete(owner);
        if (this.size === 0) this.#rest();
      },
    });
    turn?.add(stream);
    if (!this.#cancelBeat) this.#beatLater();
    return stream;
  }

  /**
   * Counts a socket that has not said who it is; `end` ends it. Gives what forgets it; `undefined`: the relay stops. When there
   * are too many the one that has been silent longest goes: whoever has a token sends it at once, so that a crowd that has none
   * can't keep the others out.
   */
  stranger(end: (ending: Ending) => void): (() => void) | undefined {
    if (this.#isClosing) return undefined;
    const [oldest] = this.#strangers;
    if (this.#strangers.size >= STRANGERS_MAX) oldest?.(ENDINGS.crowded);
    this.#strangers.add(end);
    return () => this.#strangers.delete(end);
  }

  /** Ends all of them: `restart`, so that everybody comes back. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const end of [...this.#strangers]) end(ENDINGS.restart);
    if (this.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const turn of this.#turns) for (const stream of [...turn]) stream.end(ENDINGS.restart);
    await emptied;
  }

  #beatLater(): void {
    this.#cancelBeat = this.#options.ports.clock.after(HEARTBEAT_MS / TURNS, () => {
      this.#beatLater();
      this.#turn = (this.#turn + 1) % TURNS;
      for (const stream of this.#turns[this.#turn] ?? []) stream.beat();
    });
  }

  /** No timer while nobody listens. */
  #rest(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
    this.#emptied?.();
  }
}

/** Whose number a stream counts against. Ids of clients have no blanks. */
const ownerOf = (principal: Principal): string =>
  principal.kind === 'client' ? principal.clientId : `${principal.bindingId} ${principal.participant}`;

const tooManyOfClient = (max: number): RelayProblem =>
  new RelayProblem('rate.limited', 429, `The client has ${max} streams open, as many as it may.`, {
    fix: 'Close those that nobody reads: one stream carries all conversations of a client. The bound is limits.streamsPerClient of the relay.',
    retryAfterMs: TOO_MANY_RETRY_MS,
  });

const tooManyOfParticipant = (): RelayProblem =>
  new RelayProblem(
    'rate.limited',
    429,
    `This participant of the conversation has ${CONVERSATION_STREAMS_MAX} streams open, as many as it may.`,
    {
      fix: 'Close those that nobody reads: each page needs one. A server listens with its client’s own token, which sees every conversation.',
      retryAfterMs: TOO_MANY_RETRY_MS,
    },
  );

const stopping = (): RelayProblem =>
  new RelayProblem('stopping', 503, 'The relay is stopping and opens no stream.', {
    fix: 'Connect again in a moment.',
    retryAfterMs: 2_000,
  });

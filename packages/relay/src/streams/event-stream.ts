import type { Ports } from '@backchannel/client';
import type { ConversationRef, RelayCommands, Subscription } from '../domain/commands.ts';
import type { RelayEvent } from '../domain/event.ts';
import type { Principal } from '../domain/principal.ts';
import { epochMsOf } from '../domain/time.ts';
import { ENDINGS, type Ending } from './ending.ts';
import { type Encode, type Frame, jsonFrame } from './frame.ts';
import type { Sink } from './sink.ts';

/**
 * Bytes that wait for one reader, at most. Some thousand events: who is further behind than that is told, closed, and
 * catches up from the store when it comes back, which costs the relay no memory.
 */
const STREAM_BUFFER_BYTES_MAX = 1_048_576;

/** How long a stream that was told to end may take to read what waits. */
const CLOSE_GRACE_MS = 2_000;

export interface Follow {
  readonly conversation?: ConversationRef | undefined;
  readonly afterPosition?: number | undefined;
  readonly afterSequence?: number | undefined;
}

export interface EventStreamOptions {
  readonly sink: Sink;
  readonly principal: Principal;
  readonly encode: Encode;
  readonly ports: Pick<Ports, 'clock' | 'wallTime'>;
  /** Its reader was too slow; it ends. */
  readonly slow: () => void;
  readonly closed: () => void;
}

/**
 * Events on their way to one listener, who is known. Ends by itself when the token expires, when the reader is too slow, and
 * when the connection is gone.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  #principal: Principal;
  #subscription: Subscription | undefined;
  #cancelExpiry = () => {};
  #cancelGrace = () => {};
  /** The replay is over. While it lasts its pages bound what waits, and `drained` is awaited between them. */
  #isLive = false;
  /** Bytes of other frames that came among a page of the replay: whoever asks and does not read is not waited for. */
  #asideBytes = 0;
  #isOver = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#principal = options.principal;
    options.sink.onClosed(() => this.#release());
    this.renew(options.principal);
  }

  get principal(): Principal {
    return this.#principal;
  }

  /** Goes on with a newer token of the same caller. */
  renew(principal: Principal): void {
    this.#principal = principal;
    const { clock } = this.#options.ports;
    const leftMs = principal.expiresAtMs - epochMsOf(this.#options.ports);
    this.#cancelExpiry();
    this.#cancelExpiry = Number.isFinite(leftMs) ? clock.after(leftMs, () => this.end(ENDINGS.expired)) : () => {};
  }

  /**
   * Tells what was kept after the place that is named, then what happens. Resolves when the listener has caught up. Who
   * listens may come first: where the configuration allows it, a conversation that nobody knows is made for its listener, as
   * for its first signal.
   *
   * @throws RelayProblem what `subscribe` refuses, before anything was told.
   */
  async follow(relay: Pick<RelayCommands, 'subscribe' | 'participant'>, place: Follow): Promise<void> {
    const { sink } = this.#options;
    const { conversation } = place;
    if (conversation) await relay.participant(this.#principal, conversation, 'guest', { provision: true });
    const subscription = await relay.subscribe(this.#principal, {
      ...place,
      event: (event) => this.#tell(event),
      drained: async () => {
        await sink.drained();
        if (this.#isOver) throw new Error('The reader has gone.');
        this.#asideBytes = 0;
      },
      gap: (oldestPosition) => this.send(jsonFrame({ type: 'gap', oldestPosition })),
    });
    this.#isLive = true;
    if (this.#isOver) subscription.close();
    else this.#subscription = subscription;
  }

  /** A frame besides the events. */
  send(frame: Frame): void {
    this.#asideBytes += this.#isLive ? 0 : frame.bytes.length;
    this.#write(frame);
  }

  #write(frame: Frame): void {
    if (this.#isOver) return;
    const { sink, slow } = this.#options;
    if ((this.#isLive ? sink.bufferedBytes : this.#asideBytes) > STREAM_BUFFER_BYTES_MAX) {
      slow();
      this.end(ENDINGS.slow);
      return;
    }
    sink.send(frame);
  }

  /** A sign of life. A reader that gave none since the last one is gone, or as good as gone. */
  beat(): void {
    if (!this.#isOver && !this.#options.sink.beat()) this.#options.sink.destroy();
  }

  end(ending: Ending): void {
    if (this.#isOver) return;
    const { sink, ports } = this.#options;
    this.#stop();
    this.#cancelGrace = ports.clock.after(CLOSE_GRACE_MS, () => sink.destroy());
    sink.end(ending);
  }

  /** Forgets the listener without a word: the connection was never used, and answers in another way. */
  abandon(): void {
    this.#stop();
    this.#options.closed();
  }

  #tell(event: RelayEvent): void {
    const frame = this.#options.encode(event);
    if (frame) this.#write(frame);
  }

  #stop(): void {
    this.#isOver = true;
    this.#cancelExpiry();
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  #release(): void {
    this.#stop();
    this.#cancelGrace();
    this.#options.closed();
  }
}

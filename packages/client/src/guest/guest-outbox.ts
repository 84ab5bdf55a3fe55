import { withDeadline } from '../core/deadline.ts';
import type { MessageLog } from '../core/message-log.ts';
import type { RequestLine } from '../core/request-line.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { GuestFrames, OutgoingContent } from './guest-frames.ts';
import { checkText } from './guest-options.ts';
import type { GuestMessage } from './guest-snapshot.ts';
import type { GuestSocket } from './guest-socket.ts';

/** How long the copy of a message may take before history is asked. */
export const COPY_TIMEOUT_MS = 10_000;

/** How long `send` waits for a reconnect and for history to show what became of a message whose copy was lost. */
export const RECONCILE_TIMEOUT_MS = 60_000;

/** Why a message failed that left and may have arrived: the one `offline` or `timeout` after which a second sending could double it. */
export const MAY_HAVE_ARRIVED =
  'It left, but neither its copy nor the history shows it. Look before you send it again.';

/** Options of `GuestSession.send`. */
export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Custom attributes, at most 2,048 bytes of keys and values (documented, LIMIT-GUEST-ATTRIBUTES). */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** What goes with the text, which then may be blank. `sendAttachment` and `reply` of `guest/more` fill it. */
  readonly content?: readonly OutgoingContent[] | undefined;
}

export interface GuestOutboxOptions {
  readonly ports: Ports;
  readonly frames: GuestFrames;
  readonly line: RequestLine;
  readonly log: MessageLog;
  /** The socket to send on, or why there is none. */
  readonly socket: () => GuestSocket | Settled;
  /** A conversation is open, so that a message of this moment begins none. */
  readonly isOpen: () => boolean;
  /** The messages are up to date, so that nothing unknown in the history is older than a message that leaves now. */
  readonly isFresh: () => boolean;
  /** A message leaves now: it is the end of typing. */
  readonly leaving: () => void;
  readonly changed: () => void;
  /** Resolves when the messages have been brought up to date once more, or can't be any more. */
  readonly refreshed: (signal: AbortSignal, isDecided: () => boolean) => Promise<void>;
}

/** Sends texts: each leaves once at most, and each settles once. */
export class GuestOutbox {
  readonly #options: GuestOutboxOptions;
  /** Where a message may wait for a connection: resolves when it may go on, or with why it will not. Absent: it fails. */
  whileOffline: ((id: string, signal: AbortSignal | undefined) => Promise<Settled | undefined>) | undefined;

  /** The message that goes before the next one, where messages may wait. */
  #behind: Promise<unknown> = Promise.resolve();

  constructor(options: GuestOutboxOptions) {
    this.#options = options;
  }

  async send(text: string, { signal, attributes, content }: SendOptions): Promise<Settled<GuestMessage>> {
    const { ports, frames, log, isOpen, isFresh, leaving, changed } = this.#options;
    const opening = frames.attributes ? { ...frames.attributes, ...attributes } : attributes;
    checkText(text, opening, content !== undefined);
    const id = ports.ids.uuid();
    log.begin({ id, from: 'guest', text, time: ports.wallTime() });
    changed();
    const socket = await this.#admitted(id, signal);
    if ('outcome' in socket) return this.#failed(id, socket, true);
    log.leaving(id, { claimable: false });
    const fresh = isFresh();
    leaving();
    const frame = frames.text(id, text, isOpen() ? attributes : opening, content);
    const answer = await socket.request(frame, { timeoutMs: COPY_TIMEOUT_MS, signal });
    const value = log.get(id);
    if (answer.outcome === 'sent' && value?.status === 'sent') return { ...answer, value };
    if (answer.outcome === 'refused' || answer.outcome === 'suppressed:budget') return this.#failed(id, answer, true);
    // An equal text of an earlier visit must not pass for the copy of a message that left before the history was read.
    if (fresh) log.unanswered(id);
    return answer.outcome === 'aborted' ? this.#failed(id, answer, false) : this.#reconcile(id, signal);
  }

  /** The socket, once there is one and the limits have room; else why it will not go. Nothing has left before. */
  async #admitted(id: string, signal: AbortSignal | undefined): Promise<GuestSocket | Settled> {
    if (!this.whileOffline) return this.#enter(signal);
    for (;;) {
      const refusal = await this.whileOffline?.(id, signal);
      if (refusal) return refusal;
      // One behind the other: of two that wait for room when the connection is lost, neither may overtake on the next one.
      const turn = this.#behind.then(() => this.#enter(signal));
      this.#behind = turn;
      const socket = await turn;
      if (!('outcome' in socket) || socket.outcome !== 'offline' || !this.whileOffline) return socket;
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<GuestSocket | Settled> {
    const { line, socket } = this.#options;
    const before = socket();
    if ('outcome' in before) return before;
    return (await line.enter('message', ['connection', 'session'], signal)) ?? socket();
  }

  #failed(id: string, { outcome, reason, retryAfterMs }: Settled<unknown>, final: boolean): Settled<GuestMessage> {
    const { log, changed } = this.#options;
    log.fail(id, reason, { final });
    changed();
    return { outcome, reason, retryAfterMs, value: log.get(id) };
  }

  /** The copy was lost, with the connection or alone: the history decides, after a reconnect if need be. */
  async #reconcile(id: string, signal: AbortSignal | undefined): Promise<Settled<GuestMessage>> {
    const { ports, log, refreshed, socket } = this.#options;
    const deadline = { clock: ports.clock, timeoutMs: RECONCILE_TIMEOUT_MS, signal };
    const isDecided = () => log.get(id)?.status !== 'sending';
    const { kind } = await withDeadline(deadline, (over) => refreshed(over, isDecided));
    const value = log.get(id);
    if (value?.status === 'sent') return { outcome: 'sent', reason: 'Its copy came late.', value };
    if (kind === 'aborted') return this.#failed(id, { outcome: kind, reason: 'The caller gave up.' }, false);
    return this.#failed(
      id,
      { outcome: 'outcome' in socket() ? 'offline' : 'timeout', reason: MAY_HAVE_ARRIVED },
      false,
    );
  }
}

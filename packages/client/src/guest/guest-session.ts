import {
  type DeploymentConfig,
  type GuestResponse,
  messageKey,
  type SessionResponse,
  type StructuredMessage,
} from '@backchannel/protocol';
import { GUEST_CHANNEL, type SessionCloseReason, type SessionState, type TimelineEntry } from '@backchannel/signals';
import { completePorts } from '../adapters/system-ports.ts';
import { withDeadline } from '../core/deadline.ts';
import { Listeners } from '../core/listeners.ts';
import { RequestLine } from '../core/request-line.ts';
import { SnapshotStore } from '../core/snapshot-store.ts';
import { BackchannelError } from '../error.ts';
import type { Notice } from '../notice.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { SharedArbiter } from '../typing/shared-arbiter.ts';
import { Typing, type TypingSignal } from '../typing/typing.ts';
import { fetchDeploymentConfig } from './deployment.ts';
import { GuestConnection } from './guest-connection.ts';
import { GuestConversation } from './guest-conversation.ts';
import { GuestFrames } from './guest-frames.ts';
import { EVENT_BUDGETS, GUEST_BUDGETS } from './guest-limits.ts';
import { checkGuestOptions, type GuestSessionOptions } from './guest-options.ts';
import { GuestOutbox, type SendOptions } from './guest-outbox.ts';
import type { GuestEvents, GuestMessage, GuestSnapshot } from './guest-snapshot.ts';
import { NOT_OPEN } from './guest-socket.ts';
import { readHistory } from './history-reader.ts';
import { SESSION_ENDS } from './session-ends.ts';
import { PARTS, type SessionParts } from './session-parts.ts';

/** How long `connect` waits; the session goes on trying behind it. */
export const CONNECT_TIMEOUT_MS = 30_000;

type Connected = Settled<{ readonly newSession: boolean }>;

/**
 * A guest's session over Web Messaging, through any number of connections: configures, resumes, reconnects with the same
 * token, keeps the messages in order and once, signals typing within the limits, and never sends a message twice by itself.
 *
 * ```ts
 * await using guest = new GuestSession({ hosts: hostsIn('eu-west-1'), deploymentId });
 * await guest.connect();
 * guest.typing.keystroke();
 * const { outcome, value } = await guest.send('Where is my order?');
 * ```
 *
 * Calls settle with a result and a reason; only mistakes of the caller throw (`BackchannelError`: `option.invalid`,
 * `text.invalid`, `attributes.invalid`).
 */
export class GuestSession {
  /** Report what happens to the draft here. Suppressed, with the reason, where the deployment or the limits say so. */
  readonly typing: Typing;
  readonly #options: GuestSessionOptions;
  readonly #ports: Ports;
  readonly #frames: GuestFrames;
  readonly #conversation: GuestConversation;
  readonly #connection: GuestConnection;
  readonly #outbox: GuestOutbox;
  readonly #listeners = new Listeners<GuestEvents>();
  readonly #claims: SessionParts['claims'] = new Set();
  readonly #store = new SnapshotStore(() => this.#build());
  readonly #shared: SharedArbiter;
  readonly #line: RequestLine;
  #config: DeploymentConfig | undefined;
  /** The configuration is being fetched. */
  #fetching: AbortController | undefined;
  #reading: AbortController | undefined;
  /** How often the messages have been brought up to date: by history, or by being a new session. */
  #refreshes = 0;
  /** The messages are up to date since the session was configured last. */
  #fresh = false;
  /** No message is missing before the newest that is known … */
  #whole = false;
  /** … or before those that this knows: since then some may have been missed. */
  #isKnown = (_key: string): boolean => false;
  #newestTyping: string | undefined;
  #typingRefused: string | undefined;
  #reason: string | undefined;
  #lastNotice: Notice | undefined;
  /** The newest answer to configure. */
  #session: SessionResponse | undefined;
  #cleared = false;
  /** For the functions beside this class; not for applications. */
  readonly [PARTS]: SessionParts;

  /** @throws BackchannelError `option.invalid`. */
  constructor(options: GuestSessionOptions) {
    checkGuestOptions(options);
    this.#options = options;
    const ports = completePorts(options.ports);
    this.#ports = ports;
    const { clock } = ports;
    const { hosts, deploymentId, application = 'backchannel', token = ports.ids.uuid(), attributes } = options;
    this.#frames = new GuestFrames(deploymentId, token, attributes);
    this.#shared = new SharedArbiter({ budgets: GUEST_BUDGETS, clock });
    this.#line = new RequestLine(this.#shared, clock);
    this.#conversation = new GuestConversation({
      ports,
      message: (message) => {
        // What an earlier visit left is in the snapshot; telling of it would make bots answer twice.
        if (this.#refreshes === 0) return;
        this.#store.changed();
        this.#listeners.emit('message', message);
      },
      typing: () => {
        this.#store.changed();
        const { agentTyping: typing, typingNames: names } = this.snapshot();
        this.#listeners.emit('agentTyping', { typing, names });
      },
    });
    this.#connection = new GuestConnection({
      url: `${hosts.guestSocket}?${new URLSearchParams({ deploymentId, application })}`,
      ports,
      frames: this.#frames,
      line: this.#line,
      response: (response) => this.#receive(response),
      unreadable: (reason) => this.#notice('frame.unreadable', `A frame was dropped: ${reason}.`),
      notice: (code, text) => this.#notice(code, text),
      state: (state) => this.#told(state),
      down: () => {
        this.#fresh = false;
        if (this.#whole) this.#isKnown = this.#conversation.log.knowing();
        this.#whole = false;
        this.#reading?.abort();
        this.#conversation.silence();
      },
      refetch: () => this.#refetch(),
      joined: () => {
        this.#conversation.open = true;
      },
    });
    this.#outbox = new GuestOutbox({
      ports,
      frames: this.#frames,
      line: this.#line,
      log: this.#conversation.log,
      socket: () => this.#offline() ?? this.#connection.socket ?? NOT_OPEN,
      isOpen: () => this.#conversation.open,
      isFresh: () => this.#whole,
      leaving: () => this.typing.sent(),
      changed: () => this.#store.changed(),
      refreshed: (signal, isDecided) => this.#refreshed(signal, isDecided),
    });
    this[PARTS] = {
      ports,
      hosts,
      frames: this.#frames,
      line: this.#line,
      log: this.#conversation.log,
      outbox: this.#outbox,
      claims: this.#claims,
      config: () => this.#config,
      session: () => this.#session,
      connection: this.#connection,
      offline: () => this.#offline(),
      addOlder: (message) => this.#conversation.add(message, undefined, 'older'),
      changed: () => this.#store.changed(),
      notice: (code, text) => this.#notice(code, text),
    };
    this.typing = new Typing({
      channel: GUEST_CHANNEL,
      ports,
      arbiter: this.#shared.share(EVENT_BUDGETS, 'guest'),
      blocked: () => this.#typingBlocked(),
      send: (signal) => this.#sendTyping(signal),
      onSettled: (signal, settled) => this.#listeners.emit('typingSettled', { signal, settled }),
    });
  }

  /** The same object until something changed. */
  snapshot(): GuestSnapshot {
    return this.#store.get();
  }

  /** Calls `listener` whenever the snapshot changed. Returns what unsubscribes. */
  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Calls `listener` at each such event. Returns what unsubscribes. */
  on<Name extends keyof GuestEvents>(name: Name, listener: (value: GuestEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  /**
   * Reads the deployment's configuration, connects, configures the session (a known token resumes) and, on a resumed one,
   * reads the history. Settles within {@link CONNECT_TIMEOUT_MS}; after `timeout` the session goes on trying. Aborting
   * closes it. `coalesced`: it was connected already.
   *
   * @throws BackchannelError `environment.no-websocket` or `socket.unopenable` when no socket can be made at all.
   */
  async connect({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Connected> {
    const already = this.#fresh;
    const deadline = { clock: this.#ports.clock, timeoutMs: CONNECT_TIMEOUT_MS, signal };
    const result = await withDeadline(deadline, (over) => this.#start(over));
    if (result.kind === 'done') return already ? { ...result.value, outcome: 'coalesced' } : result.value;
    if (result.kind === 'timeout') return { outcome: 'timeout', reason: 'No session yet; it goes on trying.' };
    await this.close();
    return { outcome: 'aborted', reason: 'The caller gave up.' };
  }

  /**
   * Sends a text and settles when the service has shown its copy, the only acknowledgement there is (documented,
   * GUEST-ECHO). A message whose copy is lost is looked for in the history before it counts as failed, and never sent
   * again by itself. `aborted` and `timeout` don't take it back: it may still arrive, and then stands as sent.
   *
   * @throws BackchannelError `text.invalid` (blank, or over 4,096 bytes) or `attributes.invalid`.
   */
  async send(text: string, options: SendOptions = {}): Promise<Settled<GuestMessage>> {
    return this.#outbox.send(text, options);
  }

  /** Closes the connection; what waits settles, and no timer is left. The service keeps the session: `connect` resumes it. */
  async close(): Promise<void> {
    this.#fetching?.abort();
    this.#fetching = undefined;
    this.typing.stop();
    this.#connection.apply({ kind: 'close' });
    this.#store.changed();
  }

  /** Closes it at the end of an `await using` scope. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The latest transitions of the connection, oldest first. */
  explain(): readonly TimelineEntry[] {
    return this.#connection.explain();
  }

  /** Idle, closed or failed: only `connect` leads out. */
  get #over(): boolean {
    return ['idle', 'closed', 'failed'].includes(this.#connection.state.kind);
  }

  async #start(over: AbortSignal): Promise<Connected> {
    if (this.#over && !this.#fetching) {
      const refusal = await this.#configure();
      if (refusal) return refusal;
    }
    await this.#store.until(() => this.#fresh || (this.#over && !this.#fetching), over);
    const { state } = this.#connection;
    if (this.#fresh) {
      const newSession = state.kind === 'live' && state.newSession;
      return { outcome: 'sent', reason: newSession ? 'A new session.' : 'The session goes on.', value: { newSession } };
    }
    const final = state.kind === 'failed' && state.reason !== 'unreachable';
    return { outcome: final ? 'refused' : 'offline', reason: this.#reason ?? 'The session is not connected.' };
  }

  /** Fetches the configuration, then begins to connect. */
  async #configure(): Promise<Connected | undefined> {
    const fetching = new AbortController();
    this.#fetching = fetching;
    this.#store.changed();
    const { hosts, deploymentId } = this.#options;
    const config = await fetchDeploymentConfig(this.#ports, hosts.cdn, deploymentId, fetching.signal);
    // Closed meanwhile; a later attempt goes its own way.
    if (this.#fetching !== fetching) return { outcome: 'aborted', reason: SESSION_ENDS.closed };
    this.#fetching = undefined;
    this.#config = config.value;
    if (config.value) {
      try {
        this.#connection.apply({ kind: 'connect' });
      } catch (error) {
        // No socket can be made at all (an address or a runtime that does not fit): the caller's to mend.
        this.#connection.apply({ kind: 'close' });
        throw BackchannelError.from(error, 'socket.unopenable');
      }
      return undefined;
    }
    this.#reason = config.reason;
    this.#store.changed();
    return { ...config, value: undefined };
  }

  #told(state: SessionState): void {
    const { kind } = state;
    this.#reason =
      kind === 'waiting' ? this.#connection.lostBecause : 'reason' in state ? SESSION_ENDS[state.reason] : undefined;
    if (kind === 'closed' || kind === 'failed')
      this.#line.close({ outcome: 'offline', reason: SESSION_ENDS[state.reason] });
    if (kind === 'connecting') {
      this.#typingRefused = undefined;
      this.#cleared = false;
    }
    // A new session has no history to wait for, nothing of an earlier one can be found in it, and no conversation is open.
    if (kind === 'live' && state.newSession) {
      this.#conversation.clear();
      this.#whole = true;
      this.#refresh();
    }
    this.#store.changed();
    this.#listeners.emit('state', state);
  }

  #receive(response: GuestResponse): void {
    const { code, tracingId } = response;
    switch (response.class) {
      case 'SessionResponse':
        this.#session = response.body;
        this.#connection.apply({ kind: 'sessionResponse', ...response.body, autoStart: this.#config?.autoStart });
        break;
      case 'StructuredMessage':
        this.#show(response.body, tracingId);
        break;
      case 'TooManyRequestsErrorMessage': {
        const retryAfterMs = response.body.retryAfter * 1_000;
        this.#shared.arbiter.refused('connection', this.#ports.clock.now(), retryAfterMs);
        this.#notice('rate.refused', `${response.body.errorMessage} Wait ${retryAfterMs} ms.`);
        this.#connection.apply({ kind: 'rateRefused', retryAfterMs });
        break;
      }
      case 'string':
        if (tracingId !== undefined && tracingId === this.#newestTyping) {
          if (code === 403) this.#typingRefused = response.body;
          this.#notice('typing.refused', `Typing was refused with ${code}: ${response.body}`);
        }
        this.#connection.apply({ kind: 'errorFrame', code });
        break;
      case 'SessionExpiredEvent':
        this.#connection.apply({ kind: 'sessionExpired' });
        break;
      case 'ConnectionClosedEvent':
        if (response.body.reason === 'signedIn') this.#ended('signed-in', true);
        else this.#ended(this.#cleared ? 'cleared' : 'superseded');
        break;
      case 'LogoutEvent':
        this.#ended('logged-out', true);
        break;
      case 'SessionClearedEvent':
        this.#cleared = true;
        this.#conversation.clear();
        this.#store.changed();
        break;
      case 'unrecognised':
        for (const claim of this.#claims) if (claim(response.body)) return;
        this.#notice('frame.unrecognised', `A frame was ignored: ${response.body.name}.`);
    }
  }

  /** The service ends the connection, and none is tried again. */
  #ended(reason: SessionCloseReason, signedIn = false): void {
    this.#connection.apply({ kind: 'connectionClosed', reason, signedIn });
  }

  #show(message: StructuredMessage, tracingId: string | undefined): void {
    this.#conversation.show(message, tracingId, this.#config?.showAgentTypingIndicator ?? false);
    for (const event of message.events) {
      if (event.eventType !== 'Presence') continue;
      const { type } = event.presence;
      const readOnly = message.metadata?.readOnly === 'true';
      if (type === 'Disconnect') {
        this.#conversation.silence();
        this.#connection.apply({ kind: 'conversationEnded', readOnly });
      }
      this.#listeners.emit('presence', { type, readOnly, from: message.direction === 'Inbound' ? 'guest' : 'agent' });
    }
    this.#store.changed();
  }

  /** Brings the messages up to date from the history; a later call takes over from one that is under way. */
  async #refetch(): Promise<void> {
    this.#reading?.abort();
    const { socket } = this.#connection;
    if (!socket) return;
    const reading = new AbortController();
    this.#reading = reading;
    const isKnown = this.#whole ? this.#conversation.log.knowing() : this.#isKnown;
    const history = await readHistory({
      ports: this.#ports,
      api: this.#options.hosts.api,
      frames: this.#frames,
      line: this.#line,
      socket,
      isKnown: (message) => isKnown(messageKey(message)),
      signal: reading.signal,
    });
    if (reading.signal.aborted) return;
    for (const message of history.value?.messages ?? []) this.#conversation.add(message, undefined, 'missed');
    this.#whole ||= history.value !== undefined;
    if (!history.value) this.#notice('history.unread', `The history was not read: ${history.reason}`);
    else if (!history.value.complete) this.#notice('history.partial', 'Older ones were left out.');
    this.#refresh();
    this.#store.changed();
  }

  #refresh(): void {
    this.#fresh = true;
    this.#refreshes += 1;
  }

  #offline(): Settled | undefined {
    const { kind } = this.#connection.state;
    if (kind === 'live') return undefined;
    return {
      outcome: 'offline',
      reason: `The session is ${kind}. ${this.#reason ?? 'Send it again when it is live.'}`,
    };
  }

  #typingBlocked(): Settled | undefined {
    const offline = this.#offline();
    if (offline) return offline;
    const refused = this.#config?.showUserTypingIndicator
      ? this.#typingRefused
      : 'The deployment has showUserTypingIndicator off.';
    if (refused !== undefined) return { outcome: 'suppressed:disabled', reason: refused };
    if (this.#conversation.open) return undefined;
    return { outcome: 'suppressed:no-conversation', reason: 'No conversation is open, and typing opens none.' };
  }

  #sendTyping({ durationMs }: TypingSignal): Settled {
    // Again: while it waited for a place, the conversation can have become another.
    const blocked = this.#typingBlocked();
    if (blocked) return blocked;
    this.#newestTyping = this.#ports.ids.uuid();
    const left = this.#connection.socket?.send(this.#frames.typing(this.#newestTyping, durationMs));
    return left ? { outcome: 'sent', reason: 'It left.' } : NOT_OPEN;
  }

  /** For the outbox: waits for the next refresh, and asks for one where no reconnect will bring it. */
  async #refreshed(signal: AbortSignal, isDecided: () => boolean): Promise<void> {
    const before = this.#refreshes;
    if (this.#fresh) void this.#refetch();
    await this.#store.until(() => isDecided() || this.#refreshes !== before || this.#over, signal);
  }

  #notice(code: string, text: string): void {
    this.#lastNotice = { code, text };
    this.#store.changed();
    this.#listeners.emit('notice', this.#lastNotice);
  }

  #build(): GuestSnapshot {
    const { state } = this.#connection;
    const { log, agentTyping, typingNames } = this.#conversation;
    return {
      state: this.#fetching ? 'connecting' : state.kind,
      reason: this.#reason,
      reconnect:
        state.kind === 'waiting'
          ? { attempt: state.attempt, delayMs: state.dueAtMs - this.#ports.clock.now() }
          : undefined,
      token: this.#frames.token,
      messages: log.messages,
      agentTyping,
      typingNames,
      lastNotice: this.#lastNotice,
    };
  }
}

import {
  BackchannelError,
  declareTyping,
  type Hosts,
  type Ports,
  type Settled,
  type WebSocketLike,
} from '@backchannel/client';
import {
  type GuestMessage,
  GuestSession,
  type GuestSessionOptions,
  type SessionState,
} from '@backchannel/client/guest';
import { MAY_HAVE_ARRIVED, recentMessages, retryNow } from '@backchannel/client/guest/more';
import { reconnectDelayMs } from '@backchannel/signals';
import type { Binding } from '../domain/binding.ts';
import type { Participant } from '../domain/participant.ts';
import type { ConnectionLine } from './connection-line.ts';
import type { GuestLeg, GuestLegState, LegListener, PlatformMessage, Sent } from './legs.ts';
import type { SharedConfigurations } from './shared-configurations.ts';
import { TurnSocket } from './turn-socket.ts';
import { TypingTold } from './typing-told.ts';

/** The longest wait before a session that has failed to begin, or a history that was not read, is tried again … */
const RETRY_CAP_MS = 60_000;

/** … and the wait where Genesys refuses it: somebody has to change the deployment first. */
export const REFUSED_RETRY_MS = 300_000;

/** What to do where Genesys refuses a guest. */
const REFUSED_FIX =
  'Check the deployment’s id (genesys.deploymentId, or the conversation’s own) and genesys.region, and that the deployment is active (Admin > Message > Messenger Deployments). It is tried again every 5 minutes.';

/** Codes of the guest socket that ask for patience; a frame so answered was not taken. */
const RATE_CODES: readonly number[] = [429, 4029];

/** Codes of a service that has failed, by HTTP's words and by its own (docs/errors.md): it may have taken the frame before. */
const isFault = (code: number): boolean => code === 408 || (code >= 500 && code < 600) || code === 5000;

/** Ends of a session after which there is nothing to connect to any more, in words for a person. */
const ENDS: Readonly<Record<string, string>> = {
  ended: 'Genesys ended the session.',
  superseded: 'Another connection took the place of the relay’s.',
  'signed-in': 'The guest signed in elsewhere.',
  cleared: 'The conversation was cleared.',
  'logged-out': 'The guest logged out.',
  expired: 'The session has expired.',
  'not-found': 'Genesys does not know the session.',
  downgrade: 'The token belongs to a guest who has signed in.',
};

export interface HeadlessGuestOptions {
  readonly binding: Binding;
  readonly listener: LegListener;
  readonly hosts: Hosts;
  /** Name of the custom attribute that carries the binding's id to the agents' side. */
  readonly linkAttribute: string | undefined;
  readonly ports: Ports;
  readonly line: ConnectionLine;
  readonly configurations: SharedConfigurations;
  /** Who wrote a message, and who of the other side types. */
  readonly writerOf: (message: GuestMessage) => Participant;
  readonly typist: () => Participant;
  /** The first connection waits for it. */
  readonly before: Promise<void> | undefined;
  /** Genesys refuses it, with its reason and what to do, until somebody changes something; `undefined`: no longer. */
  readonly refused: (refusal: Refusal | undefined) => void;
  /** It was closed. */
  readonly closed: () => void;
}

/** Why a guest can't be connected. */
export interface Refusal {
  /** Genesys's words, or the SDK's for what Genesys did. */
  readonly reason: string;
  readonly fix: string;
  readonly error?: BackchannelError | undefined;
}

/**
 * A guest without a browser: one `GuestSession`, whose every connection waits for its turn in the line that all guests of the
 * relay share.
 *
 * Its first connection begins when its turn has come. Later ones are begun by the session itself, after its own backoff, with a
 * `TurnSocket`; when the turn takes longer than the session's patience, the leg keeps its place in the line and the session is
 * woken when it has come. So after an outage turns are never lost to guests who sleep.
 *
 * It gives up only where there is nothing to go on with: another connection has taken its place, or the session is over.
 */
export class HeadlessGuest implements GuestLeg {
  readonly #options: HeadlessGuestOptions;
  readonly #session: GuestSession;
  readonly #typing: TypingTold;
  /** Who was told to type, so that the end is told of the same one. */
  #typist: Participant = 'agent';
  /** Nothing will ever come again: closed by the relay, or over. */
  #over = false;
  /** In the line; what leaves it. */
  #leaveLine: (() => void) | undefined;
  /** A turn that has come and is not used yet. */
  #hasTurn = false;
  #socket: TurnSocket | undefined;
  #cancelRetry: (() => void) | undefined;
  /** The history is to be read again; what gives that up. */
  #cancelReading: (() => void) | undefined;
  /** How often it could not begin. */
  #failures = 0;
  /** Why Genesys refuses it, since the last attempt. */
  #refusal: Refusal | undefined;

  /** @throws BackchannelError `option.invalid` or `attributes.invalid`, for what stands in the binding. */
  constructor(options: HeadlessGuestOptions) {
    this.#options = options;
    const { binding, listener, ports, configurations, writerOf, typist } = options;
    const { deploymentId } = binding.guest;
    this.#session = new GuestSession({
      ...sessionOptions(options),
      ports: { ...ports, fetch: configurations.fetchFor(deploymentId), openSocket: (url) => this.#openSocket(url) },
    });
    this.#typing = new TypingTold(ports.clock, (typing) => {
      if (typing.typing) this.#typist = typist();
      listener.typing(this.#typist, typing);
    });
    this.#session.on('state', (state) => this.#became(state));
    this.#session.on('message', (message) => listener.message(shown(message, writerOf(message))));
    this.#session.on('agentTyping', ({ typing }) => this.#typing.is(typing));
    this.#session.on('notice', ({ code }) => {
      if (code === 'history.unread') this.#readLater(1);
    });
    void this.#begin();
  }

  get state(): GuestLegState {
    const { state } = this.#session.snapshot();
    if (state === 'configuring') return 'connecting';
    if (state !== 'idle') return state;
    return this.#over ? 'closed' : this.#cancelRetry ? 'waiting' : 'queued';
  }

  async typing(durationMs: number): Promise<Settled> {
    if (this.#over) return { outcome: 'offline', reason: 'The guest’s session is over.' };
    return declareTyping(this.#session.typing, durationMs);
  }

  async send(text: string): Promise<Sent> {
    try {
      const { value, ...settled } = await this.#session.send(text);
      const { outcome, reason, retryAfterMs } = settled;
      const code = refusalCode(settled);
      return {
        ...settled,
        value: outcome === 'sent' && value ? shown(value, 'guest') : undefined,
        mayHaveArrived: outcome === 'aborted' || reason === MAY_HAVE_ARRIVED || isFault(code),
        // What speaks of the moment passes; every other refusal is of this message.
        final: outcome === 'refused' && retryAfterMs === undefined && !RATE_CODES.includes(code) && !isFault(code),
      };
    } catch (thrown) {
      const error = BackchannelError.from(thrown);
      return { outcome: 'refused', reason: error.message, error, mayHaveArrived: false, final: true };
    }
  }

  async history(): Promise<Settled<readonly PlatformMessage[]>> {
    const { value, ...settled } = await recentMessages(this.#session);
    return value
      ? { ...settled, value: value.map((message) => shown(message, this.#options.writerOf(message))) }
      : settled;
  }

  async close(): Promise<void> {
    this.#end();
    await this.#session.close();
  }

  async #begin(): Promise<void> {
    const { before, configurations, binding } = this.#options;
    await before;
    // First, so that the connection follows its turn at once.
    await configurations.ready(binding.guest.deploymentId);
    this.#enterLine();
  }

  #enterLine(): void {
    if (this.#over || this.#leaveLine) return;
    let came = false;
    const leave = this.#options.line.enter(() => {
      came = true;
      this.#leaveLine = undefined;
      this.#turn();
    });
    if (!came) this.#leaveLine = leave;
  }

  /** The turn has come: whoever waits for it goes. */
  #turn(): void {
    if (this.#socket && !this.#socket.isSettled) {
      this.#socket.open();
      return;
    }
    const { state } = this.#session.snapshot();
    this.#hasTurn = true;
    if (state === 'waiting') retryNow(this.#session);
    else void this.#connect();
  }

  /** Called by the session whenever it wants a connection. */
  #openSocket(url: string): WebSocketLike {
    const open = () => this.#options.ports.openSocket(url);
    if (this.#hasTurn) {
      this.#hasTurn = false;
      return open();
    }
    const socket = new TurnSocket(open);
    this.#socket = socket;
    this.#enterLine();
    return socket;
  }

  /** Begins the session, and stays until it is known how that ended. */
  async #connect(): Promise<void> {
    let settled: Settled<unknown>;
    do {
      settled = await this.#session.connect().catch((thrown: unknown) => {
        const error = BackchannelError.from(thrown);
        return { outcome: 'refused', reason: error.message, error } as const;
      });
    } while (settled.outcome === 'timeout' && !this.#over);
    this.#hasTurn = false;
    if (this.#over) return;
    if (settled.outcome !== 'sent' && settled.outcome !== 'coalesced') {
      this.#retryLater(settled);
      return;
    }
    // What the session has found does not come as events: it may be old. Who was away is told all of it.
    const { listener, writerOf } = this.#options;
    for (const message of this.#session.snapshot().messages) {
      if (message.status === 'sent') listener.message(shown(message, writerOf(message)));
    }
  }

  /** What was missed while nothing was heard is read until it was told. A new connection reads it by itself. */
  #readLater(attempt: number): void {
    this.#cancelReading?.();
    const { clock, random } = this.#options.ports;
    const delayMs = reconnectDelayMs(attempt, random.next(), RETRY_CAP_MS);
    this.#cancelReading = clock.after(delayMs, () => void this.#readAgain(attempt));
  }

  async #readAgain(attempt: number): Promise<void> {
    const { value } = await this.history();
    for (const message of value ?? []) this.#options.listener.message(message);
    if (!value && this.state === 'live') this.#readLater(attempt + 1);
  }

  #became(state: SessionState): void {
    if (this.#over) return;
    if (state.kind === 'live') this.#refusedFor(undefined);
    this.#tellState();
    if (state.kind === 'readOnly') this.#ended('The conversation was ended, and the guest may not write any more.');
    else if (state.kind === 'closed') this.#ended(ENDS[state.reason] ?? 'It was closed.');
    else if (state.kind === 'failed') {
      const reason = ENDS[state.reason];
      if (reason) this.#ended(reason);
      else this.#retryLater({ outcome: state.reason === 'unreachable' ? 'offline' : 'refused' });
    }
  }

  #tellState(): void {
    const { reason, token } = this.#session.snapshot();
    const { state } = this;
    const why = this.#refusal ? `${this.#refusal.reason} ${this.#refusal.fix}` : reason;
    this.#options.listener.guestState({ state, reason: why, token });
  }

  /** What is told of is the case from here on. */
  #refusedFor(refusal: Refusal | undefined): void {
    if (!refusal && !this.#refusal) return;
    this.#refusal = refusal;
    this.#options.refused(refusal);
  }

  #retryLater({ outcome, reason, error }: Pick<Settled, 'outcome' | 'error'> & { readonly reason?: string }): void {
    if (this.#over || this.#cancelRetry) return;
    const { clock, random } = this.#options.ports;
    this.#failures += 1;
    const isRefused = outcome === 'refused' && !isPassing(error);
    const words = reason ?? this.#session.snapshot().reason ?? 'The connection was refused.';
    this.#refusedFor(isRefused ? { reason: words.replace(/[^.!?]$/, '$&.'), fix: REFUSED_FIX, error } : undefined);
    const delayMs = isRefused ? REFUSED_RETRY_MS : reconnectDelayMs(this.#failures, random.next(), RETRY_CAP_MS);
    this.#cancelRetry = clock.after(delayMs, () => {
      this.#cancelRetry = undefined;
      void this.#begin();
    });
    this.#tellState();
  }

  /** The session is over for good. */
  #ended(reason: string): void {
    this.#end();
    void this.#session.close();
    this.#options.listener.ended(reason);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#leaveLine?.();
    this.#cancelRetry?.();
    this.#cancelReading?.();
    this.#typing.close();
    this.#refusedFor(undefined);
    this.#options.closed();
  }
}

/** A refusal that speaks of the moment: of a server that has failed, or of too much at a time. */
function isPassing(error: BackchannelError | undefined): boolean {
  const status = error?.platform?.status ?? 0;
  return status >= 500 || status === 408 || status === 429;
}

/** The code of the frame that refused a message, which the SDK says in its words alone; 0: none did. */
const refusalCode = ({ outcome, reason }: Settled<unknown>): number =>
  outcome === 'refused' ? Number(/^Refused with (\d+)/.exec(reason)?.[1] ?? 0) : 0;

/** What a binding says of its guest, as the SDK takes it. */
export const sessionOptions = ({
  binding: { id, guest },
  hosts,
  linkAttribute,
}: Pick<HeadlessGuestOptions, 'binding' | 'hosts' | 'linkAttribute'>): GuestSessionOptions => ({
  hosts,
  deploymentId: guest.deploymentId,
  token: guest.token,
  attributes: {
    ...guest.attributes,
    ...(guest.nickname !== undefined && { nickname: guest.nickname }),
    ...(linkAttribute !== undefined && { [linkAttribute]: id }),
  },
  application: 'backchannel-relay',
});

const shown = ({ id, keys, text, time }: GuestMessage, participant: Participant): PlatformMessage => ({
  platformIds: [...new Set(keys ?? [id])],
  participant,
  text,
  time,
});

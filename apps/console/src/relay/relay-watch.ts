import type { Clock } from '@backchannel/client';
import type { RelaySettings } from '../shared/emulator.ts';
import type { Observable } from '../shared/use-snapshot.ts';
import type { ExplainLine, RelayConversation, StreamFrame } from './relay-answers.ts';

/** Newest conversations that are shown. */
export const CONVERSATIONS_MAX = 20;
/** Newest outcomes of one conversation that are shown. */
export const LINES_MAX = 50;
/** Legs and lanes change without an event, so the list is read again after this. */
const READ_EVERY_MS = 2_000;
/** Events come in bursts: one reading serves all that come within this. */
const SETTLE_MS = 150;
const RECONNECT_MIN_MS = 500;
const RECONNECT_MAX_MS = 8_000;

export interface RelaySnapshot {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Newest first. */
  readonly conversations: readonly RelayConversation[];
  /** Whose outcomes are shown. */
  readonly openId: string | undefined;
  /** Newest first. */
  readonly lines: readonly ExplainLine[];
}

/** The browser's `WebSocket`, as far as it is used. */
export type StreamSocket = Pick<WebSocket, 'addEventListener' | 'send' | 'close'>;

export interface RelayWatchOptions {
  readonly origin: string;
  readonly settings: RelaySettings;
  readonly clock: Clock;
  readonly request?: typeof fetch;
  readonly openStream?: (url: string) => StreamSocket;
}

/**
 * The relay's conversations as a program sees them that has its credentials: a token, `/v1/conversations`, `…/explain` for
 * the open one, and `/v1/stream`, which says at once who types and that something else has changed.
 */
export class RelayWatch implements Observable<RelaySnapshot> {
  readonly url: string;
  readonly settings: RelaySettings;
  readonly #clock: Clock;
  readonly #fetch: typeof fetch;
  readonly #openStream: (url: string) => StreamSocket;
  readonly #listeners = new Set<() => void>();
  #snapshot: RelaySnapshot = { state: 'connecting', conversations: [], openId: undefined, lines: [] };
  /** What somebody opened or closed; until then the newest is open. */
  #chosen: { readonly id: string | undefined } | undefined;
  #token: string | undefined;
  #reading = false;
  #readAgain = false;
  #cancelRead: (() => void) | undefined;
  #failures = 0;

  constructor({ origin, settings, clock, request, openStream }: RelayWatchOptions) {
    this.url = origin;
    this.settings = settings;
    this.#clock = clock;
    this.#fetch = request ?? ((...args) => fetch(...args));
    this.#openStream = openStream ?? ((url) => new WebSocket(url));
  }

  snapshot(): RelaySnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects, and stays connected for as long as the page lives. */
  start(): void {
    void this.#connect();
  }

  /** Shows the outcomes of this conversation, or of none. */
  open(id: string | undefined): void {
    this.#chosen = { id };
    this.#change({ openId: id, lines: [] });
    this.#tryRead();
  }

  async #connect(): Promise<void> {
    try {
      await this.#getToken();
      await this.#read();
      this.#follow();
    } catch {
      this.#lost(); // and the page says so
    }
  }

  #follow(): void {
    const socket = this.#openStream(`${this.url.replace(/^http/, 'ws')}/v1/stream`);
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'authenticate', token: this.#token })));
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as StreamFrame));
    socket.addEventListener('close', () => this.#lost());
  }

  #hear(frame: StreamFrame): void {
    if (frame.type === 'authenticated') {
      this.#failures = 0;
      this.#change({ state: 'live' });
    } else if (frame.type === 'event') {
      if (frame.kind === 'typing') this.#showTyping(frame);
      this.#readIn(SETTLE_MS);
    }
  }

  #showTyping({ conversationId, participant, typing }: StreamFrame): void {
    if (participant === undefined) return;
    const conversations = this.#snapshot.conversations.map((conversation) => {
      if (conversation.id !== conversationId) return conversation;
      const others = conversation.typing.filter((each) => each !== participant);
      return { ...conversation, typing: typing === true ? [...others, participant] : others };
    });
    this.#change({ conversations });
  }

  #lost(): void {
    this.#cancelRead?.();
    this.#cancelRead = undefined;
    this.#change({ state: 'lost' });
    const delayMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#clock.after(delayMs, () => void this.#connect());
  }

  #readIn(delayMs: number): void {
    this.#cancelRead?.();
    this.#cancelRead = this.#clock.after(delayMs, () => this.#tryRead());
  }

  #tryRead(): void {
    this.#read().catch(() => this.#readIn(READ_EVERY_MS));
  }

  /** Reads the list and the outcomes of the open one; what happens meanwhile is read right after. */
  async #read(): Promise<void> {
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#readAgain = false;
        await this.#readOnce();
      } while (this.#readAgain);
    } finally {
      this.#reading = false;
    }
    this.#readIn(READ_EVERY_MS);
  }

  async #readOnce(): Promise<void> {
    const { conversations } = await this.#get<{ readonly conversations: readonly RelayConversation[] }>(
      `/v1/conversations?limit=${CONVERSATIONS_MAX}`,
    );
    const openId = this.#chosen === undefined ? conversations[0]?.id : this.#chosen.id;
    const known = conversations.some(({ id }) => id === openId);
    const { lines } =
      openId !== undefined && known
        ? await this.#get<{ readonly lines: readonly ExplainLine[] }>(
            `/v1/conversations/${encodeURIComponent(openId)}/explain`,
          )
        : { lines: [] };
    // Somebody may have opened another one while the answer was on its way.
    const current = this.#chosen === undefined || this.#chosen.id === openId;
    this.#change({
      conversations,
      ...(current && { openId: known ? openId : undefined, lines: lines.slice(-LINES_MAX).toReversed() }),
    });
  }

  async #get<Body>(path: string): Promise<Body> {
    const ask = () => this.#fetch(this.url + path, { headers: { authorization: `Bearer ${this.#token}` } });
    let response = await ask();
    if (response.status === 401) {
      await this.#getToken();
      response = await ask();
    }
    if (!response.ok) throw new Error(`The relay answered ${path} with ${response.status}.`);
    return (await response.json()) as Body;
  }

  async #getToken(): Promise<void> {
    const { clientId, clientSecret } = this.settings;
    const response = await this.#fetch(`${this.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }),
    });
    if (!response.ok) throw new Error(`The relay gave no token: it answered ${response.status}.`);
    this.#token = ((await response.json()) as { readonly access_token: string }).access_token;
  }

  #change(change: Partial<RelaySnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

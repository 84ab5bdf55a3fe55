import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { BOUNDS } from '../bounds.ts';
import { injectedFrame } from '../faults/dialect.ts';
import type { Faults } from '../faults/faults.ts';
import { openPastFaults } from '../faults/opening.ts';
import type { Hints } from '../hints/hints.ts';
import type { Journal } from '../journal/journal.ts';
import { noteOf } from '../limit-note.ts';
import { retryAfterSeconds, type Windows } from '../rate-limits.ts';
import { allClosed, cutAll, endSocket, refuseUpgrade } from '../sockets.ts';
import type { Attachment, FileRefusal } from '../world/attachments.ts';
import { activeAgentsOf, guestLinksOf } from '../world/conversation-parts.ts';
import type { Conversation, GuestLink, Message, Participant, Session, TypingRecord } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import type { Origin } from '../world/world-state.ts';
import { closeConnection } from './configuring.ts';
import { frameKindOf } from './frame-kind.ts';
import { GuestConnection } from './guest-connection.ts';
import {
  logoutFrame,
  messageFrame,
  presenceBody,
  sessionClearedFrame,
  sessionExpiredFrame,
  typingFrame,
  uploadFrame,
  wireMessage,
} from './guest-frames.ts';
import { answerGuestFrame } from './guest-requests.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The guests' WebSocket (`/v1?deploymentId=…`): admits connections, reads frames, and carries what happens in the world to
 * every connection of a session. One set of handlers serves all connections.
 */
export class GuestSurface {
  readonly #world: World;
  readonly #journal: Journal;
  readonly #faults: Faults;
  readonly #hints: Hints;
  readonly #connections = new Map<WebSocket, GuestConnection>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: BOUNDS.guestFrameBytes,
  });
  readonly #connectionsMax: number;
  #windows: Windows = {};

  constructor(
    world: World,
    journal: Journal,
    faults: Faults,
    hints: Hints,
    connectionsMax: number = BOUNDS.guestConnections,
  ) {
    this.#world = world;
    this.#hints = hints;
    this.#journal = journal;
    this.#faults = faults;
    this.#connectionsMax = connectionsMax;
  }

  get size(): number {
    return this.#connections.size;
  }

  upgrade(request: IncomingMessage, tcp: Socket, head: Buffer, query: URLSearchParams): void {
    const refusal = this.#refusal(request, query);
    if (refusal !== undefined) {
      this.#journal.record({
        direction: 'out',
        surface: 'guest',
        kind: 'refused',
        size: 0,
        status: refusal.status,
        note: refusal.note,
      });
      refuseUpgrade(tcp, `${refusal.status} ${refusal.reason}`, refusal.note, refusal.headers);
      return;
    }
    openPastFaults(this.#faults, 'guest', this.#journal, tcp, () => this.#open(request, tcp, head));
  }

  #open(request: IncomingMessage, tcp: Socket, head: Buffer): void {
    this.#server.handleUpgrade(request, tcp, head, (socket) => {
      const host = request.headers.host ?? '';
      const openedAtMs = this.#world.timeline.nowMs();
      const connection = new GuestConnection(socket, tcp, host, openedAtMs, this.#journal, this.#faults);
      this.#connections.set(socket, connection);
      connection.received('open', 0, undefined);
      socket.on('message', this.#onMessage);
      socket.on('close', this.#onClose);
      socket.on('error', this.#onError);
    });
  }

  /** A message goes to every connection of its session; the copy for its sender carries the tracingId. */
  messageAdded(conversation: Conversation, message: Message, origin?: Origin): void {
    const body = wireMessage(message, this.#world.timeline);
    for (const connection of connectionsOf(guestLinksOf(conversation))) {
      const own = connection === origin?.link;
      if (origin !== undefined && !own && !this.#world.switches.copyToEveryConnection) continue;
      connection.send(messageFrame(message.kind, body, own ? origin?.tracingId : undefined));
    }
  }

  /** Agent typing goes to every connection of the guest. */
  typed(conversation: Conversation, { from, atMs, durationMs }: TypingRecord): void {
    if (from !== 'agent') return;
    const frame = typingFrame(
      'Outbound',
      this.#world.state.ids,
      this.#world.timeline.iso(atMs),
      durationMs,
      activeAgentsOf(conversation).at(-1)?.name,
    );
    for (const connection of connectionsOf(guestLinksOf(conversation))) connection.send(frame);
  }

  sessionExpired(session: Session): void {
    for (const connection of connectionsOf(session.links)) {
      if (this.#world.switches.announceSessionExpiry) connection.send(sessionExpiredFrame(undefined, false));
      connection.session = 'expired';
    }
  }

  /** The copy of Presence Clear for its sender, and the end of the session for all (documented, GUEST-CLEAR). */
  sessionCleared(links: readonly GuestLink[], { link, tracingId }: Origin): void {
    const { state, switches, timeline } = this.#world;
    // One event, however many connections hear of it.
    const body = presenceBody('Clear', state.ids, timeline.iso(timeline.nowMs()));
    for (const connection of connectionsOf(links)) {
      const own = connection === link;
      const copy = own || switches.copyToEveryConnection;
      const frames = copy ? [messageFrame('Clear', body, own ? tracingId : undefined)] : [];
      const told = switches.clearedBeforeCopy ? [sessionClearedFrame, ...frames] : [...frames, sessionClearedFrame];
      for (const frame of told) connection.send(frame);
      closeConnection(connection, {}, 'its session was cleared');
    }
  }

  /** The official SDK closes by itself on a LogoutEvent; until then the connection has no session (GUEST-LOGOUT). */
  signedOut(links: readonly GuestLink[]): void {
    for (const connection of connectionsOf(links)) {
      connection.send(logoutFrame);
      connection.session = undefined;
    }
  }

  attachmentStored({ id, session }: Attachment, downloadUrl: string, refusal: FileRefusal | undefined): void {
    const timestamp = this.#world.timeline.iso(this.#world.timeline.nowMs());
    for (const connection of connectionsOf(session.links)) {
      connection.send(uploadFrame(id, downloadUrl, refusal, timestamp));
    }
  }

  /** The agents have left: the deployment decides what the guest sees of it. */
  conversationEnded(conversation: Conversation, left: readonly Participant[]): void {
    const by = left.at(-1) ?? conversation.participants.at(-1);
    const message = by && this.#world.guestSessions.disconnected(conversation, by);
    if (message !== undefined) this.messageAdded(conversation, message);
  }

  /** Breaks every connection as a network does. Returns how many there were. */
  cut(): number {
    return cutAll(this.#connections.values());
  }

  /** Ends every connection; resolves when they are gone. */
  async close(): Promise<void> {
    const gone = allClosed(this.#connections.keys());
    for (const connection of this.#connections.values()) {
      connection.session = undefined;
      endSocket(connection, 1001, 'the emulator closes');
    }
    await gone;
  }

  /** Forgets what was counted per deployment. */
  reset(): void {
    this.#windows = {};
  }

  #refusal(request: IncomingMessage, query: URLSearchParams): Refusal | undefined {
    const { deployment } = this.#world.state;
    const deploymentId = query.get('deploymentId');
    if (deploymentId !== deployment.id) {
      const note = `There is no deployment ${JSON.stringify(deploymentId?.slice(0, 60) ?? null)} (assumed, GUEST-WRONG-DEPLOYMENT). GET /_emulator/info names the one that exists.`;
      return { status: 403, reason: 'Forbidden', note };
    }
    if (deployment.status !== 'Active') {
      return { status: 403, reason: 'Forbidden', note: 'The deployment is inactive.' };
    }
    const { origin } = request.headers;
    if (
      origin !== undefined &&
      deployment.allowedDomains.length > 0 &&
      !deployment.allowedDomains.includes(hostOf(origin))
    ) {
      const note = `The origin ${JSON.stringify(origin.slice(0, 100))} is not among the deployment's allowed domains (GUEST-ALLOWED-DOMAINS).`;
      return { status: 403, reason: 'Forbidden', note };
    }
    const waitMs = this.#world.limits.take(
      'guestConnectionsPerDeployment',
      this.#windows,
      this.#world.timeline.nowMs(),
    );
    if (waitMs > 0) {
      const headers = [`Retry-After: ${retryAfterSeconds(waitMs)}`];
      return { status: 429, reason: 'Too Many Requests', note: noteOf('guestConnectionsPerDeployment'), headers };
    }
    if (this.#connections.size >= this.#connectionsMax) {
      return {
        status: 503,
        reason: 'Service Unavailable',
        note: `The emulator has its bound of ${this.#connectionsMax} guest connections.`,
      };
    }
    return undefined;
  }

  readonly #onMessage = this.#bound((connection, data: Buffer, isBinary: boolean) => {
    let text: string;
    try {
      text = isBinary ? utf8.decode(data) : data.toString();
    } catch {
      // Left to the JSON parser, which refuses it in the same words as any other text that is no frame (GUEST-BINARY-FRAME).
      text = '';
    }
    if (this.#faults.idle) answerGuestFrame(this.#world, connection, text, data.length, this.#hints);
    else this.#answerPastFaults(connection, text, data.length);
  });

  readonly #onClose = this.#bound((connection, code: number) => {
    this.#connections.delete(connection.socket);
    this.#faults.gone(connection);
    connection.received('closed', 0, undefined, `The connection ended with ${code}.`);
    if (typeof connection.session === 'object') this.#world.detach(connection.session, connection);
  });

  readonly #onError = this.#bound((connection, error: Error & { code?: string }) => {
    const tooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    connection.note(
      'broken',
      tooLarge
        ? `A frame is larger than ${BOUNDS.guestFrameBytes} bytes; the connection is closed with 1009 (assumed, GUEST-FRAME-BYTES).`
        : `The connection failed: ${error.message}`,
    );
  });

  #answerPastFaults(connection: GuestConnection, text: string, size: number): void {
    const { kind, tracingId } = frameKindOf(text);
    this.#faults.carry(
      connection,
      'in',
      { kind, text, size },
      () => answerGuestFrame(this.#world, connection, text, size, this.#hints),
      ({ rule }) => {
        const frame = injectedFrame(rule, tracingId);
        if (frame !== undefined) connection.send(frame);
      },
    );
  }

  /** A handler that finds its connection by the socket that `ws` calls it on: no closure per connection. */
  #bound<Rest extends unknown[]>(handle: (connection: GuestConnection, ...rest: Rest) => void) {
    const connections = this.#connections;
    return function (this: WebSocket, ...rest: Rest): void {
      const connection = connections.get(this);
      if (connection !== undefined) handle(connection, ...rest);
    };
  }
}

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly note: string;
  readonly headers?: readonly string[] | undefined;
}

function* connectionsOf(links: readonly GuestLink[]): Generator<GuestConnection> {
  for (const link of links) if (link instanceof GuestConnection) yield link;
}

/** The official mobile SDK sends the bare host as its Origin, browsers a whole one. */
const hostOf = (origin: string): string =>
  URL.canParse(origin) && origin.includes('//') ? new URL(origin).hostname : origin;

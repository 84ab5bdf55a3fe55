import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { NOTIFICATION_PING, parseJson, TOPICS } from '@backchannel/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { BOUNDS } from '../bounds.ts';
import type { FaultyConnection } from '../faults/fault-line.ts';
import type { Faults } from '../faults/faults.ts';
import { openPastFaults } from '../faults/opening.ts';
import type { Journal } from '../journal/journal.ts';
import { allClosed, cutAll, cutSocket, endSocket, refuseUpgrade } from '../sockets.ts';
import { activeAgentsOf } from '../world/conversation-parts.ts';
import type { Conversation, Participant, TypingRecord } from '../world/entities.ts';
import type { ChannelLink, NotificationChannel } from '../world/notification-channels.ts';
import type { World } from '../world/world.ts';
import {
  allMediaFrame,
  conversationFrame,
  HEARTBEAT_MS,
  heartbeat,
  pong,
  socketClosing,
  systemFrame,
  typingEventFrame,
  undeliveredFrame,
} from './notification-frames.ts';
import { queueConversations, undeliveredTopic, userConversations } from './topics.ts';

/** Milliseconds between the announcement and the end of a socket (documented, NOTIFY-CLOSING). */
const CLOSING_MS = 60_000;

/** One open notification socket. */
class NotificationConnection implements ChannelLink, FaultyConnection {
  readonly socket: WebSocket;
  readonly tcp: Socket;
  readonly channel: NotificationChannel;
  readonly surface = 'notifications';
  readonly #journal: Journal;
  readonly #faults: Faults;

  constructor(socket: WebSocket, tcp: Socket, channel: NotificationChannel, journal: Journal, faults: Faults) {
    this.socket = socket;
    this.tcp = tcp;
    this.channel = channel;
    this.#journal = journal;
    this.#faults = faults;
  }

  send(kind: string, text: string, conversationId?: string): void {
    if (this.#faults.idle) {
      this.#transmit(kind, text, conversationId);
      return;
    }
    const frame = { kind, text, size: Buffer.byteLength(text) };
    this.#faults.carry(this, 'out', frame, () => this.#transmit(kind, text, conversationId));
  }

  cut(): void {
    cutSocket(this);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Sends a frame that no fault is about. */
  #transmit(kind: string, text: string, conversationId?: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.#journal.record({
      direction: 'out',
      surface: 'notifications',
      kind,
      size: Buffer.byteLength(text),
      conversationId,
      text,
    });
    this.socket.send(text);
    if (this.socket.bufferedAmount > BOUNDS.unreadBytes) {
      this.note(
        'slow reader',
        `The client does not read: ${this.socket.bufferedAmount} bytes wait for it (bound ${BOUNDS.unreadBytes}). The connection is ended.`,
      );
      this.socket.terminate();
    }
  }

  note(kind: string, note: string): void {
    this.#journal.record({ direction: 'out', surface: 'notifications', kind, size: 0, note });
  }
}

/**
 * The notification sockets (`/channels/{id}`): one connection per channel, a heartbeat for all of them from one timer, and the
 * events of conversations for whoever subscribed.
 */
export class NotificationSurface {
  readonly #world: World;
  readonly #journal: Journal;
  readonly #faults: Faults;
  readonly #connections = new Map<WebSocket, NotificationConnection>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: BOUNDS.notificationFrameBytes,
  });
  #cancelHeartbeat: () => void;
  #cancelRetirement: () => void = () => undefined;

  constructor(world: World, journal: Journal, faults: Faults) {
    this.#world = world;
    this.#journal = journal;
    this.#faults = faults;
    this.#cancelHeartbeat = this.#nextHeartbeat();
  }

  get size(): number {
    return this.#connections.size;
  }

  upgrade(request: IncomingMessage, tcp: Socket, head: Buffer, channelId: string): void {
    const channel = this.#world.state.channels.find(channelId);
    if (channel === undefined) {
      const note =
        'There is no such notification channel: POST /api/v2/notifications/channels makes one and names its connectUri.';
      this.#journal.record({ direction: 'out', surface: 'notifications', kind: 'refused', size: 0, status: 404, note });
      refuseUpgrade(tcp, '404 Not Found', note);
      return;
    }
    openPastFaults(this.#faults, 'notifications', this.#journal, tcp, () =>
      this.#server.handleUpgrade(request, tcp, head, (socket) =>
        this.#opened(new NotificationConnection(socket, tcp, channel, this.#journal, this.#faults)),
      ),
    );
  }

  /** `left` are agents who are gone with this change: they hear of it, and then no more. */
  conversationChanged(conversation: Conversation, left: readonly Participant[] = []): void {
    if (this.#connections.size === 0) return;
    const { channels, ids, queueId } = this.#world.state;
    const userIds = new Set([...activeAgentsOf(conversation), ...left].map(({ userId }) => userId));
    const topics = [
      [TOPICS.queueMessages(queueId), conversationFrame],
      [queueConversations(queueId), allMediaFrame],
    ] as [topic: string, frame: typeof conversationFrame][];
    for (const userId of userIds) {
      if (userId === undefined) continue;
      topics.push([TOPICS.userMessages(userId), conversationFrame], [userConversations(userId), allMediaFrame]);
    }
    for (const [topic, frame] of topics) {
      const links = [...channels.listeningTo(topic)];
      if (links.length === 0) continue;
      const context = { queueId, timeline: this.#world.timeline, correlationId: ids.uuid('signal') };
      const text = frame(topic, conversation, context);
      for (const link of links) link.send('conversation', text, conversation.id);
    }
  }

  /** An agent's message waits for a guest who is not connected. */
  undelivered(conversation: Conversation): void {
    if (this.#connections.size === 0) return;
    const { channels, ids, deployment } = this.#world.state;
    const links = [...channels.listeningTo(undeliveredTopic(deployment.id))];
    if (links.length === 0) return;
    const context = {
      deploymentId: deployment.id,
      timeline: this.#world.timeline,
      correlationId: ids.uuid('signal'),
    };
    const text = undeliveredFrame(conversation, context);
    for (const link of links) link.send('undelivered', text, conversation.id);
  }

  typed(conversation: Conversation, record: TypingRecord): void {
    if (record.from !== 'guest') return;
    const { channels, ids, deployment } = this.#world.state;
    for (const { userId } of activeAgentsOf(conversation)) {
      if (userId === undefined) continue;
      const links = [...channels.listeningTo(TOPICS.userTyping(userId))];
      if (links.length === 0) continue;
      const context = {
        deploymentId: deployment.id,
        timeline: this.#world.timeline,
        correlationId: ids.uuid('signal'),
      };
      const text = typingEventFrame(userId, conversation, record, context);
      for (const link of links) link.send('typing', text, conversation.id);
    }
  }

  /** Removes the channels that fit, tells them that their tokens were ended, and closes their sockets. */
  tokensRevoked(fits: (channel: NotificationChannel) => boolean): void {
    for (const channel of this.#world.state.channels.take(fits)) this.channelRemoved(channel, 'token_revoked');
  }

  /**
   * Announces on every socket that it will be closed, and closes it a minute later unless the client has opened the same
   * `connectUri` again by then (documented, NOTIFY-CLOSING). Returns how many there were.
   */
  retire(): number {
    const connections = [...this.#connections.values()];
    for (const connection of connections) {
      connection.send('socket_closing', socketClosing(connection.channel.id, 'the socket will be closed'));
    }
    this.#cancelRetirement();
    this.#cancelRetirement = this.#world.timeline.wake(this.#world.timeline.nowMs() + CLOSING_MS, () => {
      for (const connection of connections) {
        if (!this.#connections.has(connection.socket)) continue;
        connection.note('close', 'Closed with 1001, as announced a minute ago.');
        endSocket(connection, 1001, 'the socket was to be closed');
      }
    });
    return connections.length;
  }

  /** Closes the socket of a channel that is no more; `because` is said on it first. */
  channelRemoved(channel: NotificationChannel, because?: 'no_longer_subscribed' | 'token_revoked'): void {
    const { ids, organizationId } = this.#world.state;
    for (const connection of this.#connections.values()) {
      if (connection.channel !== channel) continue;
      if (because !== undefined) {
        const context = { organizationId, correlationId: ids.uuid('signal') };
        connection.send(because, systemFrame(because, channel, context));
      }
      connection.note('close', 'Closed with 1000: the channel no longer exists.');
      endSocket(connection, 1000, 'the channel no longer exists');
    }
  }

  /** Breaks every connection as a network does. Returns how many there were. */
  cut(): number {
    return cutAll(this.#connections.values());
  }

  /** Announces the end on every socket and ends it; resolves when they are gone. */
  async close(): Promise<void> {
    this.#cancelHeartbeat();
    this.#cancelRetirement();
    await this.closeConnections();
  }

  async closeConnections(): Promise<void> {
    const gone = allClosed(this.#connections.keys());
    for (const connection of this.#connections.values()) {
      connection.send('socket_closing', socketClosing(connection.channel.id, 'the emulator closes'));
      endSocket(connection, 1001, 'the emulator closes');
    }
    await gone;
  }

  #opened(connection: NotificationConnection): void {
    const { channel, socket } = connection;
    const previous = channel.link;
    channel.link = connection;
    this.#connections.set(socket, connection);
    this.#world.state.channels.use(channel);
    this.#journal.record({ direction: 'in', surface: 'notifications', kind: 'open', size: 0 });
    if (previous instanceof NotificationConnection) {
      previous.note(
        'close',
        'Closed with 1000: a newer connection took the channel over (third-party, NOTIFY-ONE-SOCKET).',
      );
      endSocket(previous, 1000, 'another connection took the channel over');
    }
    socket.on('message', (data: Buffer) => this.#received(connection, data.toString(), data.length));
    socket.on('close', () => this.#faults.gone(connection));
    socket.on('close', (code: number) => {
      this.#connections.delete(socket);
      if (channel.link === connection) channel.link = undefined;
      this.#journal.record({
        direction: 'in',
        surface: 'notifications',
        kind: 'closed',
        size: 0,
        note: `The connection ended with ${code}.`,
      });
    });
    socket.on('error', (error: Error) => connection.note('broken', `The connection failed: ${error.message}`));
  }

  #received(connection: NotificationConnection, text: string, size: number): void {
    const message = parseJson<unknown>(text, (value) => ({ ok: true, value }));
    const ping =
      message.ok &&
      typeof message.value === 'object' &&
      message.value !== null &&
      Object.hasOwn(message.value, 'message') &&
      (message.value as { readonly message: unknown }).message === NOTIFICATION_PING.message;
    const note = ping ? undefined : 'Ignored: the only frame that clients send here is {"message":"ping"}.';
    this.#journal.record({
      direction: 'in',
      surface: 'notifications',
      kind: ping ? 'ping' : 'ignored',
      size,
      note,
      text,
    });
    if (!ping) return;
    const answer = (): void => connection.send('pong', pong);
    if (this.#faults.idle) answer();
    else this.#faults.carry(connection, 'in', { kind: 'ping', text, size }, answer);
  }

  #nextHeartbeat(): () => void {
    return this.#world.timeline.wake(this.#world.timeline.nowMs() + HEARTBEAT_MS, () => {
      for (const channel of this.#world.state.channels.takeExpired()) this.channelRemoved(channel);
      for (const connection of this.#connections.values()) connection.send('heartbeat', heartbeat);
      this.#cancelHeartbeat = this.#nextHeartbeat();
    });
  }
}

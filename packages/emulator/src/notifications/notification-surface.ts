import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { NOTIFICATION_PING, parseJson, TOPICS } from '@backchannel/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { BOUNDS } from '../bounds.ts';
import type { Journal } from '../journal/journal.ts';
import { cutSocket, endSocket, refuseUpgrade } from '../sockets.ts';
import { activeAgentsOf } from '../world/conversation-parts.ts';
import type { Conversation, TypingRecord } from '../world/entities.ts';
import type { ChannelLink, NotificationChannel } from '../world/notification-channels.ts';
import type { World } from '../world/world.ts';
import {
  conversationFrame,
  HEARTBEAT_MS,
  heartbeat,
  pong,
  socketClosing,
  typingEventFrame,
} from './notification-frames.ts';

/** One open notification socket. */
class NotificationConnection implements ChannelLink {
  readonly socket: WebSocket;
  readonly tcp: Socket;
  readonly channel: NotificationChannel;
  readonly #journal: Journal;

  constructor(socket: WebSocket, tcp: Socket, channel: NotificationChannel, journal: Journal) {
    this.socket = socket;
    this.tcp = tcp;
    this.channel = channel;
    this.#journal = journal;
  }

  send(kind: string, text: string, conversationId?: string): void {
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
  readonly #connections = new Map<WebSocket, NotificationConnection>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: BOUNDS.notificationFrameBytes,
  });
  #cancelHeartbeat: () => void;

  constructor(world: World, journal: Journal) {
    this.#world = world;
    this.#journal = journal;
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
    this.#server.handleUpgrade(request, tcp, head, (socket) =>
      this.#opened(new NotificationConnection(socket, tcp, channel, this.#journal)),
    );
  }

  conversationChanged(conversation: Conversation): void {
    if (this.#connections.size === 0) return;
    const { channels, ids, queueId } = this.#world.state;
    for (const { userId } of activeAgentsOf(conversation)) {
      if (userId === undefined) continue;
      const links = [...channels.listeningTo(TOPICS.userMessages(userId))];
      if (links.length === 0) continue;
      const context = { queueId, timeline: this.#world.timeline, correlationId: ids.uuid('signal') };
      const text = conversationFrame(userId, conversation, context);
      for (const link of links) link.send('conversation', text, conversation.id);
    }
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

  /** Closes the socket of a channel that is no more. */
  channelRemoved(channel: NotificationChannel): void {
    for (const connection of this.#connections.values()) {
      if (connection.channel !== channel) continue;
      connection.note('close', 'Closed with 1000: the channel no longer exists.');
      endSocket(connection, 1000, 'the channel no longer exists');
    }
  }

  /** Breaks every connection as a network does. Returns how many there were. */
  cut(): number {
    const connections = [...this.#connections.values()];
    for (const connection of connections) {
      connection.note('cut', 'The connection is reset without a close frame, as asked.');
      cutSocket(connection);
    }
    return connections.length;
  }

  /** Announces the end on every socket and ends it; resolves when they are gone. */
  async close(): Promise<void> {
    this.#cancelHeartbeat();
    await this.closeConnections();
  }

  async closeConnections(): Promise<void> {
    const gone = [...this.#connections.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const connection of this.#connections.values()) {
      connection.send('socket_closing', socketClosing(connection.channel.id, 'the emulator closes'));
      endSocket(connection, 1001, 'the emulator closes');
    }
    await Promise.all(gone);
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
    if (ping) connection.send('pong', pong);
  }

  #nextHeartbeat(): () => void {
    return this.#world.timeline.wake(this.#world.timeline.nowMs() + HEARTBEAT_MS, () => {
      for (const channel of this.#world.state.channels.takeExpired()) this.channelRemoved(channel);
      for (const connection of this.#connections.values()) connection.send('heartbeat', heartbeat);
      this.#cancelHeartbeat = this.#nextHeartbeat();
    });
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { systemClock, systemEpochMs } from './adapters/system-clock.ts';
import {
  type ControlledEmulator,
  type ConversationRecord,
  type CutTarget,
  conversationRecords,
  type EmulatorInfo,
  type EmulatorTime,
  infoOf,
  type SpokenWords,
  sayIn,
  type TenantInfo,
  type TranscriptEntry,
} from './control.ts';
import { ControlledClock } from './controlled-clock.ts';
import { EmulatorError } from './emulator-error.ts';
import { checkedOptions, checkTenantFields, type EmulatorOptions, type TenantOptions } from './emulator-options.ts';
import { Faults } from './faults/faults.ts';
import { GuestSurface } from './guest/guest-surface.ts';
import { HINT_HEADER, Hints, hintHeaders } from './hints/hints.ts';
import { buildApp } from './http/app.ts';
import type { JournalStreams } from './http/journal-streams.ts';
import { Journal } from './journal/journal.ts';
import { NotificationSurface } from './notifications/notification-surface.ts';
import { OpenWebhooks } from './open/open-webhooks.ts';
import { RateLimits } from './rate-limits.ts';
import { Robots } from './robots/robots.ts';
import { SERVED_ROUTES } from './served-routes.ts';
import { refuseUpgrade, upgradeUrl } from './sockets.ts';
import { SwitchBoard } from './switch-board.ts';
import { type Tenant, Tenants } from './tenants.ts';
import { Timeline } from './timeline.ts';
import { World } from './world/world.ts';

/** A running emulator. `await using` ends it. */
export class Emulator implements ControlledEmulator, Tenant, AsyncDisposable {
  readonly #options: EmulatorOptions;
  /** Whose tenant it is, and its name there; the one that has the port is nobody's. */
  readonly #of: { readonly parent: Emulator; readonly name: string } | undefined;
  readonly #tenants = new Tenants<Emulator>();
  readonly #timeline: Timeline;
  readonly #world: World;
  readonly #hints: Hints;
  readonly #guests: GuestSurface;
  readonly #notifications: NotificationSurface;
  readonly #webhooks: OpenWebhooks;
  readonly #app: FastifyInstance;
  readonly #streams: JournalStreams;
  #url = '';
  #closing: Promise<void> | undefined;
  /** The record of the wire. */
  readonly journal: Journal;
  /** The one time of everything here: tokens, sessions, limits, heartbeats, retries, dates. */
  readonly clock: ControlledClock;
  /** What is to go wrong. */
  readonly faults: Faults;
  /** What is assumed of the platform, and can be moved while it runs. */
  readonly switches: SwitchBoard;
  /** What the platform limits, and by how much here. */
  readonly limits: RateLimits;
  /** The other side of a test: scripted guests and agents. */
  readonly robots: Robots;

  /** Use `startEmulator` or `tenant`: a constructed emulator does not listen yet. */
  constructor(options: EmulatorOptions, of?: { readonly parent: Emulator; readonly name: string }) {
    const { seed = 1, defaults = 'demo', deployment, permissions, ports = {} } = options;
    this.#options = options;
    this.#of = of;
    this.clock = new ControlledClock(ports.clock ?? systemClock);
    const timeline = new Timeline(this.clock, ports.startEpochMs ?? systemEpochMs(), (work) =>
      this.clock.working(work),
    );
    this.#timeline = timeline;
    this.limits = new RateLimits(options.limits);
    this.switches = new SwitchBoard(options.switches);
    this.journal = new Journal(timeline);
    this.#world = new World(
      {
        seed,
        scope: of && `${of.name}/`,
        defaults,
        deployment,
        permissions,
        integration: options.integration,
        accessTokenSeconds: options.accessTokenSeconds,
        switches: this.switches.positions,
        limits: this.limits,
        timeline,
      },
      {
        messageAdded: (conversation, message, origin) => {
          this.#guests.messageAdded(conversation, message, origin);
          this.#webhooks.messageAdded(conversation, message);
          this.robots.happened();
          this.#notifications.conversationChanged(conversation);
        },
        typed: (conversation, record) => {
          this.#guests.typed(conversation, record);
          this.#webhooks.typed(conversation, record);
          this.#notifications.typed(conversation, record);
        },
        conversationChanged: (conversation, left) => {
          this.#notifications.conversationChanged(conversation, left);
          this.robots.happened();
        },
        conversationEnded: (conversation, left) => {
          this.#guests.conversationEnded(conversation, left);
          this.#notifications.conversationChanged(conversation, left);
        },
        undelivered: (conversation) => this.#notifications.undelivered(conversation),
        sessionExpired: (session) => this.#guests.sessionExpired(session),
        sessionCleared: (links, origin) => this.#guests.sessionCleared(links, origin),
        signedOut: (links) => this.#guests.signedOut(links),
        attachmentStored: (attachment, url, refusal) => this.#guests.attachmentStored(attachment, url, refusal),
        noted: (note, conversationId) =>
          this.journal.record({ direction: 'out', surface: 'emulator', kind: 'bound', size: 0, conversationId, note }),
      },
    );
    this.#hints = new Hints(this.#world, () => this.#url);
    this.faults = new Faults(timeline, this.journal, seed, SERVED_ROUTES);
    for (const fault of options.faults ?? []) this.faults.add(fault);
    this.robots = new Robots(this.#world, this.journal, seed, () => this.info);
    this.#guests = new GuestSurface(this.#world, this.journal, this.faults, this.#hints);
    this.#notifications = new NotificationSurface(this.#world, this.journal, this.faults);
    this.#webhooks = new OpenWebhooks(this.#world, this.journal, this.faults);
    const { app, streams } = buildApp({
      emulator: this,
      tenants: this.#tenants,
      world: this.#world,
      timeline,
      hints: this.#hints,
      notifications: this.#notifications,
    });
    this.#app = app;
    this.#streams = streams;
  }

  /** The name of a tenant; `undefined` for the emulator that has the port. */
  get name(): string | undefined {
    return this.#of?.name;
  }

  /** `http://127.0.0.1:41234`, without a trailing slash: every Genesys host at once. */
  get url(): string {
    return this.#url;
  }

  /** The body of `GET /_emulator/info`. */
  get info(): EmulatorInfo {
    return infoOf(this.#world, this.#url);
  }

  /** The body of `GET /_emulator/conversations`. */
  conversations(): readonly ConversationRecord[] {
    return conversationRecords(this.#world);
  }

  /**
   * Starts again from the seed: every socket is closed, ids and credentials are as at the start, what a fault held back is lost,
   * the journal is empty. A frozen clock runs again; the time itself goes on.
   */
  async reset(): Promise<void> {
    this.#world.reset();
    if (this.clock.frozen) this.clock.resume();
    this.#guests.reset();
    this.#webhooks.reset();
    this.faults.reset();
    this.robots.reset();
    this.switches.reset();
    this.limits.reset();
    for (const fault of this.#options.faults ?? []) this.faults.add(fault);
    this.journal.clear();
    this.journal.record({
      direction: 'in',
      surface: 'emulator',
      kind: 'reset',
      size: 0,
      note: 'Started again from the seed.',
    });
    // The state goes first: whoever connects again while the old sockets end is a guest of the new state.
    await Promise.all([this.#guests.close(), this.#notifications.closeConnections()]);
  }

  /**
   * Says something in a conversation as a bot, or with content that an agent's application has no call for: quick replies,
   * cards. Returns what was said, as the transcript has it; `undefined` when there is no such open conversation.
   */
  say(conversationId: string, words: SpokenWords): TranscriptEntry | undefined {
    return sayIn(this.#world, conversationId, words);
  }

  /** Ends a conversation as if its agents had left. `false` when there is no such open conversation. */
  disconnect(conversationId: string): boolean {
    const conversation = this.#world.state.conversations.find(conversationId);
    if (conversation === undefined || conversation.endedAtMs !== undefined) return false;
    this.#world.participation.disconnectConversation(conversation);
    return true;
  }

  /** Breaks sockets as a network does, by a TCP reset without a close frame. Returns how many. */
  cut(sockets: CutTarget): number {
    const guests = sockets === 'notifications' ? 0 : this.#guests.cut();
    const notifications = sockets === 'guests' ? 0 : this.#notifications.cut();
    return guests + notifications;
  }

  /**
   * Announces on every notification socket that it will be closed (`v2.system.socket_closing`), and closes it a minute later
   * unless the client has opened the same `connectUri` again (documented, NOTIFY-CLOSING). Returns how many there were.
   */
  retireNotifications(): number {
    return this.#notifications.retire();
  }

  /** Ends every socket, timer and stream; resolves when they are gone. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Closes it at the end of an `await using` scope. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Opens the port. Called once, by `startEmulator`. */
  async listen(port: number, host: string): Promise<void> {
    try {
      await this.#app.listen({ port, host });
    } catch (error) {
      await this.close();
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      throw taken
        ? new EmulatorError(
            'port.taken',
            `The emulator cannot listen on ${host}:${port}: another process has that port. Pass another one as the option "port" (0 picks a free one).`,
            error,
          )
        : new EmulatorError(
            'listen.failed',
            `The emulator cannot listen on ${host}:${port}: ${String(error)}. Check the options "host" and "port".`,
            error,
          );
    }
    const address = this.#app.server.address();
    const actual = typeof address === 'object' && address !== null ? address.port : port;
    const named = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
    this.#url = `http://${named.includes(':') ? `[${named}]` : named}:${actual}`;
  }

  /**
   * Another organisation in the same process, for a test of its own: own deployment, agents, clients, conversations, limits,
   * journal and clock, at a base URL of its own. `close` ends it; closing this emulator ends all.
   *
   * Throws `EmulatorError` (`option.invalid`) for a name that is taken, or when there are too many.
   */
  async tenant({ name: given, ...own }: TenantOptions = {}): Promise<Emulator> {
    if (this.#of !== undefined) {
      throw new EmulatorError(
        'option.invalid',
        'A tenant cannot have tenants of its own: ask the emulator that it belongs to for another one.',
      );
    }
    const { port: _port, host: _host, ...inherited } = this.#options;
    checkTenantFields(own);
    const options = checkedOptions({ ...inherited, ...own });
    const name = this.#tenants.nameFor(given);
    const tenant = new Emulator(options, { parent: this, name });
    this.#tenants.add(name, tenant);
    tenant.#url = Tenants.urlOf(this.#url, name);
    await tenant.#app.ready();
    return tenant;
  }

  /** What time it is here. */
  readonly time = (): EmulatorTime => {
    const atMs = this.#timeline.nowMs();
    return { frozen: this.clock.frozen, atMs, time: this.#timeline.iso(atMs) };
  };

  /** The tenants beside the first one. */
  tenants(): readonly TenantInfo[] {
    return this.#tenants.list().map(([name, { info }]) => ({ name, ...info }));
  }

  /** Ends a tenant; `false` when there is none with that name. */
  async closeTenant(name: string): Promise<boolean> {
    const tenant = this.#tenants.find(name);
    await tenant?.close();
    return tenant !== undefined;
  }

  /** Answers a request that is addressed to this tenant. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#app.routing(request, response);
  }

  async #close(): Promise<void> {
    if (this.#of !== undefined) this.#of.parent.#tenants.remove(this.#of.name);
    await Promise.all(this.#tenants.list().map(([, tenant]) => tenant.close()));
    this.#streams.close();
    this.faults.clear();
    this.robots.stopAll();
    this.#webhooks.reset();
    await Promise.all([this.#guests.close(), this.#notifications.close()]);
    await this.#app.close();
    this.#world.close();
  }

  #refuseSocket(request: IncomingMessage, tcp: Socket): void {
    const hint = this.#hints.forSocket(request.url ?? '');
    this.journal.record({ direction: 'out', surface: 'emulator', kind: 'refused', size: 0, status: 404, note: hint });
    const where = 'WebSockets are at /v1?deploymentId=… (guests) and /channels/{id} (notifications).';
    refuseUpgrade(tcp, '404 Not Found', where, [`${HINT_HEADER}: ${hintHeaders(hint)[HINT_HEADER]}`]);
  }

  /** Answers a request for a WebSocket. */
  upgrade(request: IncomingMessage, tcp: Socket, head: Buffer): void {
    if (this.#tenants.upgrade(request, tcp, head)) return;
    tcp.once('error', () => tcp.destroy());
    const url = upgradeUrl(request);
    const channelId = /^\/channels\/([^/]+)$/.exec(url?.pathname ?? '')?.[1];
    if (this.#closing !== undefined) refuseUpgrade(tcp, '503 Service Unavailable', 'The emulator is closing.');
    else if (url?.pathname === '/v1') this.#guests.upgrade(request, tcp, head, url.searchParams);
    else if (channelId !== undefined) this.#notifications.upgrade(request, tcp, head, channelId);
    else this.#refuseSocket(request, tcp);
  }
}

/**
 * Starts a local Genesys Cloud for messaging on one port: guest socket, deployment configuration, OAuth, platform REST,
 * notification sockets and the control routes under `/_emulator`.
 *
 * Throws `EmulatorError`: `option.invalid`, `port.taken`, `listen.failed`.
 *
 * ```ts
 * await using genesys = await startEmulator({ seed: 7 });
 * const { deploymentId } = genesys.info;
 * ```
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = '127.0.0.1' } = options;
  const emulator = new Emulator(checkedOptions(options));
  await emulator.listen(port, host);
  return emulator;
}

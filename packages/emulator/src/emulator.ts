import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { systemClock, systemEpochMs } from './adapters/system-clock.ts';
import {
  type ControlledEmulator,
  type ConversationRecord,
  type CutTarget,
  conversationRecords,
  type EmulatorInfo,
  infoOf,
} from './control.ts';
import { EmulatorError } from './emulator-error.ts';
import { GuestSurface } from './guest/guest-surface.ts';
import { configRoutes } from './http/config-routes.ts';
import { controlRoutes } from './http/control-routes.ts';
import { allowLoopbackOrigins } from './http/cors.ts';
import type { JournalStreams } from './http/journal-streams.ts';
import { oauthRoutes } from './http/oauth-routes.ts';
import { PlatformRoutes } from './http/platform-routes.ts';
import { Journal } from './journal/journal.ts';
import { NotificationSurface } from './notifications/notification-surface.ts';
import type { EmulatorPorts } from './ports.ts';
import { type LimitOptions, RateLimits } from './rate-limits.ts';
import { refuseUpgrade, upgradeUrl } from './sockets.ts';
import { resolveSwitches, type Switches } from './switches.ts';
import { Timeline } from './timeline.ts';
import type { PermissionOptions } from './world/access-tokens.ts';
import type { Defaults, DeploymentSettings } from './world/deployment.ts';
import { World } from './world/world.ts';

/** Options of `startEmulator`; all have a default. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`: nobody but this machine. */
  readonly host?: string | undefined;
  /** Whole number from which every id and credential follows. Default 1. */
  readonly seed?: number | undefined;
  /** Other values for limits of the platform, or `'off'`. */
  readonly limits?: LimitOptions | undefined;
  /** Other positions for assumptions about the platform. */
  readonly switches?: Partial<Switches> | undefined;
  /** `demo` (default): typing on both ways, conversations start by themselves. `platform`: what Genesys starts with, all off. */
  readonly defaults?: Defaults | undefined;
  /** Settings of the deployment that differ from `defaults`. */
  readonly deployment?: Partial<DeploymentSettings> | undefined;
  /** Permissions of the agents' tokens and of the client's; default: all that the operations ask for. */
  readonly permissions?: PermissionOptions | undefined;
  readonly ports?: EmulatorPorts | undefined;
}

/** A running emulator. `await using` ends it. */
export class Emulator implements ControlledEmulator, AsyncDisposable {
  readonly #world: World;
  readonly #guests: GuestSurface;
  readonly #notifications: NotificationSurface;
  readonly #app: FastifyInstance;
  #streams: JournalStreams | undefined;
  #url = '';
  #closing: Promise<void> | undefined;
  /** The record of the wire. */
  readonly journal: Journal;

  /** Use `startEmulator`: a constructed emulator does not listen yet. */
  constructor(options: EmulatorOptions) {
    const { seed = 1, defaults = 'demo', deployment, permissions, ports = {} } = options;
    const timeline = new Timeline(ports.clock ?? systemClock, ports.startEpochMs ?? systemEpochMs());
    const limits = new RateLimits(options.limits);
    const switches = resolveSwitches(options.switches);
    this.journal = new Journal(timeline);
    this.#world = new World(
      { seed, defaults, deployment, permissions, switches, limits, timeline },
      {
        messageAdded: (conversation, message, origin) => {
          this.#guests.messageAdded(conversation, message, origin);
          this.#notifications.conversationChanged(conversation);
        },
        typed: (conversation, record) => {
          this.#guests.typed(conversation, record);
          this.#notifications.typed(conversation, record);
        },
        conversationChanged: (conversation) => this.#notifications.conversationChanged(conversation),
        sessionExpired: (session) => this.#guests.sessionExpired(session),
        noted: (note, conversationId) =>
          this.journal.record({ direction: 'out', surface: 'emulator', kind: 'bound', size: 0, conversationId, note }),
      },
    );
    this.#guests = new GuestSurface(this.#world, this.journal);
    this.#notifications = new NotificationSurface(this.#world, this.journal);
    this.#app = this.#routes(limits.of('requestBodyBytes'));
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

  /** Starts again from the seed: every socket is closed, ids and credentials are as at the start, the journal is empty. */
  async reset(): Promise<void> {
    this.#world.reset();
    this.#guests.reset();
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

  /** Breaks sockets as a network does, by a TCP reset without a close frame. Returns how many. */
  cut(sockets: CutTarget): number {
    const guests = sockets === 'notifications' ? 0 : this.#guests.cut();
    const notifications = sockets === 'guests' ? 0 : this.#notifications.cut();
    return guests + notifications;
  }

  /** Ends every socket, timer and stream; resolves when they are gone. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

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

  async #close(): Promise<void> {
    this.#streams?.close();
    await Promise.all([this.#guests.close(), this.#notifications.close()]);
    await this.#app.close();
    this.#world.close();
  }

  #routes(bodyLimit: number): FastifyInstance {
    const platform = new PlatformRoutes(this.#world, this.journal, this.#notifications);
    const app = fastify({
      bodyLimit,
      exposeHeadRoutes: false,
      forceCloseConnections: true,
      routerOptions: { maxParamLength: 1_000 },
      frameworkErrors: (error, request, reply) => platform.refuse(error, request, reply),
      // Some HTTP clients offer `Upgrade: h2c` on plain requests: those are requests like any other.
      http: { shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket' },
    });
    allowLoopbackOrigins(app);
    app.register(async (scope) => platform.register(scope));
    app.register(async (scope) => oauthRoutes(scope, this.#world, this.journal));
    app.register(async (scope) => configRoutes(scope, this.#world, this.journal));
    app.register(async (scope) => {
      this.#streams = controlRoutes(scope, this);
    });
    app.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head));
    return app;
  }

  #upgrade(request: IncomingMessage, tcp: Socket, head: Buffer): void {
    tcp.once('error', () => tcp.destroy());
    const url = upgradeUrl(request);
    const channelId = /^\/channels\/([^/]+)$/.exec(url?.pathname ?? '')?.[1];
    if (this.#closing !== undefined) refuseUpgrade(tcp, '503 Service Unavailable', 'The emulator is closing.');
    else if (url?.pathname === '/v1') this.#guests.upgrade(request, tcp, head, url.searchParams);
    else if (channelId !== undefined) this.#notifications.upgrade(request, tcp, head, channelId);
    else
      refuseUpgrade(
        tcp,
        '404 Not Found',
        'WebSockets are at /v1?deploymentId=… (guests) and /channels/{id} (notifications).',
      );
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
  const { port = 0, host = '127.0.0.1', seed = 1, defaults = 'demo' } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new EmulatorError(
      'option.invalid',
      `port cannot be ${String(port)} (${typeof port}): use a whole number from 0 to 65535.`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new EmulatorError('option.invalid', `seed cannot be ${String(seed)} (${typeof seed}): use a whole number.`);
  }
  if (defaults !== 'demo' && defaults !== 'platform') {
    throw new EmulatorError(
      'option.invalid',
      `defaults cannot be ${String(defaults)} (${typeof defaults}): use demo or platform.`,
    );
  }
  const emulator = new Emulator(options);
  await emulator.listen(port, host);
  return emulator;
}

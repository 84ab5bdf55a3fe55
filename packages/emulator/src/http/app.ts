import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import type { ControlledEmulator } from '../control.ts';
import type { Hints } from '../hints/hints.ts';
import type { NotificationSurface } from '../notifications/notification-surface.ts';
import type { Tenant, Tenants } from '../tenants.ts';
import type { Timeline } from '../timeline.ts';
import type { World } from '../world/world.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { configRoutes } from './config-routes.ts';
import { controlRoutes } from './control-routes.ts';
import { allowLoopbackOrigins } from './cors.ts';
import { faultHooks } from './fault-hooks.ts';
import { JournalStreams } from './journal-streams.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { PlatformRoutes } from './platform-routes.ts';

/** Milliseconds that an idle connection is kept for the next request: Fastify's own value. */
const KEEP_ALIVE_MS = 72_000;

interface AppParts {
  readonly emulator: ControlledEmulator & Pick<Tenant, 'upgrade'>;
  readonly tenants: Tenants<Tenant>;
  readonly world: World;
  readonly timeline: Timeline;
  readonly hints: Hints;
  readonly notifications: NotificationSurface;
}

/** Everything that is asked over HTTP: the hosts of Genesys, and the control routes beside them. It does not listen yet. */
export function buildApp({ emulator, tenants, world, timeline, hints, notifications }: AppParts): {
  readonly app: FastifyInstance;
  readonly streams: JournalStreams;
} {
  const { journal, faults } = emulator;
  const streams = new JournalStreams(journal);
  const platform = new PlatformRoutes(world, journal, notifications, hints);
  const app = fastify({
    bodyLimit: world.limits.of('requestBodyBytes'),
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000 },
    frameworkErrors: (error, request, reply) => platform.refuse(error, request, reply),
    serverFactory: (handle) => serverOf(tenants, handle),
  });
  allowLoopbackOrigins(app);
  faultHooks(app, faults, world, journal);
  // Every date of the wire follows the emulator's clock, also this one; after the faults, which take their time.
  app.addHook('onSend', async (_request, reply, payload) => {
    reply.header('date', timeline.httpDate());
    return payload;
  });
  app.register(async (scope) => platform.register(scope));
  app.register(async (scope) => oauthRoutes(scope, world, journal, hints));
  app.register(async (scope) => configRoutes(scope, world, journal));
  app.register(async (scope) => attachmentRoutes(scope, world, journal));
  app.register(async (scope) => controlRoutes(scope, emulator, streams));
  app.server.on('upgrade', (request, socket, head) => emulator.upgrade(request, socket as Socket, head));
  return { app, streams };
}

/** The server of the port; a tenant's is never opened. What is addressed to a tenant passes its own routes by. */
function serverOf(tenants: Tenants<Tenant>, handle: RequestListener): Server {
  const server = createServer(
    // Some HTTP clients offer `Upgrade: h2c` on plain requests: those are requests like any other.
    { shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket' },
    (request, response) => {
      if (!tenants.handle(request, response)) handle(request, response);
    },
  );
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  return server;
}

import { Agenda, type BackchannelError, type Ports, systemPorts } from '@backchannel/client';
import { ids } from './adapters/chance.ts';
import { textFetch } from './adapters/text-fetch.ts';
import { wallTime } from './adapters/wall-time.ts';
import { openWsSocket } from './adapters/ws-socket.ts';
import type { RelaySettings } from './config/settings.ts';
import { Relay } from './core/relay.ts';
import type { RelayCommands } from './domain/commands.ts';
import { fieldReportRoutes } from './field-reports/field-report-routes.ts';
import type { Routes } from './http/context.ts';
import { documentationRoutes } from './http/documentation-routes.ts';
import { healthRoutes } from './http/health-routes.ts';
import { oauthRoutes } from './http/oauth-routes.ts';
import type { ServedRoute } from './http/route-table.ts';
import { RelayServer } from './http/server.ts';
import { v1Routes } from './http/v1/v1-routes.ts';
import type { Health } from './legs/health.ts';
import type { Legs } from './legs/legs.ts';
import { PlatformLegs } from './legs/platform-legs.ts';
import { countedFetch } from './observe/counted-fetch.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import { streamRoutes } from './streams/stream-routes.ts';

/** What a relay is started with besides its settings; all have a default. */
export interface StartRelayOptions {
  /** Time, chance, ids, sockets and `fetch`; those of the system by default. */
  readonly ports?: Partial<Ports> | undefined;
  /** Where log lines go, as JSON. Default: standard output. */
  readonly logTo?:
    | {
        /** Takes one line, with its line feed. */
        write(line: string): void;
      }
    | undefined;
  /** Other ways to Genesys: for tests without a platform. */
  readonly legs?: Legs | undefined;
  /** What it remembers with, opened already; it is closed with the relay. Default: what `settings.store` says. */
  readonly store?: Store | undefined;
  /** Routes besides the relay's own. */
  readonly areas?: readonly Routes[] | undefined;
  /**
   * One of `areas` is a web page that calls the relay: it may, when it was opened from this machine. Its origin has the port
   * that the relay got, so a configuration can't always name it.
   */
  readonly ownPages?: boolean | undefined;
}

/** A relay that answers. `await using` ends it. */
export interface RunningRelay extends AsyncDisposable {
  /** Where it is reached, without a slash at the end. */
  readonly url: string;
  readonly settings: RelaySettings;
  /** What its API does, in process. */
  readonly relay: RelayCommands;
  /** Every route that is served. */
  readonly routes: readonly ServedRoute[];
  /**
   * Resolves with the reason when its store has failed for good, and never else: nothing is written down any more, whoever calls
   * gets 503, and `/healthz` says so. What was accepted is in the store: `close` it, and start another, best in another process.
   * A store of your own (`StartRelayOptions.store`) tells you itself.
   */
  readonly failed: Promise<BackchannelError>;
  /**
   * Ends it gracefully: new work is refused (503), requests and deliveries under way end (10 s each at most), streams are
   * told, guests' sockets are closed so that the next process can resume them, and the store is closed last.
   */
  close(): Promise<void>;
}

/**
 * Opens the store, takes up what the last process left, and answers HTTP where the settings say.
 *
 * @throws BackchannelError `store.…` when the database can't be used; Node's `EADDRINUSE` when the port is taken.
 */
export async function startRelay(
  settings: RelaySettings,
  { ports: given, logTo, legs: givenLegs, store: givenStore, areas = [], ownPages = false }: StartRelayOptions = {},
): Promise<RunningRelay> {
  const system: Ports = { ...systemPorts(), ids, fetch: textFetch(), openSocket: openWsSocket, wallTime, ...given };
  // One timer for thousands of sessions.
  const agenda = new Agenda(system.clock);
  const server = new RelayServer({ settings, ports: { ...system, clock: agenda }, logTo });
  const { log, metrics } = server;
  const ports: Ports = {
    ...system,
    clock: agenda,
    fetch: countedFetch(system.fetch, { api: settings.genesys.hosts.api, clock: agenda, metrics }),
  };

  const troubles = new Map<string, string>([['start', 'The relay is starting.']]);
  let tellFailure: (error: BackchannelError) => void = () => {};
  const failed = new Promise<BackchannelError>((resolve) => {
    tellFailure = resolve;
  });
  const storeFailed = (error: BackchannelError) => {
    troubles.set('store', 'The store has failed; the log says why.');
    log.error('the store has failed', { error });
    tellFailure(error);
  };
  const store = givenStore ?? (await openStore(settings.store.file, { failed: storeFailed }));
  const legs = givenLegs ?? new PlatformLegs({ settings: settings.genesys, ports, log });
  const relay = new Relay({ store, legs, settings, ports, log, metrics });
  if (legs instanceof PlatformLegs) {
    metrics.watch('guest_sessions', () => legs.counts.live);
    metrics.watch('guest_sessions_queued', () => legs.counts.queued);
    metrics.watch('platform_requests_limit', () => settings.genesys.requestsPerMinute);
    metrics.watch('agent_conversations', () => legs.counts.linked);
    metrics.watch('agent_conversations_waiting', () => legs.counts.relinking);
  }
  const readiness = (): Health => {
    const { reasons, warnings } = legs instanceof PlatformLegs ? legs.health() : WELL;
    return { reasons: [...troubles.values(), ...reasons], warnings };
  };

  const end = async () => {
    await server.drain();
    await relay.stop();
    await server.close();
    await legs.close();
    await store.close();
    agenda.close();
  };
  let url: string;
  try {
    await server.serve(relay, [
      oauthRoutes,
      v1Routes,
      streamRoutes,
      fieldReportRoutes,
      healthRoutes(metrics, readiness, () => troubles.get('store')),
      documentationRoutes,
      ...areas,
    ]);
    await relay.start();
    url = await server.listen();
    if (ownPages) for (const origin of ownOrigins(url)) server.access.allowOrigin(origin);
  } catch (error) {
    await end();
    throw error;
  }
  troubles.delete('start');
  log.info('relay started', { url });

  let closing: Promise<void> | undefined;
  const close = () => {
    troubles.set('stop', 'The relay is stopping.');
    closing ??= end().then(() => log.info('relay stopped'));
    return closing;
  };
  return { url, settings, relay, routes: server.routes.all, failed, close, [Symbol.asyncDispose]: close };
}

const WELL: Health = { reasons: [], warnings: [] };

/** How a browser on this machine may name the server. */
function ownOrigins(url: string): readonly string[] {
  const { origin, port } = new URL(url);
  return [origin, ...['127.0.0.1', 'localhost', '[::1]'].map((host) => new URL(`http://${host}:${port}`).origin)];
}

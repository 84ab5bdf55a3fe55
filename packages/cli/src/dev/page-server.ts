import type { EmulatorInfo } from '@backchannel/emulator';
import { shortenPauses, startRelay } from '@backchannel/relay';
import type { Output } from '../io.ts';
import { pageRoutes, requirePage } from './page-routes.ts';
import { relaySettings } from './relay-settings.ts';

export interface PageServer {
  /** Of the page and of the relay, without a trailing slash: `http://127.0.0.1:4200`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface PageServerOptions {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Who plays Genesys. */
  readonly emulator: EmulatorInfo;
  /** Where the relay says what has gone wrong in it, as lines of JSON. */
  readonly errors: Pick<Output, 'write'>;
}

/**
 * Serves the page of `folder` and the relay that it looks into, on one origin: the page needs no permission to call it.
 * Throws `page.not-built` when there is no page; a port that cannot be used rejects with Node's error.
 */
export async function startPageServer({
  folder,
  host,
  port,
  emulator,
  errors,
}: PageServerOptions): Promise<PageServer> {
  requirePage(folder);
  const { settings } = await relaySettings(emulator, { host, port });
  const areas = [pageRoutes(folder, emulator.baseUrl)];
  shortenPauses();
  return startRelay(settings, { areas, ownPages: true, logTo: errors });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BackchannelError } from '@backchannel/client';
import fastifyStatic from '@fastify/static';
import fastify from 'fastify';

export interface PageServer {
  /** Without a trailing slash: `http://127.0.0.1:4200`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the page of `folder`, and at `/backchannel.json` what the page has to know: `{ emulatorUrl }`.
 * Throws `page.not-built` when there is no page; a port that cannot be used rejects with Node's error.
 */
export async function startPageServer({
  folder,
  host,
  port,
  emulatorUrl,
}: {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Asked per request: both servers start at the same time. */
  readonly emulatorUrl: () => Promise<string>;
}): Promise<PageServer> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new BackchannelError(
      'page.not-built',
      `The page is not built: there is no index.html in ${folder}.\n` +
        'Build it and start again: npm start (or, for the page alone: npm exec -c "node tools/build-console.ts")',
    );
  }
  // A browser keeps connections open; closing must not wait for it.
  const server = fastify({ forceCloseConnections: true });
  server.get('/backchannel.json', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { emulatorUrl: await emulatorUrl() };
  });
  // Names of built assets carry a hash, the page itself does not: always ask, answer 304 when nothing changed.
  await server.register(fastifyStatic, { root: folder, cacheControl: false });
  server.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache');
  });
  const url = await server.listen({ host, port });
  return { url: url.replace(/\/$/, ''), close: () => server.close() };
}

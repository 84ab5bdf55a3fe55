import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BackchannelError } from '@backchannel/client';
import type { Routes } from '@backchannel/relay';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { relayCommands } from './commands.ts';
import { DEMO_CLIENT } from './demo-client.ts';

/** Throws `page.not-built` when there is no page in `folder`. */
export function requirePage(folder: string): void {
  if (existsSync(join(folder, 'index.html'))) return;
  throw new BackchannelError(
    'page.not-built',
    `The page is not built: there is no index.html in ${folder}.\n` +
      'Build it and start again: npm start (or, for the page alone: npm exec -c "node tools/build-console.ts")',
  );
}

/**
 * The page of `folder` on the relay's own origin, and at `/backchannel.json` what the page has to know: where the emulator
 * is, the relay's client, whose token it gets as any program does, and lines to try. No other origin can read that answer.
 */
export const pageRoutes =
  (folder: string, emulatorUrl: string): Routes =>
  (app) => {
    app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
    const route = { config: { access: 'public' }, schema: { hide: true } } as const;

    app.get('/backchannel.json', route, async (request, reply) => {
      const { id: clientId, secret: clientSecret } = DEMO_CLIENT;
      reply.header('cache-control', 'no-store');
      // By the name that the page's own address has.
      return { emulatorUrl, relay: { clientId, clientSecret, commands: relayCommands(`http://${request.host}`) } };
    });
    // Names of built assets carry a hash, the page itself does not: always ask, answer 304 when nothing changed.
    const send = (reply: FastifyReply, path: string) => reply.header('cache-control', 'no-cache').sendFile(path);
    app.get('/', route, async (_request, reply) => send(reply, 'index.html'));
    app.get('/icon.svg', route, async (_request, reply) => send(reply, 'icon.svg'));
    app.get<{ Params: { readonly '*': string } }>('/assets/*', route, async (request, reply) =>
      send(reply, `assets/${request.params['*']}`),
    );
  };

import type { Routes } from './context.ts';
import { docsPage } from './docs/docs-page.ts';
import type { OpenApiDocument } from './docs/openapi-document.ts';

/** The page carries its own style and nothing else; nothing is loaded, run or framed. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Stands where the page names its own origin, which each request says for itself. */
const ORIGIN = '{origin}';
/** A host that can stand in a page and in a shell as it is. */
const HOST = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;
const FALLBACK_ORIGIN = 'http://127.0.0.1:4300';

/** `/docs` for people and `/openapi.json` for machines: the same document. */
export const documentationRoutes: Routes = (app, { settings }) => {
  const config = { access: 'public' } as const;

  app.get('/openapi.json', { config, schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json').send(app.swagger()),
  );

  let page: string | undefined;
  app.get('/docs', { config, schema: { hide: true } }, async ({ protocol, host }, reply) => {
    page ??= docsPage(app.swagger() as OpenApiDocument, settings, ORIGIN);
    const origin = HOST.test(host) ? `${protocol}://${host}` : FALLBACK_ORIGIN;
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', POLICY)
      .serializer((text: unknown) => String(text))
      .send(page.replace(ORIGIN, origin));
  });
};

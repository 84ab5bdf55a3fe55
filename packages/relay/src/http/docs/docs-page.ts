import type { RelaySettings } from '../../config/settings.ts';
import { LANGUAGES } from './call-examples.ts';
import {
  accessSection,
  conceptsSection,
  limitsSection,
  operationSection,
  outcomesSection,
  problemsSection,
  type Section,
} from './guide.ts';
import { codeBlock, escaped, inline, prose } from './markdown.ts';
import { type OpenApiDocument, operationsOf } from './openapi-document.ts';
import { choice, operationView } from './operation-view.ts';
import { CLIENT_CLASSES, FIRST_CALLS } from './programs.ts';
import { STYLE } from './style.ts';

const tagId = (tag: string): string => `tag-${tag.toLowerCase().replace(/\W+/g, '-')}`;

/** The relay that serves the page, and the client that `npm start` gives everybody, where there is one. */
function environment(origin: string, { clients }: RelaySettings): string {
  const isDemo = clients.some(({ id }) => id === 'demo');
  const [id, secret] = isDemo ? ['demo', 'demo-secret'] : ['crm', '…'];
  return codeBlock(`export RELAY=${origin}\nexport CLIENT_ID=${id}\nexport CLIENT_SECRET=${secret}`);
}

function startSection(origin: string, settings: RelaySettings): Section {
  const html = [
    prose(
      'Every example takes `RELAY` (where the relay is), `CLIENT_ID` and `CLIENT_SECRET` (a client of its configuration) from the environment, and the calls of the reference below also `TOKEN`. Choose your language above; nothing else needs to be installed.',
    ),
    environment(origin, settings),
    choice(FIRST_CALLS),
    `<div class="in-ruby in-csharp">${prose('The client that it uses, to be copied into your project: it renews its token, waits when it is told to, repeats what may be repeated, and resumes its stream, also after a restart of the relay.')}</div>`,
    choice(CLIENT_CLASSES),
  ];
  return { id: 'start', title: 'Start here', html: html.join('\n') };
}

const block = ({ id, title, html }: Section): string => `<h2 id="${id}">${escaped(title)}</h2>\n${html}`;

const links = (title: string, entries: readonly (readonly [id: string, name: string])[]): string =>
  `<b>${escaped(title)}</b>${entries.map(([id, name]) => `<a href="#${escaped(id)}">${inline(name)}</a>`).join('')}`;

function languages(): string {
  const inputs = LANGUAGES.map(
    ({ id, name }, index) =>
      `<input type="radio" name="language" id="show-${id}"${index === 0 ? ' checked' : ''}><label for="show-${id}">${escaped(name)}</label>`,
  );
  return `<fieldset class="languages"><legend>Examples in</legend>${inputs.join('')}</fieldset>`;
}

/** The relay's own documentation as one page that needs no script: written from the OpenAPI document, and from prose. */
export function docsPage(document: OpenApiDocument, settings: RelaySettings, origin: string): string {
  const operations = operationsOf(document);
  const tags = (document.tags ?? []).filter(({ name }) => operations.some((each) => each.tags?.includes(name)));
  const before = [startSection(origin, settings), conceptsSection(), accessSection()];
  const after = [outcomesSection(), problemsSection(), limitsSection(settings), operationSection()];
  const named = (sections: readonly Section[]) => sections.map(({ id, title }) => [id, title] as const);
  const of = (tag: string) => operations.filter((each) => each.tags?.includes(tag));
  const index = [
    links('Guide', named(before)),
    ...tags.map(({ name }) =>
      links(
        name,
        of(name).map(({ operationId = '', summary = '' }) => [operationId, summary]),
      ),
    ),
    links('Tables', named(after)),
  ].join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Backchannel relay: documentation</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#start">Skip to the content</a>
<div class="layout">
<nav aria-label="Contents">
${index}
</nav>
<main>
<h1>Backchannel relay</h1>
<p class="lead">Typing indicators, messages and read receipts between your chat and Genesys Cloud: true, on time, inside the platform’s limits, and never in the transcript.</p>
<p>The same as a machine reads it: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
<details class="index"><summary>Contents</summary>
${index}
</details>
${languages()}
${before.map(block).join('\n')}
${tags
  .map(
    ({ name, description = '' }) =>
      `<h2 id="${tagId(name)}">${escaped(name)}</h2>\n${prose(description)}\n${of(name)
        .map((each) => operationView(each, document))
        .join('\n')}`,
  )
  .join('\n')}
${after.map(block).join('\n')}
</main>
</div>
</body>
</html>
`;
}

import { OAUTH_AUTHORIZE_PATH } from '@backchannel/protocol';
import type { Agent } from '../world/agents.ts';
import type { AuthorizeRequest } from './authorize.ts';

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 24rem; margin: 15vh auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
button { display: block; width: 100%; margin: 0.5rem 0; padding: 0.75rem 1rem; font: inherit; text-align: start; cursor: pointer; }
button.quiet { border: 0; background: none; opacity: 0.75; text-decoration: underline; }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`;

/** The page of `/oauth/authorize`: one button per seeded agent, no password. It works without scripts and by keyboard. */
export function loginPage(
  agents: readonly Agent[],
  { clientId, redirectUri, state, codeChallenge }: AuthorizeRequest,
  /** Path before `/oauth`, for a tenant. */
  prefix: string,
): string {
  const fields = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    state,
    code_challenge: codeChallenge,
    code_challenge_method: codeChallenge === undefined ? undefined : 'S256',
  };
  const hidden = Object.entries(fields)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`);
  const buttons = agents.map(
    ({ id, name, email }) =>
      `<button name="user" value="${escapeHtml(id)}">${escapeHtml(name)}<br><small>${escapeHtml(email)}</small></button>`,
  );
  return page(
    'Log in to the emulator',
    `<p>${escapeHtml(new URL(redirectUri).host)} wants to act for an agent. Who are you?</p>
<form method="post" action="${escapeHtml(prefix + OAUTH_AUTHORIZE_PATH)}">
${hidden.join('\n')}
${buttons.join('\n')}
<button class="quiet" name="user" value="">Nobody: go back</button>
</form>`,
  );
}

/** Why nobody can log in, for the person in front of the browser. */
export const refusalPage = (text: string): string => page('This login cannot go on', `<p>${escapeHtml(text)}</p>`);

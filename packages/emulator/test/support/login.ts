import { createHash } from 'node:crypto';
import type { Emulator } from '@backchannel/emulator';

/** Where an application of the tests wants its users back. Nobody listens there: the redirect is read, not followed. */
export const REDIRECT_URI = 'http://127.0.0.1:9/callback';

export const VERIFIER = 'a-verifier-that-is-long-enough-for-the-standard-0123456789';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export function authorizeUrl(genesys: Emulator, more: Readonly<Record<string, string | undefined>> = {}): URL {
  const url = new URL(`${genesys.url}/oauth/authorize`);
  const parameters = {
    client_id: genesys.info.loginClient.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    ...more,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** The form of a login page, as a browser reads it: where it goes, what it carries, which buttons it has. */
export function readForm(html: string) {
  const attribute = (tag: string, name: string) =>
    new RegExp(`${name}="([^"]*)"`)
      .exec(tag)?.[1]
      ?.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))) ?? '';
  const tags = (name: string) => html.match(new RegExp(`<${name}[^>]*>`, 'g')) ?? [];
  return {
    action: attribute(tags('form')[0] ?? '', 'action'),
    fields: tags('input').map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')] as [string, string]),
    buttons: tags('button').map((tag) => attribute(tag, 'value')),
  };
}

/** Opens the page, presses the button of an agent, and reads where the browser is sent. */
export async function logIn(
  genesys: Emulator,
  user = genesys.info.agents[0]?.id ?? '',
  more: Readonly<Record<string, string | undefined>> = {},
): Promise<URL> {
  const page = await fetch(authorizeUrl(genesys, more));
  const { action, fields } = readForm(await page.text());
  const answer = await fetch(new URL(action, genesys.url), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([...fields, ['user', user]]),
  });
  return new URL(answer.headers.get('location') ?? '');
}

export const basic = ({
  clientId,
  clientSecret,
}: {
  clientId: string;
  clientSecret: string;
}): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
});

export async function tokenRequest(
  genesys: Emulator,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: Record<string, string> }> {
  const answer = await fetch(`${genesys.url}/oauth/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

/** A refresh token of the first agent. */
export async function refreshTokenOf(genesys: Emulator): Promise<string> {
  const code = (await logIn(genesys)).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI };
  const { body } = await tokenRequest(genesys, form, basic(genesys.info.loginClient));
  return body.refresh_token ?? '';
}

/** Fields whose text is a secret, whatever they stand in. A guest's session token is one: whoever has it is that guest. */
const SECRET_FIELDS = [
  'token',
  'jwt',
  'access_token',
  'refresh_token',
  'refreshToken',
  'resumeToken',
  'id_token',
  'idToken',
  'client_secret',
  'clientSecret',
  'code_verifier',
  'codeVerifier',
  'authorization',
  'password',
  'outboundNotificationWebhookSignatureSecretToken',
  'webhookSecret',
];

/** Secrets that give themselves away: JSON Web Tokens, this emulator's own credentials, Authorization headers. */
const SECRET_SHAPES =
  /eyJ[\w-]+\.[\w-]+\.[\w-]+|emulator-(?:user-token|client-token|refresh-token|code|id-token|guest-refresh|webhook-secret|secret)-[0-9a-f]+|\b(?:bearer|basic)\s+[\w.~+/=-]+/gi;

/**
 * The same fields in any text, also one that is cut or not JSON: `"token":"…`, `token=…`, `'token': '…`. A quoted secret ends
 * at its quote (or at the cut), a bare one at the first character that ends a word; when in doubt too much is hidden.
 */
const SECRET_ASSIGNMENT = new RegExp(
  String.raw`((?:${SECRET_FIELDS.join('|')})\\*["']?\s*[:=]\s*)(\\*"(?:[^"\\]|\\.)+|'[^']+|[^"'&,}\]\s]+)`,
  'gi',
);

const secretNames = new Set(SECRET_FIELDS.map((each) => each.toLowerCase()));

/** Characters of a secret that stay readable, so that two of them can be told apart. */
const SHOWN = 4;

/** Levels of a payload that are looked into; deeper ones are replaced whole. */
const DEPTH_MAX = 32;

/** `7c0b… (36 characters)`: enough to tell two apart, useless to anybody else. */
const redacted = (secret: string): string =>
  `${secret.length > 4 * SHOWN ? secret.slice(0, SHOWN) : ''}… (${secret.length} characters)`;

function collectSecrets(value: unknown, into: Set<string>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return;
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === 'string' && each !== '' && secretNames.has(name.toLowerCase())) into.add(each);
    else collectSecrets(each, into, depth + 1);
  }
}

function hide(value: unknown, secrets: ReadonlySet<string>, name: string, depth: number): unknown {
  if (typeof value === 'string') {
    if (secretNames.has(name.toLowerCase()) && value !== '') return redacted(value);
    let text = value;
    // A session token also travels as journeyContext.customer.id: the same text is hidden wherever it stands.
    for (const secret of secrets) if (secret.length > SHOWN) text = text.replaceAll(secret, redacted(secret));
    return redactText(text);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH_MAX) return '… (too deep to show)';
  if (Array.isArray(value)) return value.map((each) => hide(each, secrets, '', depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      hide(key, secrets, '', depth),
      // Any header that a webhook is posted with may be a credential, whatever its name.
      hide(each, secrets, name === 'webhookHeaders' ? 'authorization' : key, depth + 1),
    ]),
  );
}

/** A copy of a JSON value without its secrets. */
export function redactValue(value: unknown): unknown {
  const secrets = new Set<string>();
  collectSecrets(value, secrets, 0);
  return hide(value, secrets, '', 0);
}

/** A text without its secrets, whether it is JSON, a form, cut or broken. */
export function redactText(text: string): string {
  const secrets = new Set<string>();
  // Shapes first: of "Authorization: Bearer x" the assignment alone would take Bearer for the secret.
  const hidden = text
    .replace(SECRET_SHAPES, redacted)
    .replace(SECRET_ASSIGNMENT, (_, before: string, quoted: string) => {
      const secret = quoted.replace(/^\\*["']/, '');
      secrets.add(secret);
      return `${before}${quoted.slice(0, quoted.length - secret.length)}${redacted(secret)}`;
    });
  let result = hidden;
  for (const secret of secrets) if (secret.length > SHOWN) result = result.replaceAll(secret, redacted(secret));
  return result;
}

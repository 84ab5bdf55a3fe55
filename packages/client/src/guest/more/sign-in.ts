import { GUEST_SIGN_IN_PATHS, type GuestTokens, parseGuestTokens } from '@backchannel/protocol';
import type { SessionState } from '@backchannel/signals';
import { requestJson } from '../../core/http.ts';
import type { Settled } from '../../settled.ts';
import type { GuestFrame } from '../guest-frames.ts';
import type { GuestSession } from '../guest-session.ts';
import { PARTS, type SessionParts } from '../session-parts.ts';
import { ask, unexpected } from './ask.ts';

/** How often in a row an expired JWT is renewed before the sign-in counts as lost, as in the official mobile SDK. */
export const RENEWALS_MAX = 3;

/** What proves who the guest is: what your identity provider gave, or the refresh token of an earlier sign-in. */
export type SignInProof =
  | { readonly code: string; readonly redirectUri: string; readonly codeVerifier?: string | undefined }
  | { readonly idToken: string; readonly nonce?: string | undefined }
  | { readonly refreshToken: string };

/** What to keep for the next visit, where the platform gave one. A secret: whoever has it is that guest. */
export interface SignedIn {
  readonly refreshToken?: string | undefined;
}

interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

const signIns = new WeakMap<GuestSession, SignIn>();

/**
 * Signs the guest in: trades the proof for the platform's JWT and configures the session with it (documented, GUEST-SIGN-IN).
 * A live session is stepped up and its conversation goes on; any other connects. Every reconnect then signs in by itself, and
 * a JWT that has expired is renewed, at most {@link RENEWALS_MAX} times in a row.
 *
 * `refused` when the proof, or the session, is not accepted: the session then stays as it was. `timeout`, `offline` and `aborted`
 * after the proof was traded carry a `value`, too: the proof is spent, and the next connection signs in. When the sign-in is lost later
 * (a notice `sign-in.lost`), after {@link signOut}, and when the guest signs in elsewhere, the next `connect` is anonymous again.
 *
 * ```ts
 * const { value } = await signIn(guest, { code: callback.code, redirectUri, codeVerifier });
 * const again = await signIn(guest, { refreshToken: value?.refreshToken ?? '' });
 * ```
 */
export async function signIn(
  guest: GuestSession,
  proof: SignInProof,
  { signal }: Abortable = {},
): Promise<Settled<SignedIn>> {
  const tokens = await exchange(guest, proof, signal);
  if (!tokens.value) return { ...tokens, value: undefined };
  signIns.get(guest)?.end();
  const current = new SignIn(guest, tokens.value);
  signIns.set(guest, current);
  const settled = await current.enter(signal);
  if (settled.outcome === 'refused') current.end();
  const { refreshToken } = tokens.value;
  // The proof is spent: whoever gave up waiting can go on with this alone.
  return { ...settled, value: settled.outcome === 'refused' ? undefined : { refreshToken } };
}

/**
 * Signs the guest out on every device (documented, GUEST-LOGOUT): the sessions of the guest end as `closed`, reason
 * `logged-out`, and their tokens are of no use any more. `suppressed:no-conversation` when nobody has signed in here.
 */
export async function signOut(guest: GuestSession, { signal }: Abortable = {}): Promise<Settled> {
  const current = signIns.get(guest);
  if (!current) return { outcome: 'suppressed:no-conversation', reason: 'Nobody has signed in with this session.' };
  return current.revoke(signal);
}

/** Trades a proof for tokens. No access token is needed: the deployment is the authority. */
async function exchange(
  guest: GuestSession,
  proof: SignInProof,
  signal: AbortSignal | undefined,
): Promise<Settled<GuestTokens>> {
  const { ports, hosts, frames } = guest[PARTS];
  const { deploymentId } = frames.configure('');
  const [path, body] =
    'refreshToken' in proof
      ? // The platform's model asks for the deployment, the official SDK leaves it out (documented, GUEST-SIGN-IN-REFRESH).
        [GUEST_SIGN_IN_PATHS.refresh, { refreshToken: proof.refreshToken, deploymentId }]
      : [GUEST_SIGN_IN_PATHS.exchange, { deploymentId, oauth: proof }];
  return requestJson(ports, {
    method: 'POST',
    url: hosts.api + path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    guard: parseGuestTokens,
    signal,
  });
}

/** One sign-in of one session, from its proof to its end. */
class SignIn {
  readonly #guest: GuestSession;
  readonly #parts: SessionParts;
  readonly #anonymous: SessionParts['frames']['configure'];
  readonly #stopListening: () => void;
  #tokens: GuestTokens;
  #renewals = 0;
  /** The newest configure of the session carried the JWT. */
  #used = false;

  constructor(guest: GuestSession, tokens: GuestTokens) {
    this.#guest = guest;
    this.#tokens = tokens;
    const parts = guest[PARTS];
    this.#parts = parts;
    const anonymous = parts.frames.configure.bind(parts.frames);
    this.#anonymous = anonymous;
    parts.frames.configure = (tracingId): GuestFrame => {
      this.#used = true;
      return {
        ...anonymous(tracingId),
        action: 'configureAuthenticatedSession',
        data: { code: this.#tokens.jwt },
      };
    };
    this.#stopListening = guest.on('state', (state) => this.#told(state));
  }

  /** Configures the session with the JWT: on its connection, or on the one that this opens. */
  async enter(signal: AbortSignal | undefined): Promise<Settled> {
    const { connection, frames, ports } = this.#parts;
    if (connection.state.kind !== 'live' && connection.state.kind !== 'readOnly') {
      const connected = await this.#guest.connect({ signal });
      const there = connected.outcome === 'sent' || connected.outcome === 'coalesced';
      if (!there) return { ...connected, value: undefined };
      if (this.#used) return { outcome: 'sent', reason: 'The session is the customer’s.' };
    }
    const answer = await ask(this.#parts, frames.configure(ports.ids.uuid()), signal);
    return answer.value?.class === 'SessionResponse'
      ? { outcome: 'sent', reason: 'The session is the customer’s.' }
      : unexpected(answer, 'SessionResponse');
  }

  /** From now on the session is configured anonymously again, unless another sign-in has taken over. */
  end(): void {
    if (signIns.get(this.#guest) !== this) return;
    this.#stopListening();
    this.#parts.frames.configure = this.#anonymous;
    signIns.delete(this.#guest);
  }

  async revoke(signal: AbortSignal | undefined): Promise<Settled> {
    const first = await this.#delete(signal);
    const settled =
      first.error?.platform?.status === 401 && (await this.#renew(signal)).outcome === 'sent'
        ? await this.#delete(signal)
        : first;
    if (settled.outcome === 'sent') this.end();
    return settled;
  }

  #delete(signal: AbortSignal | undefined): Promise<Settled> {
    const { ports, hosts } = this.#parts;
    const headers = { authorization: `bearer ${this.#tokens.jwt}` };
    return requestJson(ports, { method: 'DELETE', url: hosts.api + GUEST_SIGN_IN_PATHS.revoke, headers, signal });
  }

  #told(state: SessionState): void {
    if (state.kind === 'live') this.#renewals = 0;
    // The token has been discarded: what follows is another session, and nobody has signed in there.
    if (state.kind === 'closed' && (state.reason === 'logged-out' || state.reason === 'signed-in')) this.end();
    if (state.kind === 'failed' && state.reason === 'not-configured' && state.code === 401) void this.#comeBack();
  }

  /** The JWT has expired while the connection was away (assumed, GUEST-SIGN-IN-ERRORS): with a new one, once more. */
  async #comeBack(): Promise<void> {
    const renewed = await this.#renew(undefined);
    if (renewed.outcome !== 'sent') {
      this.#parts.notice('sign-in.lost', `The sign-in could not be renewed: ${renewed.reason}`);
      this.end();
    } else if (this.#guest.snapshot().state === 'failed') await this.#guest.connect();
  }

  async #renew(signal: AbortSignal | undefined): Promise<Settled> {
    const { refreshToken } = this.#tokens;
    if (refreshToken === undefined) return { outcome: 'refused', reason: 'The platform gave no refresh token.' };
    if (++this.#renewals > RENEWALS_MAX)
      return { outcome: 'refused', reason: `It was renewed ${RENEWALS_MAX} times in a row.` };
    const { value, ...settled } = await exchange(this.#guest, { refreshToken }, signal);
    // The platform may give another refresh token or none: then the old one stays good.
    if (value) this.#tokens = { refreshToken, ...value };
    return settled;
  }
}

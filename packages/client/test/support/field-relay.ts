import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@backchannel/client';
import type { FakeAnswer, FakeRequest } from './fake-ports.ts';

export const CLIENT = { clientId: 'field-client', clientSecret: 'field-secret-5f1c' } as const;
export const SESSION = '0b0b7c1e-7d0b-4c5e-9a3b-6a5f3f6b1a01';
export const OTHER_SESSION = '0b0b7c1e-7d0b-4c5e-9a3b-6a5f3f6b1a02';
export const GUEST = 'guest-1';

/** A typing POST that was judged. */
export interface Posted {
  readonly atMs: number;
  readonly sessionId: string;
  readonly guestId: string;
  readonly type: string;
  readonly duration?: number | undefined;
  readonly status: number;
}

type Body = {
  readonly sessionId?: unknown;
  readonly guestId?: unknown;
  readonly type?: unknown;
  readonly duration?: unknown;
};

const refusal = (status: number, code: string, message: string, headers?: Record<string, string>): FakeAnswer => ({
  status,
  body: { status, code, message },
  ...(headers && { headers }),
});

/** What field-reports F4, F5 and F14 say, as a pure answerer: behind fake ports, or behind a real server. */
export class FieldRelay {
  /** Guest and status by session. */
  readonly sessions = new Map([
    [SESSION, { guestId: GUEST, status: 'ACTIVE' }],
    [OTHER_SESSION, { guestId: 'guest-2', status: 'CONNECTED' }],
  ]);
  /** Every typing POST with a good token, in the order of their arrival. */
  readonly posted: Posted[] = [];
  readonly requests: FakeRequest[] = [];
  /** Answers the next typing POSTs instead of the rules; `undefined` in it: never. */
  readonly next: (FakeAnswer | Error | undefined)[] = [];
  /** Answers the next activity checks instead of the rules. */
  readonly nextActivity: (FakeAnswer | Error | undefined)[] = [];
  tokenLifeSeconds = 300;
  /** Takes every guest for the one of the session. */
  anyGuest = false;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #lastTypingAtMs = new Map<string, number>();
  #tokens = 0;
  #revokedUpTo = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get token(): string {
    return `field-token-${this.#tokens}-9d2e`;
  }

  /** No token given so far is good any more. */
  revoke(): void {
    this.#revokedUpTo = this.#tokens;
  }

  paths(method: string): readonly string[] {
    return this.requests.filter((request) => request.method === method).map(({ path }) => path);
  }

  readonly answer = (request: FakeRequest): FakeAnswer | Error | undefined => {
    this.requests.push(request);
    const { method, path, headers } = request;
    if (path === '/oauth/token') return this.#grant(request);
    const token = headers.get('authorization')?.replace(/^Bearer /, '');
    if (token !== this.token || this.#revokedUpTo >= this.#tokens) {
      return refusal(401, 'credential.invalid', `The token ${token} is not valid.`);
    }
    const session = /^\/api\/v2\/messaging\/sessions\/([^/]+)$/.exec(path)?.[1];
    if (method === 'GET' && session !== undefined) return this.#activity(session);
    const guest = /^\/api\/v2\/messaging\/guests\/([^/]+)\/typing$/.exec(path)?.[1];
    if (method === 'POST' && guest !== undefined) {
      return this.#typing(decodeURIComponent(guest), JSON.parse(request.body) as Body);
    }
    return refusal(404, 'path.unknown', 'No such path.');
  };

  #grant({ headers, body }: FakeRequest): FakeAnswer {
    const wanted = `Basic ${btoa(`${CLIENT.clientId}:${CLIENT.clientSecret}`)}`;
    const form = new URLSearchParams(body);
    const inForm = form.get('client_id') === CLIENT.clientId && form.get('client_secret') === CLIENT.clientSecret;
    const isKnown = headers.get('authorization') === wanted || inForm;
    if (!isKnown || form.get('grant_type') !== 'client_credentials') {
      return {
        status: 401,
        body: { error: 'invalid_client', error_description: 'No such client, or a wrong secret.' },
      };
    }
    this.#tokens += 1;
    return { body: { access_token: this.token, token_type: 'bearer', expires_in: this.tokenLifeSeconds } };
  }

  #activity(id: string): FakeAnswer | Error | undefined {
    if (this.nextActivity.length > 0) return this.nextActivity.shift();
    const session = this.sessions.get(id);
    return session
      ? { body: { id, status: session.status } }
      : refusal(404, 'conversation.unknown', 'No such session.');
  }

  #typing(guest: string, body: Body): FakeAnswer | Error | undefined {
    const answer = this.next.length > 0 ? this.next.shift() : this.#judge(guest, body);
    this.posted.push({
      atMs: this.#clock.now(),
      sessionId: String(body.sessionId),
      guestId: String(body.guestId),
      type: String(body.type),
      ...(typeof body.duration === 'number' && { duration: body.duration }),
      status: answer instanceof Error || !answer ? 0 : (answer.status ?? 200),
    });
    return answer;
  }

  #judge(guest: string, { sessionId, guestId, type, duration = 3_000 }: Body): FakeAnswer {
    const inBounds = typeof duration === 'number' && duration >= 100 && duration <= 10_000;
    if (!inBounds) return refusal(400, 'request.invalid', `duration is ${String(duration)}: 100 to 10000.`);
    if (!['typing', 'paused', 'typing_stopped'].includes(String(type))) {
      return refusal(400, 'request.invalid', `type is ${String(type)}.`);
    }
    const session = this.sessions.get(String(sessionId));
    if (guestId !== guest || (!this.anyGuest && session?.guestId !== guest)) {
      return refusal(404, 'participant.unknown', `${guest} is not the guest of ${String(sessionId)}.`);
    }
    if (type === 'typing') {
      const now = this.#clock.now();
      const waitMs = (this.#lastTypingAtMs.get(String(sessionId)) ?? -Infinity) + 2_000 - now;
      if (waitMs > 0) {
        const seconds = String(Math.ceil(waitMs / 1_000));
        return refusal(429, 'rate.limited', 'One typing per 2 s and session.', { 'retry-after': seconds });
      }
      this.#lastTypingAtMs.set(String(sessionId), now);
    }
    return { status: 202, body: { outcome: 'sent', reason: 'It left for the platform.' } };
  }

  /** The same rules on a real port. */
  async listen(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
    const server: Server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
      const url = new URL(request.url ?? '/', 'http://test.invalid');
      const headers = new Headers(
        Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const { method = 'GET' } = request;
      const answer = this.answer({ method, path: url.pathname, query: url.searchParams, headers, body });
      if (!answer) return;
      if (answer instanceof Error) {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    return { url: `http://127.0.0.1:${port}`, close };
  }
}

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Emulator } from '@backchannel/emulator';
import fc from 'fast-check';
import { OPERATIONS } from '../../src/platform/operations.ts';
import { type Findings, type Patience, search } from './findings.ts';
import { payload } from './mutation.ts';
import { VALID_BODIES } from './samples.ts';

/** Routes beside the platform's operations. The control routes that move time or inject faults are not among them. */
const OTHER_ROUTES: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/oauth/token'],
  ['GET', '/api/v2/webmessaging/messages?pageSize=-1'],
  ['GET', '/webdeployments/v1/deployments/{deploymentId}/config.json'],
  ['POST', '/_emulator/cut'],
  ['GET', '/_emulator/journal?after=x'],
  ['GET', '/api/v2/nothing'],
];

/** Requests that use the ids of one look at what there is. */
const REQUESTS_PER_LOOK = 500;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  'nonsense',
];

/** Ids of things that are there, by the name of the parameter; whatever else a path asks for is made up. */
function realIds(genesys: Emulator): Readonly<Record<string, string>> {
  const conversation = genesys.conversations().at(-1);
  const agent = conversation?.participants.find(({ purpose }) => purpose === 'agent');
  const { deploymentId, integrationId, agents } = genesys.info;
  return {
    conversationId: conversation?.id ?? 'none',
    communicationId: agent?.communications[0]?.id ?? 'none',
    participantId: agent?.id ?? 'none',
    messageId: conversation?.transcript[0]?.id ?? 'none',
    userId: agents[0]?.id ?? 'none',
    deploymentId,
    integrationId,
  };
}

type Parameter = 'real' | string;

interface Request {
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly template: string;
  readonly operation: string;
  readonly parameters: readonly Parameter[];
  readonly suffix: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly credential: 'agent' | 'none' | 'wrong' | 'strange';
}

const route: fc.Arbitrary<Pick<Request, 'method' | 'template' | 'operation'>> = fc
  .tuple(
    fc.constantFrom(
      ...OPERATIONS.map(({ id, method, path }) => ({ method: method as string, template: path, operation: id })),
      ...OTHER_ROUTES.map(([method, template]) => ({ method, template, operation: template })),
    ),
    fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, fc.constantFrom(...METHODS)),
  )
  .map(([row, otherMethod]) => (otherMethod === null ? row : { ...row, method: otherMethod }));

const request: fc.Arbitrary<Request> = fc
  .tuple(
    route,
    fc.record({
      parameters: fc.array(
        fc.oneof({ weight: 5, arbitrary: fc.constant('real') }, fc.string(), fc.constantFrom('..', '%00', '__proto__')),
        { minLength: 4, maxLength: 4 },
      ),
      suffix: fc.oneof(
        { weight: 6, arbitrary: fc.constant('') },
        fc.webQueryParameters().map((query) => `?${query}`),
        fc.webPath(),
        fc.constantFrom('?pageSize=-1', '?pageNumber=1e9&pageSize=x', '?a=%E0%A4', '/%zz'),
      ),
      body: payload(VALID_BODIES),
      contentType: fc.oneof(
        { weight: 6, arbitrary: fc.constant('application/json') },
        fc.constantFrom(...CONTENT_TYPES),
      ),
      credential: fc.oneof(
        { weight: 8, arbitrary: fc.constant('agent' as const) },
        fc.constantFrom('none' as const, 'wrong' as const, 'strange' as const),
      ),
    }),
  )
  .map(([row, rest]) => ({ ...row, ...rest }));

function credentialOf(credential: Request['credential'], genesys: Emulator): Record<string, string> {
  if (credential === 'none') return {};
  if (credential === 'wrong') return { authorization: 'Bearer emulator-user-token-0' };
  if (credential === 'strange') return { authorization: 'Basic %%%' };
  return { authorization: `Bearer ${genesys.info.agents[0]?.token}` };
}

async function play(
  genesys: Emulator,
  ids: Readonly<Record<string, string>>,
  given: Request,
  findings: Findings,
  patience: Patience,
): Promise<void> {
  let index = 0;
  const path = given.template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = given.parameters[index++ % given.parameters.length] ?? 'real';
    return parameter === 'real'
      ? (ids[name] ?? 'none')
      : encodeURIComponent(parameter.replaceAll(/[\uD800-\uDFFF]/g, ''));
  });
  const bodiless = given.method === 'GET' || given.method === 'HEAD';
  const answer = await patience.within(
    `${given.method} ${path}${given.suffix}`,
    fetch(`${genesys.url}${path}${given.suffix}`, {
      method: given.method,
      headers: { 'content-type': given.contentType, ...credentialOf(given.credential, genesys) },
      redirect: 'manual',
      ...(bodiless ? {} : { body: new Uint8Array(given.body) }),
    }),
  );
  const text = await patience.within('the rest of an answer', answer.text());
  findings.count('request');
  findings.count(`operation ${given.operation}`);
  findings.count(`status ${answer.status}`);
  if (answer.status < 200 || answer.status >= 500) {
    throw new Error(`${given.method} ${path}${given.suffix} was answered ${answer.status}: ${text.slice(0, 500)}`);
  }
}

/** Bytes that are hardly HTTP: the connection ends, with a 4xx or without a word. */
async function playRaw(genesys: Emulator, bytes: Uint8Array, findings: Findings, patience: Patience): Promise<void> {
  const { hostname, port } = new URL(genesys.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  socket.on('error', () => socket.destroy());
  socket.end(bytes);
  await patience.within('a raw connection', once(socket, 'close'));
  findings.count('raw connection');
  if (/^HTTP\/1\.1 5/.test(answer)) throw new Error(`Raw bytes were answered with ${answer.slice(0, 200)}`);
}

const raw: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(fc.constantFrom(...METHODS), fc.string(), fc.string(), fc.string())
    .map(([method, path, name, value]) =>
      Buffer.from(`${method} /${path} HTTP/1.1\r\nHost: x\r\n${name}: ${value}\r\nConnection: close\r\n\r\n`),
    ),
  fc
    .tuple(fc.string(), fc.string())
    .map(([key, version]) =>
      Buffer.from(
        `GET /v1?deploymentId=x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: ${version}\r\n\r\n`,
      ),
    ),
);

/** Plays this many wrong requests, and some connections that are hardly HTTP. Throws what it found. */
export async function fuzzRequests(
  genesys: Emulator,
  runs: number,
  seed: number,
  findings: Findings,
  patience: Patience,
): Promise<void> {
  // Telling what all conversations are is much work: it is asked now and then, as conversations come and go.
  let ids = realIds(genesys);
  await search(
    fc.asyncProperty(request, (given) => {
      if (findings.of('request') % REQUESTS_PER_LOOK === 0) ids = realIds(genesys);
      return play(genesys, ids, given, findings, patience);
    }),
    runs,
    seed,
  );
  await search(
    fc.asyncProperty(raw, (bytes) => playRaw(genesys, bytes, findings, patience)),
    Math.ceil(runs / 50),
    seed,
  );
}

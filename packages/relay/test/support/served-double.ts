import { systemPorts } from '@backchannel/client';
import type { RelaySettings, Scope } from '@backchannel/relay';
import { FakeClock } from '../../../client/test/support/fake-clock.ts';
import { SCOPES } from '../../src/access/scopes.ts';
import { TokenSigner } from '../../src/access/token-signer.ts';
import type { ConversationView, RelayCommands } from '../../src/domain/commands.ts';
import type { Principal } from '../../src/domain/principal.ts';
import { RelayProblem } from '../../src/domain/problem.ts';
import type { Routes } from '../../src/http/context.ts';
import { documentationRoutes } from '../../src/http/documentation-routes.ts';
import { healthRoutes, type Readiness } from '../../src/http/health-routes.ts';
import { oauthRoutes } from '../../src/http/oauth-routes.ts';
import { RelayServer } from '../../src/http/server.ts';
import { v1Routes } from '../../src/http/v1/v1-routes.ts';
import { KEY, relaySettings } from './relay-settings.ts';

const START_EPOCH_MS = Date.parse('2026-11-21T12:00:00.000Z');

/** A clock that stands still, and the time of day that goes with it. */
export function standingPorts() {
  const clock = new FakeClock();
  const startMs = clock.now();
  const wallTime = () => new Date(START_EPOCH_MS + clock.now() - startMs).toISOString();
  return { ...systemPorts(), clock, wallTime };
}

/** A conversation as the double has it. */
export const view = (id: string): ConversationView => ({
  binding: {
    id: 'binding-1',
    clientId: 'main',
    conversationId: id,
    guest: { kind: 'webmessaging', deploymentId: 'test-deployment', token: 'planted-guest-token' },
    guestParticipantId: 'guest-participant-1',
    state: 'open',
    provisioned: false,
    createdAtMs: START_EPOCH_MS,
  },
  guestLeg: { state: 'live' },
  participants: [],
  typing: [],
  watermarks: [],
  queued: 0,
  sequence: 0,
});

/** Commands that do nothing but answer, and remember what they were asked: for what HTTP itself does. */
function commandsDouble(changes: Partial<RelayCommands> = {}) {
  const calls: { readonly command: string; readonly principal: Principal; readonly argument: unknown }[] = [];
  const asked =
    <Answer>(command: string, answer: (argument: never) => Answer) =>
    async (principal: Principal, argument: never): Promise<Answer> => {
      calls.push({ command, principal, argument });
      return answer(argument);
    };
  const unknown = () => {
    throw new RelayProblem('conversation.unknown', 404, 'No such conversation.', { fix: 'PUT it first.' });
  };
  const heard = { conversationId: 'c1', participant: 'guest' } as const;
  const relay = {
    bind: asked('bind', (id: string) => ({ created: true, view: view(id) })),
    conversation: asked('conversation', ({ id }: { id: string }) => (id === 'unknown' ? unknown() : view(id))),
    conversations: asked('conversations', (limit?: number) => [view('c1'), view('c3'), view('c2')].slice(0, limit)),
    unbind: asked('unbind', () => undefined),
    typing: asked('typing', () => ({ ...heard, outcome: 'sent', reason: 'Sent.' }) as const),
    message: asked(
      'message',
      () => ({ ...heard, messageId: 'm1', sequence: 1, status: 'accepted', repeated: false }) as const,
    ),
    receipt: asked(
      'receipt',
      () => ({ ...heard, outcome: 'sent', reason: 'Moved.', watermark: 'seen', upTo: 1 }) as const,
    ),
    explain: asked('explain', () => []),
    subscribe: asked('subscribe', () => ({ close() {} })),
    findMessage: asked('findMessage', () => ({ conversation: { id: 'c1' }, participant: 'guest' })),
    // Not written down: it comes before another command, and changes nothing here.
    participant: async (_: Principal, { id }: { id: string }) => ({
      binding: id === 'unknown' ? unknown() : view(id).binding,
      participant: 'guest',
    }),
    entitled: asked('entitled', ({ id }: { id: string }) => view(id).binding),
    delivered: async () => 'sent',
    position: () => 0,
    cursor: async () => undefined,
    saveCursor: async () => {},
    ...changes,
  } as RelayCommands;
  return { relay, calls };
}

/** A server over commands that only answer; `app.inject` asks it. */
export async function servedDouble({
  settings = {},
  commands = {},
  areas = [],
  readiness = () => ({ reasons: [], warnings: [] }),
  requestTimeoutMs,
}: {
  readonly settings?: Partial<RelaySettings>;
  readonly commands?: Partial<RelayCommands>;
  readonly areas?: readonly Routes[];
  readonly readiness?: Readiness;
  readonly requestTimeoutMs?: number;
} = {}) {
  const ports = standingPorts();
  const lines: string[] = [];
  const server = new RelayServer({
    settings: relaySettings(settings),
    ports,
    requestTimeoutMs,
    logTo: { write: (line) => void lines.push(line) },
  });
  const { relay, calls } = commandsDouble(commands);
  await server.serve(relay, [
    oauthRoutes,
    v1Routes,
    healthRoutes(server.metrics, readiness, () => undefined),
    documentationRoutes,
    ...areas,
  ]);
  const { app } = server;

  /** A token as the relay would sign it; asking for one costs a check of the secret, which is slow on purpose. */
  const tokenFor = async (clientId: string, scopes: readonly Scope[] = SCOPES): Promise<string> =>
    new TokenSigner([KEY]).sign({ k: 'client', c: clientId, s: scopes, e: START_EPOCH_MS / 1_000 + 3_600 });

  const as = (token: string) => ({ authorization: `Bearer ${token}` });

  return { server, app, calls, clock: ports.clock, lines, tokenFor, as, [Symbol.asyncDispose]: () => server.close() };
}

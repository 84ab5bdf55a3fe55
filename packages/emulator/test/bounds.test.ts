import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { BOUNDS } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import { Faults } from '../src/faults/faults.ts';
import { GuestSurface } from '../src/guest/guest-surface.ts';
import { Hints } from '../src/hints/hints.ts';
import { SeededIds } from '../src/ids.ts';
import { Journal } from '../src/journal/journal.ts';
import { RateLimits } from '../src/rate-limits.ts';
import { SERVED_ROUTES } from '../src/served-routes.ts';
import { resolveSwitches } from '../src/switches.ts';
import { Timeline } from '../src/timeline.ts';
import { AccessTokens } from '../src/world/access-tokens.ts';
import { seedAgents } from '../src/world/agents.ts';
import { Authorizations } from '../src/world/authorizations.ts';
import { World } from '../src/world/world.ts';
import { ManualClock } from './support/manual-clock.ts';
import { refusedStatus, TestSocket } from './support/socket.ts';

const noLink = { openedAtMs: 0 };

/** A world without surfaces, and what it had to say. */
function makeWorld(): { world: World; timeline: Timeline; notes: string[] } {
  const timeline = new Timeline(new ManualClock(), 0);
  const notes: string[] = [];
  const nothing = (): void => undefined;
  const world = new World(
    { seed: 1, defaults: 'demo', switches: resolveSwitches(), limits: new RateLimits('off'), timeline },
    {
      messageAdded: nothing,
      typed: nothing,
      conversationChanged: nothing,
      undelivered: () => undefined,
      conversationEnded: nothing,
      sessionExpired: nothing,
      sessionCleared: nothing,
      signedOut: nothing,
      attachmentStored: nothing,
      noted: (note) => notes.push(note),
    },
  );
  return { world, timeline, notes };
}

test('a full emulator forgets the session that was quiet longest and has no connection; all connected, it refuses', () => {
  const { world, notes } = makeWorld();
  for (let count = 0; count < BOUNDS.sessions; count += 1) world.configure(`guest-${count}`, false, noLink);
  expect(world.configure('one too many', false, noLink)).toBeUndefined();
  const [second, third] = ['guest-1', 'guest-2'].map((token) => world.state.sessions.find(token));
  if (second === undefined || third === undefined) throw new Error('The sessions are gone.');
  world.detach(second, noLink);
  world.detach(third, noLink);
  world.state.sessions.touch(second);
  expect(world.configure('one more', false, noLink)).toMatchObject({ isNew: true });
  expect(world.state.sessions.find('guest-2')).toBeUndefined();
  expect(world.state.sessions.find('guest-1')).toBe(second);
  expect(notes).toEqual([expect.stringContaining('full of sessions')]);
  world.close();
});

test('one conversation above the bound takes the place of the oldest', () => {
  const { world, notes } = makeWorld();
  const configured = world.configure('guest', false, noLink);
  if (configured === undefined) throw new Error('The emulator is full.');
  const { conversations } = world.state;
  const first = conversations.open(configured.session, undefined, true);
  for (let count = 1; count < BOUNDS.conversations; count += 1) conversations.open(configured.session, undefined, true);
  expect(conversations.find(first.id)).toBe(first);
  conversations.open(configured.session, undefined, true);
  expect(conversations.find(first.id)).toBeUndefined();
  expect([...conversations.list()]).toHaveLength(BOUNDS.conversations);
  expect(notes).toEqual([expect.stringContaining(`${BOUNDS.conversations} conversations`)]);
  world.close();
});

test('one access token above the bound takes the place of the oldest client token, never of an agent’s', () => {
  const ids = new SeededIds(1);
  const [ana] = seedAgents(ids);
  const tokens = new AccessTokens(ids, new Timeline(new ManualClock(), 0));
  const user = tokens.issue('client', ana);
  const first = tokens.issue('client');
  for (let count = 2; count < BOUNDS.accessTokens; count += 1) tokens.issue('client');
  expect(tokens.find(first.text)).toBeDefined();
  tokens.issue('client');
  expect(tokens.find(first.text)).toBeUndefined();
  expect(tokens.find(user.text)).toBeDefined();
});

test('codes and refresh tokens above the bound take the place of the oldest', () => {
  const ids = new SeededIds(1);
  const [agent] = seedAgents(ids);
  const authorizations = new Authorizations(ids, new Timeline(new ManualClock(), 0));
  const login = { agent, redirectUri: 'http://127.0.0.1:9/', codeChallenge: undefined };
  const [oldestCode, nextCode] = [authorizations.grant(login), authorizations.grant(login)];
  for (let count = 2; count <= BOUNDS.authorizationCodes; count += 1) authorizations.grant(login);
  expect(authorizations.redeem(oldestCode)).toBeUndefined();
  expect(authorizations.redeem(nextCode)).toMatchObject(login);
  const [oldest, next] = [authorizations.issueRefreshToken(agent), authorizations.issueRefreshToken(agent)];
  for (let count = 2; count <= BOUNDS.refreshTokens; count += 1) authorizations.issueRefreshToken(agent);
  expect(authorizations.refresh(oldest, false)).toBeUndefined();
  expect(authorizations.refresh(next, false)).toBe(agent);
});

test('one guest connection above the bound is refused, and admitted when another has gone', async () => {
  const { world, timeline } = makeWorld();
  const journal = new Journal(timeline);
  const hints = new Hints(world, () => '');
  const surface = new GuestSurface(world, journal, new Faults(timeline, journal, 1, SERVED_ROUTES), hints, 1);
  const server = createServer();
  server.on('upgrade', (request, tcp, head) => {
    surface.upgrade(request, tcp as Socket, head, new URL(request.url ?? '', 'ws://emulator').searchParams);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1?deploymentId=${world.state.deployment.id}`;
  const first = await new TestSocket(url).opened();
  expect(await refusedStatus(url)).toBe(503);
  await first.close();
  const second = await new TestSocket(url).opened();
  await surface.close();
  expect(await second.closed).toBe(1001);
  world.close();
  await new Promise((resolve) => server.close(resolve));
});

test('a hundred thousand ids of a seed are all different, of one kind and across kinds', () => {
  const ids = new SeededIds(1);
  const seen = new Set<string>();
  for (let count = 0; count < 50_000; count += 1) seen.add(ids.uuid('message')).add(ids.uuid('signal'));
  expect(seen.size).toBe(100_000);
});

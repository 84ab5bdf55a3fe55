import { BOUNDS, EmulatorError, type TenantOptions } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import { SeededIds } from '../src/ids.ts';
import {
  configured,
  conversing,
  frames,
  guestUrl,
  listening,
  onlyConversation,
  rest,
  start,
} from './support/emulator.ts';
import { refusedStatus, TestSocket } from './support/socket.ts';

test('two tenants hold the same conversation at the same time and know nothing of each other', async () => {
  const genesys = await start();
  const [left, right] = await Promise.all([genesys.tenant({ name: 'left' }), genesys.tenant({ name: 'right' })]);
  for (const tenant of [left, right]) {
    const guest = await conversing(tenant);
    const socket = await listening(tenant, [`v2.users.${tenant.info.agents[0]?.id}.conversations.messages`]);
    guest.send(frames.text(`only ${tenant.name}`));
    await guest.next();
    expect(await socket.next()).toMatchObject({ eventBody: { id: onlyConversation(tenant).id } });
    const { typingPath } = onlyConversation(tenant);
    expect((await rest(tenant, 'POST', typingPath, { body: { typing: { type: 'On' } } })).status).toBe(204);
    expect((await guest.next()).body.events).toBeDefined();
  }
  expect(onlyConversation(left).conversation.transcript.map(({ text }) => text)).toEqual(['hello', 'only left']);
  expect(onlyConversation(right).conversation.transcript.map(({ text }) => text)).toEqual(['hello', 'only right']);
  expect(genesys.conversations()).toEqual([]);
  expect(JSON.stringify(left.journal.entries())).not.toContain('only right');
  expect(genesys.journal.entries()).toEqual([]);
});

test('a tenant has every setting of its own that an emulator has', async () => {
  const genesys = await start();
  const tenant = await genesys.tenant({
    integration: { webhookUrl: 'http://127.0.0.1:9/', webhookSecret: 'a-secret-of-its-own' },
    accessTokenSeconds: 300,
    switches: { agentTypingStatus: 202 },
  });
  expect(tenant.info.webhookSecret).toBe('a-secret-of-its-own');
  expect(genesys.info.webhookSecret).not.toBe('a-secret-of-its-own');
  expect([tenant, genesys].map(({ switches }) => switches.positions.agentTypingStatus)).toEqual([202, 204]);
});

test('what belongs to one tenant opens nothing at another', async () => {
  const genesys = await start();
  const tenant = await genesys.tenant();
  await conversing(tenant);
  const { id } = onlyConversation(tenant);
  const [own, foreign] = [tenant.info.agents[0]?.token, genesys.info.agents[0]?.token];
  expect((await rest(tenant, 'GET', `/api/v2/conversations/${id}`, { token: own })).status).toBe(200);
  expect((await rest(tenant, 'GET', `/api/v2/conversations/${id}`, { token: foreign })).status).toBe(401);
  expect((await rest(genesys, 'GET', `/api/v2/conversations/${id}`, { token: foreign })).status).toBe(404);
  expect((await rest(genesys, 'GET', '/api/v2/users/me', { token: own })).status).toBe(401);
  expect(await refusedStatus(guestUrl(tenant).replace(/=.*/, `=${genesys.info.deploymentId}`))).toBe(403);
});

test('its ids follow from its name, whatever else there is, and none is anybody else’s', async () => {
  const [one, two] = [await start({ seed: 7 }), await start({ seed: 7 })];
  await two.tenant({ name: 'another' });
  const infos = await Promise.all([one.tenant({ name: 'checkout' }), two.tenant({ name: 'checkout' })]);
  expect(infos[0]?.info.deploymentId).toBe(infos[1]?.info.deploymentId);
  const ids = new Set<string>();
  const scopes = ['', ...Array.from({ length: BOUNDS.tenants }, (_, index) => `tenant-${index}/`)];
  for (const scope of scopes) {
    const source = new SeededIds(7, scope);
    for (let count = 0; count < 300; count += 1) ids.add(source.uuid('conversation')).add(source.uuid('message'));
  }
  expect(ids.size).toBe(scopes.length * 600);
});

test('reset, clock, faults and limits are its own', async () => {
  const genesys = await start();
  const tenant = await genesys.tenant({ limits: { guestMessagesPerSession: 1 } });
  const [ours, theirs] = [await conversing(genesys), await conversing(tenant)];
  theirs.send(frames.text('again'));
  expect((await theirs.next()).class).toBe('TooManyRequestsErrorMessage');
  ours.send(frames.text('again'));
  expect((await ours.next()).body.text).toBe('again');

  tenant.clock.freeze();
  tenant.faults.add({ frame: 'text', effect: 'drop' });
  expect([genesys.clock.frozen, genesys.faults.list()]).toEqual([false, []]);
  const gone = theirs.closed;
  await tenant.reset();
  await gone;
  expect(tenant.conversations()).toEqual([]);
  expect(genesys.conversations()).toHaveLength(1);
  ours.send(frames.text('still here'));
  expect((await ours.next()).body.text).toBe('still here');
});

test('one that is closed is gone with its sockets, and its name is free again', async () => {
  const genesys = await start();
  const tenant = await genesys.tenant({ name: 'short' });
  const guest = await configured(tenant);
  await tenant.close();
  await guest.closed;
  const answer = await rest(genesys, 'GET', '/_tenants/short/_emulator/info');
  expect(answer).toMatchObject({ status: 404, body: { code: 'tenant.unknown' } });
  expect(genesys.tenants()).toEqual([]);
  expect((await genesys.tenant({ name: 'short' })).info.deploymentId).toBe(tenant.info.deploymentId);
});

test('closing the emulator ends its tenants', async () => {
  const genesys = await start();
  const guest = await configured(await genesys.tenant());
  await genesys.close();
  await guest.closed;
});

test('by HTTP: made, listed, used and ended', async () => {
  const genesys = await start();
  const made = await rest(genesys, 'POST', '/_emulator/tenants', { body: { name: 'shop', defaults: 'platform' } });
  expect(made).toMatchObject({ status: 201, body: { name: 'shop', baseUrl: `${genesys.url}/_tenants/shop` } });
  const { baseUrl, deploymentId } = made.body;
  expect((await rest(genesys, 'GET', '/_emulator/tenants')).body.tenants).toEqual([made.body]);
  const config = await (await fetch(`${baseUrl}/webdeployments/v1/deployments/${deploymentId}/config.json`)).json();
  const { messagingEndpoint, autoStart } = (config as { messenger: { apps: { conversations: never } } }).messenger.apps
    .conversations as { messagingEndpoint: string; autoStart: { enabled: boolean } };
  expect(autoStart.enabled).toBe(false);
  const guest = await new TestSocket(`${messagingEndpoint}/v1?deploymentId=${deploymentId}`).opened();
  guest.send({ action: 'configureSession', token: 'any', deploymentId });
  expect((await guest.next()).class).toBe('SessionResponse');
  const gone = guest.closed;
  expect((await rest(genesys, 'DELETE', '/_emulator/tenants/shop')).status).toBe(204);
  await gone;
  expect((await rest(genesys, 'DELETE', '/_emulator/tenants/shop')).status).toBe(404);
});

test.each([
  [{ name: 'With Space' }, 'small letters'],
  [{ name: 'taken' }, 'there is a tenant with that name'],
  [{ port: 4000 }, 'A tenant has no option "port"'],
  [{ limts: 'off' }, 'Did you mean "limits"?'],
])('%j makes none, and says why', async (options, reason) => {
  const genesys = await start();
  await genesys.tenant({ name: 'taken' });
  await expect(genesys.tenant(options as TenantOptions)).rejects.toThrow(reason);
  expect((await rest(genesys, 'POST', '/_emulator/tenants', { body: options })).status).toBe(400);
});

// As many HTTP applications as the bound allows are made here: more than the usual patience on a busy machine.
test('there are no tenants of tenants, and not more than the bound', { timeout: 30_000 }, async () => {
  const genesys = await start();
  const tenant = await genesys.tenant();
  await expect(tenant.tenant()).rejects.toThrow(EmulatorError);
  for (let count = 1; count < BOUNDS.tenants; count += 1) await genesys.tenant();
  await expect(genesys.tenant()).rejects.toThrow(`its bound of ${BOUNDS.tenants}`);
});

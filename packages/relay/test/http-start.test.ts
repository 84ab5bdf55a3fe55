import { BackchannelError, hostsAt } from '@backchannel/client';
import { startEmulator } from '@backchannel/emulator';
import { startRelay } from '@backchannel/relay';
import { describe, expect, it } from 'vitest';
import { damageStore } from '../../../tools/test/damage-store.ts';
import { problemOf } from '../src/http/problem-document.ts';
import { client } from './support/core.ts';
import { startGenesys } from './support/genesys.ts';
import { relaySettings } from './support/relay-settings.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';
import { StoreFolder } from './support/store-folder.ts';

describe('a relay', () => {
  it('that can’t listen says so and leaves nothing behind', async () => {
    await using first = await startRelay(relaySettings(), { legs: new ScriptedLegs() });
    const port = Number(new URL(first.url).port);
    const taken = startRelay(relaySettings({ listen: { host: '127.0.0.1', port } }), { legs: new ScriptedLegs() });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('that can’t serve a route says so before it takes up any work', async () => {
    const legs = new ScriptedLegs();
    const careless = startRelay(relaySettings(), { legs, areas: [(app) => void app.get('/open', async () => 'all')] });
    await expect(careless).rejects.toThrow('does not say who may call it');
  });

  it('whose store fails for good says so to whoever calls, watches over it or has started it, and still ends', async () => {
    using folder = new StoreFolder();
    const { file } = folder;
    const settings = relaySettings({ store: { file, retentionMs: 86_400_000 } });
    await using relay = await startRelay(settings, { legs: new ScriptedLegs() });
    const told: unknown[] = [];
    void relay.failed.then((error) => told.push(error));
    const { url } = relay;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'main',
      client_secret: 'test-secret',
    });
    const answer = await fetch(`${url}/oauth/token`, { method: 'POST', body: form });
    const { access_token: token } = (await answer.json()) as { readonly access_token: string };
    const make = async (id: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const made = await fetch(`${url}/v1/conversations/${id}`, { method: 'PUT', headers, body: '{}' });
      return { status: made.status, retryAfter: made.headers.get('retry-after'), ...((await made.json()) as object) };
    };
    expect((await make('c1')).status).toBe(201);
    const health = async (path: string) => {
      const each = await fetch(`${url}${path}`);
      return { code: each.status, ...((await each.json()) as object) };
    };
    expect(await health('/healthz')).toEqual({ code: 200, status: 'alive' });
    damageStore(file);
    for (const id of ['c2', 'c3'])
      expect(await make(id)).toMatchObject({
        status: 503,
        code: 'store.failed',
        retryAfter: '5',
        fix: expect.stringContaining('its log'),
      });
    const reason = 'The store has failed; the log says why.';
    expect(await health('/healthz')).toEqual({ code: 503, status: 'failed', reason });
    expect(await health('/readyz')).toMatchObject({ code: 503, reasons: [reason] });
    expect(told).toEqual([expect.objectContaining({ code: 'store.damaged' })]);
    await relay.close();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it.each([
    ['store.full', 503, 'store.failed'],
    ['store.failed', 503, 'store.failed'],
    // A write that makes no sense is a mistake of ours, and to repeat it changes nothing.
    ['store.mistake', 500, 'internal'],
  ])('that meets %s answers %i %s', (code, status, told) => {
    const problem = problemOf(new BackchannelError(code, 'planted'), { bodyBytesMax: 1 });
    expect(problem).toMatchObject({ status, code: told });
    expect(problem.message).not.toContain('planted');
  });

  it('stops once, however often it is asked to', async () => {
    const relay = await startRelay(relaySettings(), { legs: new ScriptedLegs() });
    await Promise.all([relay.close(), relay.close(), relay[Symbol.asyncDispose]()]);
    await expect(fetch(`${relay.url}/healthz`)).rejects.toThrow();
  });

  it('is ready once it runs, and says why not while Genesys refuses its client', async () => {
    await using genesys = await startEmulator();
    const { deploymentId, oauth, agents } = genesys.info;
    const settings = relaySettings();
    const withClient = (secret: string) => ({
      ...settings,
      genesys: {
        ...settings.genesys,
        hosts: hostsAt(genesys.url),
        deploymentId,
        client: { id: oauth.clientId, secret },
        agents: [agents[0]?.id ?? ''],
      },
    });
    await using ready = await startRelay(withClient(oauth.clientSecret));
    await expect.poll(async () => (await fetch(`${ready.url}/readyz`)).status).toBe(200);
    await using refused = await startRelay(withClient('planted-wrong-secret'));
    const answer = async () => (await fetch(`${refused.url}/readyz`)).json();
    await expect.poll(answer).toMatchObject({ status: 'not ready', reasons: [expect.any(String)] });
    expect(JSON.stringify(await answer())).not.toContain('planted');
  });

  it('says of a deployment that Genesys refuses: in the log, in /readyz and in the view of each conversation', async () => {
    await using genesys = await startGenesys();
    const lines: string[] = [];
    const deploymentId = 'mistyped-deployment';
    const settings = relaySettings({ log: { level: 'info' }, genesys: { ...genesys.settings, deploymentId } });
    await using relay = await startRelay(settings, { logTo: { write: (line) => void lines.push(line) } });
    const said = (event: string) =>
      lines.map((line): Record<string, unknown> => JSON.parse(line)).filter(({ msg }) => msg === event);
    const ready = async () => {
      const answer = await fetch(`${relay.url}/readyz`);
      return { code: answer.status, ...((await answer.json()) as object) };
    };
    // Nobody has used it yet.
    await expect.poll(ready).toEqual({
      code: 503,
      status: 'not ready',
      reasons: [
        expect.stringMatching(/^No guest can connect\. .* mistyped-deployment .*404.* Check genesys\.deploymentId/),
      ],
      warnings: [],
    });
    await expect
      .poll(() => said('deployment.refused'))
      .toMatchObject([{ level: 'warn', deploymentId, status: 404, reason: expect.stringContaining('Check') }]);

    for (const id of ['c1', 'c2']) await relay.relay.bind(client(), id, { guest: { kind: 'webmessaging' } });
    const view = async (id: string) => (await relay.relay.conversation(client(), { id })).guestLeg.reason;
    for (const id of ['c1', 'c2']) {
      await expect.poll(() => view(id)).toMatch(/refused with 404\. Check the deployment’s id/);
    }
    expect(said('guest.refused')).toMatchObject([
      { level: 'warn', deploymentId, error: { message: expect.stringContaining('404') } },
    ]);
    expect(await ready()).toMatchObject({ code: 503, warnings: [expect.stringMatching(/^Genesys refuses 2 guests;/)] });
  });

  it('is ready while guests of another deployment are connected, and warns of the configured one', async () => {
    await using genesys = await startGenesys();
    const settings = relaySettings({ genesys: { ...genesys.settings, deploymentId: 'mistyped-deployment' } });
    await using relay = await startRelay(settings);
    const { deploymentId } = genesys.settings;
    await relay.relay.bind(client(), 'c1', { guest: { kind: 'webmessaging', deploymentId } });
    await expect
      .poll(async () => (await fetch(`${relay.url}/readyz`)).json())
      .toEqual({
        status: 'ready',
        reasons: [],
        warnings: [expect.stringMatching(/^No further guest can connect\. .* mistyped-deployment /)],
      });
  });

  it('stays ready when one conversation’s own deployment is refused, and warns', async () => {
    await using genesys = await startGenesys();
    await using relay = await startRelay(relaySettings({ genesys: genesys.settings }));
    const guest = { kind: 'webmessaging', deploymentId: 'another-mistyped' } as const;
    await relay.relay.bind(client(), 'c1', { guest });
    const ready = async () => (await fetch(`${relay.url}/readyz`)).json();
    await expect.poll(ready).toEqual({
      status: 'ready',
      reasons: [],
      warnings: [expect.stringMatching(/^Genesys refuses 1 guest; the log/)],
    });
    await relay.relay.unbind(client(), { id: 'c1' });
    await expect.poll(ready).toMatchObject({ status: 'ready', warnings: [] });
  });

  it('warns in the log, once for all agents, when Genesys refuses the client who speaks for them', async () => {
    await using genesys = await startGenesys();
    const lines: string[] = [];
    const { id = '' } = genesys.settings.client ?? {};
    const settings = relaySettings({
      log: { level: 'info' },
      genesys: { ...genesys.settings, client: { id, secret: 'planted-wrong-secret' } },
    });
    await using _relay = await startRelay(settings, { logTo: { write: (line) => void lines.push(line) } });
    const refused = () =>
      lines.map((line): Record<string, unknown> => JSON.parse(line)).filter(({ msg }) => msg === 'agent.refused');
    await expect.poll(refused).toMatchObject([
      {
        level: 'warn',
        outcome: 'refused',
        reason: expect.stringContaining('BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET'),
        error: { message: expect.stringContaining('oauth/token') },
      },
    ]);
    expect(genesys.settings.agents.length).toBeGreaterThan(1);
    expect(lines.join('')).not.toContain('planted');
    expect(lines.join('')).not.toContain('agent.connected');
  });

  it('stays ready when one of its agents can’t be spoken for, and warns', async () => {
    await using genesys = await startGenesys();
    const agents = [genesys.agentIds[0] ?? '', crypto.randomUUID()];
    await using relay = await startRelay(relaySettings({ genesys: { ...genesys.settings, agents } }));
    const ready = async () => (await fetch(`${relay.url}/readyz`)).json();
    await expect.poll(ready).toEqual({
      status: 'ready',
      reasons: [],
      warnings: [expect.stringMatching(/^1 of 2 agents can't be spoken for/)],
    });
  });
});

import { hostsAt } from '@backchannel/client';
import { startEmulator } from '@backchannel/emulator';
import { startRelay } from '@backchannel/relay';
import { describe, expect, it } from 'vitest';
import { relaySettings } from './support/relay-settings.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';

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
});

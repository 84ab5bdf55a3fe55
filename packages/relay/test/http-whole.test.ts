// Real time and real sockets: the whole relay over HTTP, with the emulator behind it; what is looked at is what it writes.
import { type Principal, type RunningRelay, startRelay } from '@backchannel/relay';
import { describe, expect, it, vi } from 'vitest';
import { startGenesys } from './support/genesys.ts';
import { relaySettings } from './support/relay-settings.ts';

const PATIENCE = { timeout: 10_000, interval: 20 };
vi.setConfig({ testTimeout: 30_000 });

/** A relay on the emulator, everything that it logs, and a caller. */
async function whole() {
  const genesys = await startGenesys();
  const lines: string[] = [];
  const relay = await startRelay(relaySettings({ genesys: genesys.settings, log: { level: 'debug' } }), {
    logTo: { write: (line) => void lines.push(line) },
  });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'main',
    client_secret: 'test-secret',
  });
  const granted = await (await fetch(`${relay.url}/oauth/token`, { method: 'POST', body: form })).json();
  const token: string = granted.access_token;
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${relay.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
  };
  const close = async () => {
    await relay.close();
    await genesys.emulator.close();
  };
  return { genesys, relay, lines, token, call, [Symbol.asyncDispose]: close };
}

const OPERATOR: Principal = {
  kind: 'client',
  clientId: 'main',
  scopes: new Set(['signals:read']),
  actAs: { guest: true, agents: 'everyone' },
  expiresAtMs: Infinity,
};

/** The value of a line of the metrics, by its beginning. */
async function metric({ url }: RunningRelay, begins: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(begins));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

describe('the whole relay', () => {
  it('writes no text, token or secret into its log or metrics, whatever happens', async () => {
    await using all = await whole();
    const { genesys, call } = all;
    await call('PUT', '/v1/conversations/c1', { guest: { nickname: 'planted-nickname' } });
    const agent = `agent:${genesys.agentIds[0]}`;
    await vi.waitFor(async () => {
      const { body } = await call('GET', '/v1/conversations/c1');
      expect(body.participants).toContainEqual(expect.objectContaining({ participant: agent, state: 'connected' }));
    }, PATIENCE);
    for (const participant of ['guest', agent]) {
      await call('POST', '/v1/conversations/c1/typing', { participant, typing: true });
      await call('POST', '/v1/conversations/c1/messages', { participant, text: `planted-text of ${participant}` });
    }
    const sent = () => metric(all.relay, 'backchannel_messages_total{outcome="sent"}');
    await vi.waitFor(async () => expect(await sent()).toBe(2), PATIENCE);

    const { binding } = await all.relay.relay.conversation(OPERATOR, { id: 'c1' });
    // Genesys goes away in the middle of a message, and repeats it in its errors.
    await genesys.emulator.close();
    await call('POST', '/v1/conversations/c1/messages', { participant: agent, text: 'planted-text into the void' });
    await vi.waitFor(() => expect(all.lines.length).toBeGreaterThan(5), PATIENCE);
    const answers = [
      await call('POST', '/v1/conversations/c1/messages', { participant: 'planted-person', text: 'planted-text' }),
      await call('POST', '/v1/conversations/planted/messages', { participant: 'guest', text: 'planted-text' }),
    ];
    await all.relay.close();

    const written = all.lines.join('');
    const secrets = [
      all.token,
      binding.guest.token,
      'test-secret',
      genesys.settings.client?.secret ?? '',
      'planted-text',
      'planted-nickname',
    ];
    for (const secret of secrets) expect(written).not.toContain(secret);
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    for (const { text } of answers) expect(text).not.toContain('planted-text');
  });

  it('counts what it does: signals, messages, sessions, and what the token has used', async () => {
    await using all = await whole();
    const { call, relay } = all;
    await call('PUT', '/v1/conversations/c1');
    await vi.waitFor(async () => {
      const { body } = await call('GET', '/v1/conversations/c1');
      expect(body.guest.connection.state).toBe('live');
    }, PATIENCE);
    await call('POST', '/v1/conversations/c1/typing', { participant: 'guest', typing: true });
    await call('POST', '/v1/conversations/c1/typing', { participant: 'guest', typing: true });
    await call('POST', '/v1/conversations/c1/messages', { participant: 'guest', text: 'Hello' });
    await vi.waitFor(async () => {
      expect(await metric(relay, 'backchannel_delivery_seconds_count')).toBe(1);
    }, PATIENCE);
    expect({
      sent: await metric(relay, 'backchannel_signals_total{kind="typing",outcome="sent"}'),
      coalesced: await metric(relay, 'backchannel_signals_total{kind="typing",outcome="coalesced"}'),
      conversations: await metric(relay, 'backchannel_conversations '),
      sessions: await metric(relay, 'backchannel_guest_sessions '),
      waiting: await metric(relay, 'backchannel_messages_waiting '),
      limit: await metric(relay, 'backchannel_platform_requests_limit '),
    }).toEqual({ sent: 1, coalesced: 1, conversations: 1, sessions: 1, waiting: 0, limit: 300 });
    const asked = await metric(relay, 'backchannel_platform_requests_total{status="200"}');
    expect(asked).toBeGreaterThan(0);
    expect(await metric(relay, 'backchannel_platform_requests_last_minute ')).toBeGreaterThanOrEqual(asked ?? Infinity);
    expect(all.genesys.refused()).toEqual([]);
  });
});

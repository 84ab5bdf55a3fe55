import { hostsAt, systemPorts } from '@backchannel/client';
import { AgentSession, TokenSource } from '@backchannel/client/agent';
import { type EmulatorOptions, startEmulator } from '@backchannel/emulator';
import type { RelaySettings } from '../../src/config/settings.ts';

/** A running emulator, and what a relay's configuration says about it. */
export async function startGenesys(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ port: 0, seed: 7, ...options });
  const { deploymentId, oauth, agents } = emulator.info;
  const hosts = hostsAt(emulator.url);
  const settings: RelaySettings['genesys'] = {
    hosts,
    deploymentId,
    client: { id: oauth.clientId, secret: oauth.clientSecret },
    agents: agents.map(({ id }) => id),
    linkAttribute: 'backchannel.binding',
    requestsPerMinute: 300,
    connectionsPerMinute: 1_000,
  };
  return {
    emulator,
    settings,
    /** An agent at a desktop of Genesys's own, who knows nothing of the relay. */
    desktop: (index: number) => new AgentSession({ hosts, token: agents[index]?.token ?? '', ports: systemPorts() }),
    agentIds: agents.map(({ id }) => id),
    /** Gives a conversation that waits in the queue to an agent, as a supervisor would. */
    async assign(conversationId: string, userId: string): Promise<void> {
      const token = await new TokenSource({ hosts, clientId: oauth.clientId, clientSecret: oauth.clientSecret }).get();
      const conversation = emulator.conversations().find(({ id }) => id === conversationId);
      const queue = conversation?.participants.find(({ purpose }) => purpose === 'acd');
      const path = `/api/v2/conversations/messages/${conversationId}/participants/${queue?.id}/replace`;
      const answer = await fetch(emulator.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token.value}`, 'content-type': 'application/json' },
        body: JSON.stringify({ userId }),
      });
      if (!answer.ok) throw new Error(`The conversation was not assigned: ${answer.status} ${await answer.text()}`);
    },
    /** What Genesys would have refused; a relay must never cause any. */
    refused: () =>
      emulator.journal
        .entries({ noted: true })
        .filter(({ fault, status = 0 }) => fault === undefined && status >= 400)
        .map(({ kind, status, note }) => ({ kind, status, note })),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

export type Genesys = Awaited<ReturnType<typeof startGenesys>>;

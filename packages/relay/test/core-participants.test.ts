import { beforeEach, describe, expect, it } from 'vitest';
import { type Core, client, settle, startCore, stopAfterEach } from './support/core.ts';

stopAfterEach();

const c1 = { id: 'c1' } as const;

let core: Core;
let genesys: Awaited<ReturnType<Core['bind']>>;
beforeEach(async () => {
  core = await startCore();
  genesys = await core.bind();
});
const who = (name: string) => core.relay.participant(client(), c1, name);

describe('who is meant by "agent"', () => {
  it('is nobody while none has answered', async () => {
    await expect(who('agent')).rejects.toMatchObject({ code: 'agent.absent', status: 409 });
    genesys.agentIs('ann', 'alerting');
    await settle();
    await expect(who('agent')).rejects.toMatchObject({ code: 'agent.absent' });
  });

  it('is who is connected, and after a transfer who came last', async () => {
    genesys.agentIs('ann', 'connected');
    await settle();
    expect(await who('agent')).toMatchObject({ participant: 'agent:ann', state: 'connected' });
    genesys.agentIs('bob', 'connected');
    await settle();
    expect(await who('agent')).toMatchObject({ participant: 'agent:bob' });
    genesys.agentIs('bob', 'disconnected');
    await settle();
    expect(await who('agent')).toMatchObject({ participant: 'agent:ann' });
  });
});

describe('who is meant by an id', () => {
  it('is told with whether they take part', async () => {
    genesys.agentIs('ann', 'alerting');
    await settle();
    expect(await who('participant-of-ann')).toMatchObject({ participant: 'agent:ann', state: 'alerting' });
    expect(await who('communication-of-ann')).toMatchObject({ participant: 'agent:ann' });
    genesys.agentIs('ann', 'disconnected');
    await settle();
    expect(await who('ann')).toMatchObject({ participant: 'agent:ann', state: 'disconnected' });
    expect(await who('agent:nobody')).toMatchObject({ participant: 'agent:nobody', state: undefined });
    expect(await who('customer-of-c1')).toMatchObject({ participant: 'guest', state: 'connected' });
    await expect(who('nobody')).rejects.toMatchObject({ code: 'participant.unknown', status: 404 });
  });

  it('makes no conversation unless it is asked to', async () => {
    const dev = await startCore({ provisioning: 'automatic', name: 'dev' });
    const unknown = { id: 'new' };
    await expect(dev.relay.participant(client(), unknown, 'guest')).rejects.toMatchObject({
      code: 'conversation.unknown',
    });
    expect(await dev.relay.participant(client(), unknown, 'guest', { provision: true })).toMatchObject({
      binding: { conversationId: 'new', provisioned: true },
    });
  });
});

describe('the id by which somebody is shown', () => {
  it('is the guest’s own from the start, an agent’s Genesys’s where it is known, and always one', async () => {
    const { binding } = await who('guest');
    genesys.agentIs('ann', 'connected');
    await settle();
    const idOf = (participant: 'guest' | 'bot' | `agent:${string}`) =>
      core.relay.participantId(binding.id, participant);
    expect([idOf('guest'), idOf('agent:ann'), idOf('agent:bob'), idOf('bot')]).toEqual([
      binding.guestParticipantId,
      'participant-of-ann',
      'bob',
      'bot',
    ]);
  });
});

describe('a queue and a flow', () => {
  const listed = (participant: 'queue' | 'workflow' | 'bot', purpose: 'acd' | 'workflow' | 'bot') =>
    ({ id: `id-of-${participant}`, participant, purpose, name: 'Sales', state: 'connected' }) as const;
  const queue = listed('queue', 'acd');
  const link = (...others: readonly ReturnType<typeof listed>[]) => {
    genesys.listener.linked({ genesysConversationId: 'g1', participants: [...genesys.views, ...others] });
    return settle();
  };

  it('are listed as what they are, and nobody can act for them', async () => {
    await link(queue);
    expect((await core.relay.conversation(client(), c1)).participants).toContainEqual(queue);
    await expect(who('id-of-queue')).rejects.toMatchObject({
      code: 'participant.unknown',
      message: expect.stringContaining('it is a queue, for whom nobody can act'),
    });
  });

  it('have said what a bot has said, unless there is a bot', async () => {
    const { binding } = await who('guest');
    const idOfBot = () => core.relay.participantId(binding.id, 'bot');
    await link(queue);
    expect(idOfBot()).toBe('id-of-queue');
    await link(queue, listed('workflow', 'workflow'));
    expect(idOfBot()).toBe('id-of-workflow');
    await link(listed('bot', 'bot'), queue, listed('workflow', 'workflow'));
    expect(idOfBot()).toBe('id-of-bot');
  });
});

// Real time and real sockets: what is tested here is that the client and the emulator mean the same wire, over TCP.
import { hostsAt } from '@backchannel/client';
import { AgentSession, TokenSource } from '@backchannel/client/agent';
import { GuestSession } from '@backchannel/client/guest';
import { startEmulator } from '@backchannel/emulator';
import { describe, expect, it, vi } from 'vitest';

/** Two messages a second and a jittered reconnect take some seconds; these bounds only end a test that hangs. */
const PATIENCE = { timeout: 10_000, interval: 10 };
vi.setConfig({ testTimeout: 30_000 });

describe('the client against the emulator', () => {
  it('carries typing and messages both ways, keeps typing out of the transcript, and comes back after a cut', async () => {
    await using genesys = await startEmulator({ port: 0, seed: 7 });
    const { deploymentId, agents } = genesys.info;
    const hosts = hostsAt(genesys.url);
    await using agent = new AgentSession({ hosts, token: agents[0]!.token });
    expect(await agent.connect()).toMatchObject({ outcome: 'sent' });
    await using guest = new GuestSession({ hosts, deploymentId });
    expect(await guest.connect()).toMatchObject({ outcome: 'sent', value: { newSession: true } });

    expect(await guest.send('Where is my order?')).toMatchObject({ outcome: 'sent', value: { status: 'sent' } });
    const conversation = await agent.nextConversation();
    await vi.waitFor(
      () => expect(conversation.snapshot().messages).toMatchObject([{ from: 'guest', text: 'Where is my order?' }]),
      PATIENCE,
    );

    conversation.typing.keystroke();
    await vi.waitFor(() => expect(guest.snapshot().agentTyping).toBe(true), PATIENCE);
    expect(await conversation.send('Let me look.')).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(() => expect(guest.snapshot().messages).toHaveLength(2), PATIENCE);
    expect(guest.snapshot().agentTyping).toBe(false);

    guest.typing.keystroke();
    await vi.waitFor(() => expect(conversation.snapshot().guestTyping).toBe(true), PATIENCE);
    await guest.send('Thanks');
    await vi.waitFor(() => expect(conversation.snapshot().messages).toHaveLength(3), PATIENCE);
    expect(conversation.snapshot().guestTyping).toBe(false);

    // The first reconnect may come at once: a look at the state now and then could miss the loss.
    const states: string[] = [];
    guest.on('state', ({ kind }) => states.push(kind));
    genesys.cut('all');
    await vi.waitFor(() => expect(states).toContain('waiting'), PATIENCE);
    expect(await conversation.send('Still there?')).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(
      () => expect([guest.snapshot().state, agent.snapshot().state]).toEqual(['live', 'live']),
      PATIENCE,
    );
    await vi.waitFor(
      () =>
        expect(guest.snapshot().messages.map(({ text }) => text)).toEqual([
          'Where is my order?',
          'Let me look.',
          'Thanks',
          'Still there?',
        ]),
      PATIENCE,
    );
    expect(await guest.send('Yes')).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(
      () =>
        expect(conversation.snapshot().messages.map(({ text }) => text)).toEqual(
          guest.snapshot().messages.map(({ text }) => text),
        ),
      PATIENCE,
    );

    const [seen] = genesys.conversations();
    expect(seen?.transcript.map(({ text }) => text)).toEqual([
      'Where is my order?',
      'Let me look.',
      'Thanks',
      'Still there?',
      'Yes',
    ]);
    expect(seen?.typing).toMatchObject([
      { from: 'agent', durationMs: 5_250 },
      { from: 'guest', durationMs: 5_250 },
    ]);
  });

  it('acts for an agent with client credentials', async () => {
    await using genesys = await startEmulator({ port: 0, seed: 8 });
    const { deploymentId, agents, oauth } = genesys.info;
    const hosts = hostsAt(genesys.url);
    await using guest = new GuestSession({ hosts, deploymentId });
    await guest.connect();
    await guest.send('Hello');
    const token = new TokenSource({ hosts, ...oauth });
    await using agent = new AgentSession({ hosts, token, userId: agents[0]!.id });
    expect(await agent.connect()).toMatchObject({ outcome: 'sent' });
    await guest.send('Anybody?');
    const conversation = await agent.nextConversation();
    expect(await conversation.send('Yes')).toMatchObject({ outcome: 'sent' });
  });

  it('is told by name that a token without a user needs a userId', async () => {
    await using genesys = await startEmulator({ port: 0, seed: 9 });
    const hosts = hostsAt(genesys.url);
    const agent = new AgentSession({ hosts, token: new TokenSource({ hosts, ...genesys.info.oauth }) });
    await expect(agent.connect()).rejects.toMatchObject({
      code: 'option.invalid',
      message: expect.stringContaining('userId'),
    });
    await agent.close();
  });

  it('is told why when the client secret is wrong', async () => {
    await using genesys = await startEmulator({ port: 0, seed: 10 });
    const hosts = hostsAt(genesys.url);
    const token = new TokenSource({ hosts, clientId: genesys.info.oauth.clientId, clientSecret: 'wrong' });
    await using agent = new AgentSession({ hosts, token, userId: 'anybody' });
    expect(await agent.connect()).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('invalid_client'),
    });
  });

  it('resumes a session with its token on another device', async () => {
    await using genesys = await startEmulator({ port: 0, seed: 11 });
    const { deploymentId } = genesys.info;
    const hosts = hostsAt(genesys.url);
    await using phone = new GuestSession({ hosts, deploymentId });
    await phone.connect();
    await phone.send('from the phone');
    await using laptop = new GuestSession({ hosts, deploymentId, token: phone.snapshot().token });
    expect(await laptop.connect()).toMatchObject({ value: { newSession: false } });
    expect(laptop.snapshot().messages).toMatchObject([{ from: 'guest', text: 'from the phone' }]);
    await laptop.send('from the laptop');
    await vi.waitFor(
      () => expect(phone.snapshot().messages.map(({ text }) => text)).toEqual(['from the phone', 'from the laptop']),
      PATIENCE,
    );
  });
});

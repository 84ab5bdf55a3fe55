import { describe, expect, it } from 'vitest';
import { ExplainRing } from '../src/core/explain-ring.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import { client, settle, startCore, stopAfterEach, words } from './support/core.ts';

stopAfterEach();

const guestTypes = { conversation: { id: 'c1' }, participant: 'guest', typing: true } as const;
const guestStops = { ...guestTypes, typing: false } as const;
const agentTypes = { ...guestTypes, participant: 'agent:ann' } as const;

describe('typing of a guest', () => {
  it('is told to listeners at once and goes upstream with what is left of its lifetime', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    expect(await core.relay.typing(client(), { ...guestTypes, durationMs: 4_000 })).toEqual({
      outcome: 'sent',
      reason: 'It left.',
      conversationId: 'c1',
      participant: 'guest',
    });
    expect(words(events)).toEqual(['guest types 4000']);
    expect(genesys.typings).toEqual([['guest', 4_000]]);
  });

  it('lives 10 s when nothing is declared, and never longer', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    await core.relay.typing(client(), { ...guestTypes, durationMs: 60_000 });
    expect(genesys.typings).toEqual([['guest', 10_000]]);
    await core.clock.advance(9_999);
    expect(words(events)).toEqual(['guest types 10000']);
    await core.clock.advance(1);
    expect(words(events)).toEqual(['guest types 10000', 'guest expired']);
  });

  it('ends at a stop at once on our plane, and says that Genesys has no Off', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    await core.relay.typing(client(), guestTypes);
    genesys.typingOutcome = { outcome: 'unsupported', reason: 'The channel has no Off.' };
    const { outcome, reason } = await core.relay.typing(client(), guestStops);
    expect(outcome).toBe('coalesced');
    expect(reason).toContain('no Off');
    expect(words(events)).toEqual(['guest types 10000', 'guest stopped']);
    expect(genesys.typings.at(-1)).toEqual(['guest', 0]);
  });

  it('ends with the guest’s message', async () => {
    const core = await startCore();
    await core.bind();
    const events = await core.listen();
    await core.relay.typing(client(), guestTypes);
    await core.relay.message(client(), { conversation: { id: 'c1' }, participant: 'guest', text: 'hi' });
    await settle();
    expect(words(events)).toEqual(['guest types 10000', 'guest message', 'guest says hi (accepted)', 'guest: sent']);
    await core.clock.advance(20_000);
    expect(events).toHaveLength(4);
  });

  it('is renewed without being told again while listeners know enough', async () => {
    const core = await startCore();
    await core.bind();
    const events = await core.listen();
    for (let i = 0; i < 5; i++) {
      await core.relay.typing(client(), { ...guestTypes, durationMs: 3_000 });
      await core.clock.advance(100);
    }
    expect(words(events)).toEqual(['guest types 3000']);
    await core.clock.advance(1_700);
    expect(words(events), 'told 1 s before listeners would hide it').toEqual(['guest types 3000', 'guest types 1400']);
    await core.clock.advance(5_000);
    expect(words(events)).toEqual(['guest types 3000', 'guest types 1400', 'guest expired']);
  });

  it('can be shortened by a later word', async () => {
    const core = await startCore();
    await core.bind();
    const events = await core.listen();
    await core.relay.typing(client(), guestTypes);
    await core.relay.typing(client(), { ...guestTypes, durationMs: 500 });
    await core.clock.advance(500);
    expect(words(events)).toEqual(['guest types 10000', 'guest expired']);
  });

  it('ends when the conversation does', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    await core.relay.typing(client(), guestTypes);
    genesys.listener.ended('superseded');
    await settle();
    expect(await core.relay.typing(client(), guestTypes)).toMatchObject({ outcome: 'suppressed:no-conversation' });
    expect(words(events)).toEqual(['guest types 10000', 'guest disconnected', 'ended']);
  });

  it('says what the SDK says when no conversation is open', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.typingOutcome = { outcome: 'suppressed:no-conversation', reason: 'No conversation is open.' };
    expect(await core.relay.typing(client(), guestTypes)).toMatchObject(genesys.typingOutcome);
  });

  it.each([
    { occurredMsAgo: 3_000, durationMs: 5_000, upstream: [['guest', 2_000]], outcome: 'sent' },
    { occurredMsAgo: 5_000, durationMs: 5_000, upstream: [], outcome: 'suppressed:stale' },
    { occurredMsAgo: -60_000, durationMs: 5_000, upstream: [['guest', 5_000]], outcome: 'sent' },
    { occurredMsAgo: 10_000, durationMs: 60_000, upstream: [], outcome: 'suppressed:stale' },
  ])('that was true $occurredMsAgo ms ago for $durationMs ms ends as $outcome', async (row) => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    const occurredAtMs = Date.UTC(2026, 0, 5) + core.clock.now() - row.occurredMsAgo;
    const { outcome } = await core.relay.typing(client(), { ...guestTypes, durationMs: row.durationMs, occurredAtMs });
    expect(outcome).toBe(row.outcome);
    expect(genesys.typings).toEqual(row.upstream);
    expect(events).toHaveLength(row.upstream.length);
  });

  it.each([0, -1, Number.NaN])('refuses a duration of %s', async (durationMs) => {
    const core = await startCore();
    await core.bind();
    await expect(core.relay.typing(client(), { ...guestTypes, durationMs })).rejects.toMatchObject({
      code: 'request.invalid',
      errors: [{ path: 'durationMs' }],
    });
  });
});

describe('typing while the guest is being connected', () => {
  it('waits up to 2 s and goes with what is left', async () => {
    const core = await startCore();
    core.legs.beginsAs = 'connecting';
    const genesys = await core.bind();
    const typing = core.relay.typing(client(), guestTypes);
    await core.clock.advance(1_500);
    genesys.becomes('live');
    expect(await typing).toMatchObject({ outcome: 'sent' });
    expect(genesys.typings).toEqual([['guest', 8_500]]);
  });

  it('is not told to Genesys when it has ended meanwhile: it would show what is over', async () => {
    const core = await startCore();
    core.legs.beginsAs = 'connecting';
    const genesys = await core.bind();
    const events = await core.listen();
    const typing = core.relay.typing(client(), guestTypes);
    await core.clock.advance(200);
    await core.relay.typing(client(), guestStops);
    await core.clock.advance(800);
    genesys.becomes('live');
    expect(await typing).toMatchObject({
      outcome: 'suppressed:stale',
      reason: 'It ended while the guest was being connected.',
    });
    expect(genesys.typings.filter(([, durationMs]) => durationMs > 0)).toEqual([]);
    expect(words(events)).toEqual(['guest types 10000', 'guest stopped']);
  });

  it('is offline when that takes longer, and listeners know nevertheless', async () => {
    const core = await startCore();
    core.legs.beginsAs = 'queued';
    await core.bind();
    const events = await core.listen();
    const typing = core.relay.typing(client(), guestTypes);
    await core.clock.advance(2_000);
    expect(await typing).toMatchObject({ outcome: 'offline' });
    expect(words(events)).toEqual(['guest types 10000']);
  });

  it('waits for at most 64 calls at a time', async () => {
    const core = await startCore();
    core.legs.beginsAs = 'connecting';
    await core.bind();
    const waiting = Array.from({ length: 64 }, () => core.relay.typing(client(), guestTypes));
    await settle();
    expect(await core.relay.typing(client(), guestTypes)).toMatchObject({ outcome: 'offline' });
    await core.clock.advance(2_000);
    await Promise.all(waiting);
  });

  it('does not wait when the relay stops', async () => {
    const core = await startCore();
    core.legs.beginsAs = 'connecting';
    await core.bind();
    const typing = core.relay.typing(client(), guestTypes);
    await settle();
    await core.relay.stop();
    expect(await typing).toMatchObject({ outcome: 'offline' });
    await expect(core.relay.typing(client(), guestTypes)).rejects.toMatchObject({ code: 'stopping', status: 503 });
  });
});

describe('typing of an agent', () => {
  it('goes to the guest once the agent is connected', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    expect(await core.relay.typing(client(), agentTypes)).toMatchObject({ outcome: 'suppressed:no-conversation' });
    genesys.agentIs('ann', 'alerting');
    expect(await core.relay.typing(client(), agentTypes)).toMatchObject({
      outcome: 'suppressed:no-conversation',
      reason: expect.stringContaining('not accepted'),
    });
    genesys.agentIs('ann', 'connected');
    expect(await core.relay.typing(client(), agentTypes)).toMatchObject({ outcome: 'sent', participant: 'agent:ann' });
    expect(genesys.typings).toEqual([['agent:ann', 10_000]]);
  });

  it('of somebody who does not take part is told to nobody, once Genesys has told who does', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    const events = await core.listen();
    genesys.agentIs('bob', 'connected');
    await settle();
    expect(await core.relay.typing(client(), agentTypes)).toMatchObject({
      outcome: 'suppressed:no-conversation',
      reason: 'Nobody was told: agent:ann is not connected to it at Genesys.',
    });
    genesys.agentIs('ann', 'alerting');
    await settle();
    expect(await core.relay.typing(client(), agentTypes)).toMatchObject({
      reason: expect.stringContaining('has not accepted'),
    });
    expect(words(events).filter((word) => word.includes('ann'))).toEqual([]);
  });

  it('ends when the agent leaves', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    genesys.agentIs('bob', 'connected');
    await settle();
    const events = await core.listen();
    await core.relay.typing(client(), agentTypes);
    await core.relay.typing(client(), { ...agentTypes, participant: 'agent:bob' });
    genesys.agentIs('ann', 'disconnected');
    expect(words(events)).toEqual(['agent:ann types 10000', 'agent:bob types 10000', 'agent:ann disconnected']);
  });

  it.each(['participant-of-ann', 'communication-of-ann', 'ann', 'agent', 'agent:ann'])(
    'can be named %s',
    async (participant) => {
      const core = await startCore();
      const genesys = await core.bind();
      genesys.agentIs('ann', 'connected');
      expect(await core.relay.typing(client(), { ...agentTypes, participant })).toMatchObject({
        participant: 'agent:ann',
      });
    },
  );

  it.each(['', 'agent:', 'bot', 'zoe', 'x'.repeat(300), `agent:${'x'.repeat(300)}`, 'agent:a\nb'])(
    'is unknown by the name %j',
    async (participant) => {
      const core = await startCore();
      const genesys = await core.bind();
      genesys.agentIs('ann', 'connected');
      await expect(core.relay.typing(client(), { ...agentTypes, participant })).rejects.toMatchObject({
        code: 'participant.unknown',
        status: 404,
      });
    },
  );
});

describe('typing that the platform shows', () => {
  it('of an agent at a desktop of Genesys’s own is told, by name where one alone can be meant', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    await settle();
    const events = await core.listen();
    genesys.listener.typing('agent', { typing: true, durationMs: 60_000 });
    await core.clock.advance(6_000);
    genesys.agentIs('bob', 'connected');
    genesys.listener.typing('agent', { typing: true });
    genesys.listener.typing('agent', { typing: false });
    expect(words(events)).toEqual(['agent:ann types 6000', 'agent:ann expired', 'agent types 5000', 'agent stopped']);
  });

  it('is known for an echo also after many others have typed', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    for (let index = 0; index < 64; index += 1)
      await core.relay.typing(client(), { ...agentTypes, participant: `agent:${index}`, durationMs: 1_000 });
    await core.clock.advance(20_000);
    await core.relay.typing(client(), { ...guestTypes, durationMs: 1_000 });
    await core.clock.advance(1_000);
    const events = await core.listen();
    genesys.listener.typing('guest', { typing: true });
    expect(events).toEqual([]);
  });

  it('is not told twice when it is the echo of our own, however the platform names it', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    await settle();
    const events = await core.listen();
    await core.relay.typing(client(), { ...agentTypes, durationMs: 4_000 });
    await core.relay.typing(client(), { ...guestTypes, durationMs: 4_000 });
    const before = events.length;
    await core.clock.advance(3_000);
    for (const participant of ['agent', 'agent:ann', 'guest'] as const) {
      genesys.listener.typing(participant, { typing: true });
      genesys.listener.typing(participant, { typing: false });
    }
    await core.clock.advance(1_000);
    expect(words(events.slice(before))).toEqual(['agent:ann expired', 'guest expired']);
    await core.clock.advance(9_999);
    genesys.listener.typing('agent', { typing: true });
    expect(events).toHaveLength(before + 2);
    await core.clock.advance(1);
    genesys.listener.typing('agent', { typing: true });
    expect(words(events).at(-1)).toBe('agent:ann types 5000');
  });

  it('is not told when it may be our own agent’s, though more than one could be meant', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    genesys.agentIs('bob', 'connected');
    await settle();
    const events = await core.listen();
    await core.relay.typing(client(), agentTypes);
    genesys.listener.typing('agent', { typing: true });
    genesys.listener.typing('agent:bob', { typing: true });
    expect(words(events)).toEqual(['agent:ann types 10000', 'agent:bob types 5000']);
  });

  it('is late right after that agent’s message', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    await settle();
    const events = await core.listen();
    genesys.tell(genesys.store('agent', 'hello'));
    await settle();
    genesys.listener.typing('agent', { typing: true });
    await core.clock.advance(300);
    genesys.listener.typing('agent', { typing: true });
    expect(words(events)).toEqual(['agent:ann says hello (sent)', 'agent:ann types 5000']);
  });
});

it('at most 64 are shown as typing in one conversation', async () => {
  const core = await startCore();
  await core.bind();
  for (let i = 0; i < 65; i++) await core.relay.typing(client(), { ...agentTypes, participant: `agent:${i}` });
  expect((await core.relay.conversation(client(), { id: 'c1' })).typing).toHaveLength(64);
});

describe('explain', () => {
  it('tells lines apart by each of their parts', () => {
    const ring = new ExplainRing();
    const line = { participant: 'guest', what: 'typing', outcome: 'sent', reason: 'It left.' } as const;
    const lines = [
      line,
      { ...line, outcome: 'coalesced' },
      { ...line, reason: 'Another.' },
      { ...line, participant: 'bot' as const },
      { ...line, what: 'receipt' as const },
      line,
    ];
    for (const [index, each] of lines.entries()) ring.add(index, each);
    expect(ring.lines()).toEqual(lines.map((each, index) => ({ time: `1970-01-01T00:00:00.00${index}Z`, ...each })));
  });

  it('has a line for every signal, and forgets the oldest beyond 500', async () => {
    const core = await startCore();
    await core.bind();
    await core.relay.typing(client(), { ...guestTypes, occurredAtMs: 0 });
    const outcomes = async () => (await core.relay.explain(client(), { id: 'c1' })).map(({ outcome }) => outcome);
    for (let i = 0; i < 499; i++) await core.relay.typing(client(), guestTypes);
    expect(await outcomes()).toEqual(['suppressed:stale', ...Array.from({ length: 499 }, () => 'sent')]);
    await core.relay.typing(client(), guestStops);
    expect(await outcomes()).toEqual(Array.from({ length: 500 }, () => 'sent'));
  });
});

describe('typing of an agent right after a restart', () => {
  const restarted = async () => {
    const store = new MemoryStore();
    const first = await startCore({ store });
    const before = await first.bind();
    before.agentIs('ann', 'connected');
    await settle();
    await first.relay.stop();
    const core = await startCore({ store, clock: first.clock, name: 'again' });
    return { core, genesys: core.legs.of('c1'), events: await core.listen() };
  };

  it('is told at once, and goes to Genesys as soon as the conversation is linked again', async () => {
    const { core, genesys, events } = await restarted();
    core.legs.relinked = () =>
      new Promise((resolve) => {
        core.clock.after(1_000, () => {
          genesys.agentIs('ann', 'connected');
          resolve();
        });
      });
    const typing = core.relay.typing(client(), { ...agentTypes, durationMs: 5_000 });
    await settle();
    expect(words(events)).toEqual(['agent:ann types 5000']);
    await core.clock.advance(1_000);
    expect(await typing).toMatchObject({ outcome: 'sent' });
    expect(genesys.typings).toEqual([['agent:ann', 4_000]]);
  });

  it('is offline, with the true reason, when the conversation is not linked again within 3 s', async () => {
    const { core, genesys } = await restarted();
    const typing = core.relay.typing(client(), { ...agentTypes, durationMs: 5_000 });
    await core.clock.advance(3_000);
    expect(await typing).toMatchObject({
      outcome: 'offline',
      reason: expect.stringContaining('not linked again yet after the restart'),
    });
    expect(genesys.typings).toEqual([]);
  });

  it('does not go when it was stopped meanwhile', async () => {
    const { core, genesys } = await restarted();
    let found = () => {};
    core.legs.relinked = () =>
      new Promise((resolve) => {
        found = resolve;
      });
    const typing = core.relay.typing(client(), { ...agentTypes, durationMs: 5_000 });
    await settle();
    await core.relay.typing(client(), { ...agentTypes, typing: false });
    genesys.agentIs('ann', 'connected');
    found();
    expect(await typing).toMatchObject({ outcome: 'suppressed:stale' });
    expect(genesys.typings).toEqual([]);
  });
});

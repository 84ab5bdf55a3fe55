import { BackchannelError } from '@backchannel/client';
import { describe, expect, it, vi } from 'vitest';
import { MemoryStore } from '../src/store/memory-store.ts';
import { browser, client, settle, startCore, stopAfterEach, words } from './support/core.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';

stopAfterEach();

const web = { guest: { kind: 'webmessaging' } } as const;
const typesIn = (id: string) => ({ conversation: { id }, participant: 'guest', typing: true }) as const;

describe('bind', () => {
  it('makes a conversation with the deployment of the configuration and a token of its own', async () => {
    const core = await startCore();
    const { created, view } = await core.relay.bind(client(), 'c1', {
      guest: { kind: 'webmessaging', nickname: 'Ida', attributes: { tier: 'gold' } },
    });
    expect(created).toBe(true);
    expect(view).toMatchObject({
      binding: {
        clientId: 'main',
        conversationId: 'c1',
        state: 'open',
        provisioned: false,
        guest: { deploymentId: 'test-deployment', nickname: 'Ida', attributes: { tier: 'gold' } },
      },
      guestLeg: { state: 'live' },
      participants: [{ participant: 'guest', purpose: 'customer', name: 'Ida', state: 'connected' }],
      typing: [],
      watermarks: [],
      queued: 0,
      sequence: 0,
    });
    expect(view.binding.guest.token).not.toBe('');
    expect(core.legs.of('c1').binding).toEqual(view.binding);
  });

  it('gives the guest a name that stays once Genesys tells who takes part; without one it is Genesys’s', async () => {
    const core = await startCore();
    await core.relay.bind(client(), 'c1', { guest: { kind: 'webmessaging', nickname: 'Ida' } });
    await core.relay.bind(client(), 'c2', web);
    const customerOf = async (id: string) => {
      core.legs.of(id).agentIs('ann', 'connected');
      await settle();
      const { participants } = await core.relay.conversation(client(), { id });
      return participants.find(({ purpose }) => purpose === 'customer');
    };
    expect(await customerOf('c1')).toMatchObject({ id: 'customer-of-c1', name: 'Ida' });
    expect(await customerOf('c2')).toMatchObject({ id: 'customer-of-c2', name: 'Guest' });
  });

  it('twice finds the same one, also when both calls come at once', async () => {
    const core = await startCore();
    const both = await Promise.all([core.relay.bind(client(), 'c1', web), core.relay.bind(client(), 'c1', web)]);
    expect(both.map(({ created }) => created).sort()).toEqual([false, true]);
    expect(new Set(both.map(({ view }) => view.binding.id)).size).toBe(1);
    expect((await core.relay.bind(client(), 'c1', web)).created).toBe(false);
  });

  it('and a signal that finds it in the store meanwhile open one leg', async () => {
    const core = await startCore();
    const { apply } = core.store;
    let commit = () => {};
    const committed = new Promise<void>((resolve) => {
      commit = resolve;
    });
    core.store.apply = async (writes) => {
      const outcomes = await apply.call(core.store, writes);
      await committed;
      return outcomes;
    };
    const { openGuest } = core.legs;
    let opened = 0;
    core.legs.openGuest = (...values) => {
      opened += 1;
      return openGuest.apply(core.legs, values);
    };
    const binding = core.relay.bind(client(), 'c1', web);
    await settle();
    await core.relay.typing(client(), typesIn('c1'));
    commit();
    expect((await binding).created).toBe(true);
    expect(opened).toBe(1);
  });

  it('takes over a guest whose token is given', async () => {
    const core = await startCore();
    const { view } = await core.relay.bind(client(), 'c1', { guest: { kind: 'webmessaging', token: 'mine' } });
    expect(view.binding.guest.token).toBe('mine');
  });

  it('gives further names, at first and later, by which it is found', async () => {
    const core = await startCore();
    await core.relay.bind(client(), 'c1', { ...web, session: 's1' });
    await core.relay.bind(client(), 'c1', { ...web, guestId: 'g1' });
    for (const ref of [{ id: 's1' }, { id: 's1', kinds: ['session'] }, { id: 'g1', kinds: ['guest'] }] as const) {
      expect((await core.relay.conversation(client(), ref)).binding.conversationId).toBe('c1');
    }
    await expect(core.relay.conversation(client(), { id: 's1', kinds: ['guest'] })).rejects.toMatchObject({
      code: 'conversation.unknown',
    });
  });

  it('refuses a name that another open conversation has, and leaves that one alone', async () => {
    const core = await startCore();
    await core.relay.bind(client(), 'c1', { ...web, session: 's1' });
    await core.relay.bind(client(), 'c2', web);
    for (const id of ['c2', 'c3']) {
      await expect(core.relay.bind(client(), id, { ...web, session: 's1' })).rejects.toMatchObject({
        code: 'conversation.taken',
        status: 409,
      });
    }
    expect((await core.relay.conversation(client(), { id: 's1' })).binding.conversationId).toBe('c1');
  });

  it('refuses it also where only the store knows the name: after a restart', async () => {
    const store = new MemoryStore();
    const core = await startCore({ store });
    await core.relay.bind(client(), 'c1', { ...web, session: 's1' });
    await core.relay.bind(client(), 'c2', web);
    await core.relay.stop();
    const again = await startCore({ store, clock: core.clock, name: 'again' });
    const taking = again.relay.bind(client(), 'c2', { ...web, session: 's1', guestId: 'g2' });
    await expect(taking).rejects.toMatchObject({ code: 'conversation.taken' });
    const found = async (id: string) => (await again.relay.conversation(client(), { id })).binding.conversationId;
    expect(await found('s1')).toBe('c1');
    await expect(found('g2'), 'nothing was given').rejects.toMatchObject({ code: 'conversation.unknown' });
    // Its own it may say again, and one that nobody has is given.
    await again.relay.bind(client(), 'c1', { ...web, session: 's1' });
    await again.relay.bind(client(), 'c2', { ...web, guestId: 'g2' });
    expect(await found('g2')).toBe('c2');
  });

  it('refuses a name that is given to another in the same moment', async () => {
    const core = await startCore();
    await core.bind('c1');
    await core.bind('c2');
    const both = await Promise.allSettled(
      ['c1', 'c2'].map((id) => core.relay.bind(client(), id, { ...web, session: 's1' })),
    );
    expect(both).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'conversation.taken', status: 409 } }]);
    expect((await core.relay.conversation(client(), { id: 's1' })).binding.conversationId).toBe('c1');
  });

  it('gives the names of each of two first calls that come at once', async () => {
    const core = await startCore();
    await Promise.all([
      core.relay.bind(client(), 'c1', { ...web, session: 's1' }),
      core.relay.bind(client(), 'c1', { ...web, guestId: 'g1' }),
    ]);
    for (const id of ['s1', 'g1']) {
      expect((await core.relay.conversation(client(), { id })).binding.conversationId).toBe('c1');
    }
  });

  it.each([
    ['nickname', { nickname: 'Ada' }],
    ['deploymentId', { deploymentId: 'another' }],
    ['attributes', { attributes: { tier: 'silver' } }],
  ])('refuses another %s for a guest of whom Genesys has been told', async (member, changed) => {
    const core = await startCore();
    const guest = {
      kind: 'webmessaging',
      nickname: 'Ida',
      deploymentId: 'deployment',
      attributes: { tier: 'gold' },
    } as const;
    await core.relay.bind(client(), 'c1', { guest });
    await expect(
      core.relay.bind(client(), 'c1', { guest: { ...guest, ...changed }, session: 's1' }),
    ).rejects.toMatchObject({
      code: 'conversation.differs',
      status: 409,
      fix: expect.stringContaining(`Leave guest.${member} out`),
      errors: [{ path: `guest.${member}` }],
    });
    await expect(core.relay.conversation(client(), { id: 's1' }), 'nothing was given').rejects.toMatchObject({
      code: 'conversation.unknown',
    });
    // The same words again, or none, find it as it is.
    for (const again of [{ guest }, web]) {
      const { created, view } = await core.relay.bind(client(), 'c1', again);
      expect(created).toBe(false);
      expect(view.binding.guest).toMatchObject(guest);
    }
  });

  it('means the conversation’s own id where a session of another has the same', async () => {
    const core = await startCore();
    await core.relay.bind(client(), 'c1', { ...web, session: 'x' });
    await core.relay.bind(client(), 'x', web);
    expect((await core.relay.conversation(client(), { id: 'x' })).binding.conversationId).toBe('x');
    expect((await core.relay.conversation(client(), { id: 'x', kinds: ['session'] })).binding.conversationId).toBe(
      'c1',
    );
  });

  it('links by the integrator’s word', async () => {
    const core = await startCore();
    const events = await core.listen();
    const { view } = await core.relay.bind(client(), 'c1', { ...web, genesysConversationId: 'g1' });
    expect(core.legs.links).toEqual([`${view.binding.id} g1`]);
    expect((await core.relay.conversation(client(), { id: 'g1' })).binding.genesysConversationId).toBe('g1');
    await core.relay.bind(client(), 'c1', { ...web, genesysConversationId: 'g1' });
    expect(words(events)).toEqual(['linked']);
  });

  it('makes nothing where no leg could be opened, and says why', async () => {
    const core = await startCore();
    core.legs.refusal = new BackchannelError('attributes.invalid', 'Cannot send 3000 bytes.');
    await expect(core.relay.bind(client(), 'c1', web)).rejects.toMatchObject({
      code: 'request.invalid',
      status: 400,
      errors: [{ path: 'guest.attributes' }],
    });
    expect(await core.store.openBindings()).toEqual([]);
  });

  it('never takes a conversation of Genesys’s that is another binding’s, of whichever client', async () => {
    const core = await startCore();
    const platform = await core.bind('c1');
    platform.agentIs('ana', 'connected');
    await settle();
    for (const thief of [client('other'), client('main')]) {
      for (const genesysConversationId of ['genesys-of-c1', 'GENESYS-OF-C1']) {
        const taking = core.relay.bind(thief, 'c2', { ...web, genesysConversationId });
        await expect(taking).rejects.toMatchObject({ code: 'conversation.taken', status: 409 });
      }
    }
    await core.relay.bind(client('other'), 'c3', web);
    const later = core.relay.bind(client('other'), 'c3', { ...web, genesysConversationId: 'genesys-of-c1' });
    await expect(later).rejects.toMatchObject({ code: 'conversation.taken' });
    expect(core.legs.links).toEqual([]);
    // Its own may say so.
    await core.relay.bind(client(), 'c1', { ...web, genesysConversationId: 'genesys-of-c1' });
  });

  it('does not tell as a fact what the platform refuses', async () => {
    const core = await startCore();
    const events = await core.listen();
    core.legs.link = async () => ({ outcome: 'refused', reason: 'It is another’s.' });
    const { view } = await core.relay.bind(client(), 'c1', { ...web, genesysConversationId: 'g1' });
    expect(view.binding.genesysConversationId).toBeUndefined();
    expect(events).toEqual([]);
    expect(await core.relay.explain(client(), { id: 'c1' })).toMatchObject([{ what: 'link', outcome: 'refused' }]);
  });

  it.each(['', 'x'.repeat(257), 'a\nb', 'a\u007fb'])('refuses the name %j', async (name) => {
    const core = await startCore();
    await expect(core.relay.bind(client(), name, web)).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(core.relay.bind(client(), 'c1', { ...web, session: name })).rejects.toMatchObject({
      errors: [{ path: 'session' }],
    });
  });

  it('refuses more conversations than the configuration allows, at once too, and takes one again when one has ended', async () => {
    const core = await startCore({ conversationsMax: 2 });
    const answers = await Promise.allSettled(['c1', 'c2', 'c3'].map((id) => core.relay.bind(client(), id, web)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(answers[2]).toMatchObject({ reason: { code: 'conversations.full', status: 429 } });
    await core.relay.unbind(client(), { id: 'c1' });
    await core.relay.bind(client(), 'c3', web);
  });

  it('begins anew under the id of a conversation that has ended', async () => {
    const core = await startCore();
    const first = await core.bind();
    await core.relay.unbind(client(), { id: 'c1' });
    expect(first.isClosed).toBe(true);
    expect(await core.relay.typing(client(), typesIn('c1'))).toMatchObject({ outcome: 'suppressed:no-conversation' });
    const { created, view } = await core.relay.bind(client(), 'c1', web);
    expect(created).toBe(true);
    expect(view.binding.id).not.toBe(first.bindingId);
    expect(await core.relay.typing(client(), typesIn('c1'))).toMatchObject({ outcome: 'sent' });
    expect(first.typings).toEqual([]);
  });
});

describe('provisioning', () => {
  it('does not happen unless it is configured', async () => {
    const core = await startCore();
    await expect(core.relay.typing(client(), typesIn('new'))).rejects.toMatchObject({ code: 'conversation.unknown' });
    expect(core.legs.byConversation.size).toBe(0);
  });

  it('makes one conversation of many first calls at once, and waits for the guest', async () => {
    const core = await startCore({ provisioning: 'automatic' });
    core.legs.beginsAs = 'connecting';
    let binds = 0;
    const { apply } = core.store;
    core.store.apply = async (writes) => {
      binds += writes.filter(({ kind }) => kind === 'bind').length;
      return apply.call(core.store, writes);
    };
    const calls = [
      core.relay.typing(client(), typesIn('new')),
      core.relay.message(client(), { conversation: { id: 'new' }, participant: 'guest', text: 'hi' }),
      core.relay.conversation(client(), { id: 'new', kinds: ['session', 'conversation'] }, { provision: true }),
    ];
    await settle();
    expect(core.legs.byConversation.size).toBe(1);
    expect(binds).toBe(1);
    core.legs.of('new').becomes('live');
    const [typing, message, view] = await Promise.all(calls);
    expect(typing).toMatchObject({ outcome: 'sent' });
    expect(message).toMatchObject({ status: 'accepted' });
    expect(view).toMatchObject({ binding: { provisioned: true }, guestLeg: { state: 'live' } });
  });

  it('waits 5 s at most', async () => {
    const core = await startCore({ provisioning: 'automatic' });
    core.legs.beginsAs = 'queued';
    const asked = core.relay.conversation(client(), { id: 'new' }, { provision: true });
    await core.clock.advance(5_000);
    expect((await asked).guestLeg.state).toBe('queued');
  });

  it('gives the name of a session where only a session was named', async () => {
    const core = await startCore({ provisioning: 'automatic' });
    await core.relay.conversation(client(), { id: 's1', kinds: ['session'] }, { provision: true });
    expect((await core.relay.conversation(client(), { id: 's1', kinds: ['session'] })).binding.conversationId).toBe(
      's1',
    );
  });

  it.each([['guest'], ['genesys-conversation'], ['guest-participant']] as const)(
    'does not happen for what is named as %s',
    async (kind) => {
      const core = await startCore({ provisioning: 'automatic' });
      const ref = { id: 'new', kinds: [kind] };
      await expect(core.relay.conversation(client(), ref, { provision: true })).rejects.toMatchObject({
        code: 'conversation.unknown',
      });
    },
  );

  it('does not happen for who may only read', async () => {
    const core = await startCore({ provisioning: 'automatic' });
    const reader = client('main', { scopes: ['signals:read'] });
    const ref = { id: 'new' };
    await expect(core.relay.conversation(reader, ref, { provision: true })).rejects.toMatchObject({ status: 404 });
    await expect(core.relay.participant(reader, ref, 'guest')).rejects.toMatchObject({ status: 404 });
    await expect(core.relay.conversationOfGuest(reader, ref, 'g1')).rejects.toMatchObject({ status: 403 });
  });

  it('does not happen for a browser', async () => {
    const core = await startCore({ provisioning: 'automatic' });
    await expect(core.relay.typing(browser('b1'), typesIn('new'))).rejects.toMatchObject({ status: 404 });
    expect(core.legs.byConversation.size).toBe(0);
  });

  it('does not happen by only looking, explaining or listening', async () => {
    const core = await startCore({ provisioning: 'automatic' });
    const ref = { id: 'new' };
    await expect(core.relay.conversation(client(), ref)).rejects.toMatchObject({ status: 404 });
    await expect(core.relay.explain(client(), ref)).rejects.toMatchObject({ status: 404 });
    await expect(core.relay.unbind(client(), ref)).rejects.toMatchObject({ status: 404 });
    await expect(core.relay.subscribe(client(), { conversation: ref, event: () => {} })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('is bounded like everything else that is made', async () => {
    const core = await startCore({ provisioning: 'automatic', conversationsMax: 1 });
    await core.relay.typing(client(), typesIn('c1'));
    await expect(core.relay.typing(client(), typesIn('c2'))).rejects.toMatchObject({ code: 'conversations.full' });
  });
});

describe('a link', () => {
  it('is told once, is explained, and its names are found, also after a restart', async () => {
    const store = new MemoryStore();
    const core = await startCore({ store });
    const genesys = await core.bind();
    const events = await core.listen();
    genesys.agentIs('ann', 'alerting');
    genesys.agentIs('ann', 'connected');
    await settle();
    expect(words(events)).toEqual(['linked']);
    expect(await core.relay.explain(client(), { id: 'c1' })).toMatchObject([{ what: 'link', outcome: 'linked' }]);
    await core.relay.stop();
    const again = await startCore({ store, clock: core.clock, name: 'again' });
    for (const id of ['genesys-of-c1', 'customer-of-c1', 'participant-of-ann', 'communication-of-ann']) {
      expect((await again.relay.conversation(client(), { id })).binding.conversationId, id).toBe('c1');
    }
    expect((await again.relay.conversation(client(), { id: 'c1' })).sequence).toBe(1);
  });

  it('shows who takes part by the platform’s ids', async () => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    const { participants } = await core.relay.conversation(client(), { id: 'c1' });
    expect(participants.map(({ id, participant }) => [id, participant])).toEqual([
      ['customer-of-c1', 'guest'],
      ['participant-of-ann', 'agent:ann'],
    ]);
  });
});

describe('a restart', () => {
  it('asks the store once for each name that a conversation had before', async () => {
    const store = new MemoryStore();
    const first = await startCore({ store });
    await first.relay.bind(client(), 'c1', { ...web, session: 's1' });
    await first.relay.stop();
    const second = await startCore({ store, clock: first.clock, name: 'again' });
    await second.relay.typing(client(), typesIn('s1'));
    store.findBinding = async () => {
      throw new Error('The store was asked.');
    };
    for (const ref of [{ id: 's1' }, { id: 's1', kinds: ['session'] }] as const) {
      await second.relay.typing(client(), { ...typesIn('s1'), conversation: ref });
    }
  });

  it('takes up every open conversation with its newest token, and no other', async () => {
    const store = new MemoryStore();
    const first = await startCore({ store });
    const genesys = await first.bind('c1');
    await first.bind('c2');
    genesys.becomes('live', 'a-fresh-token');
    await first.relay.unbind(client(), { id: 'c2' });
    await first.relay.stop();
    const legs = new ScriptedLegs();
    const second = await startCore({ store, legs, clock: first.clock, name: 'again' });
    expect([...legs.byConversation.keys()]).toEqual(['c1']);
    expect(legs.of('c1').binding.guest.token).toBe('a-fresh-token');
    expect((await second.relay.conversations(client())).map(({ binding }) => binding.conversationId)).toEqual(['c1']);
  });
});

it('a list shows the client’s own conversations, newest first', async () => {
  const core = await startCore();
  await core.bind('c1');
  await core.bind('c2');
  await core.bind('c3', client('other'));
  const ids = (await core.relay.conversations(client())).map(({ binding }) => binding.conversationId);
  expect(ids).toEqual(['c2', 'c1']);
  // What is not asked for is not read either.
  const watermarks = vi.spyOn(core.store, 'watermarks');
  const [newest, ...others] = await core.relay.conversations(client(), 1);
  expect([newest?.binding.conversationId, others.length, watermarks.mock.calls.length]).toEqual(['c2', 0, 1]);
});

it('an end is told once, however often it comes', async () => {
  const core = await startCore();
  const genesys = await core.bind();
  const events = await core.listen();
  genesys.listener.ended('superseded');
  genesys.listener.ended('closed');
  await settle();
  await core.relay.unbind(client(), { id: 'c1' });
  expect(events.map(({ body }) => body)).toEqual([{ kind: 'conversation', state: 'ended', reason: 'superseded' }]);
  expect((await core.relay.conversation(client(), { id: 'c1' })).guestLeg).toEqual({
    state: 'closed',
    reason: 'superseded',
  });
});

it('a binding whose leg can’t be opened does not keep the others from being taken up after a restart', async () => {
  const store = new MemoryStore();
  const first = await startCore({ store });
  await first.bind('c1');
  await first.bind('c2');
  await first.relay.stop();
  const legs = new ScriptedLegs(first.legs);
  const { openGuest } = legs;
  legs.openGuest = (binding, listener) => {
    if (binding.conversationId === 'c1') throw new BackchannelError('attributes.invalid', 'Cannot send 3000 bytes.');
    return openGuest.call(legs, binding, listener);
  };
  const second = await startCore({ store, legs, clock: first.clock, name: 'again' });
  const legOf = async (id: string) => (await second.relay.conversation(client(), { id })).guestLeg;
  expect(await legOf('c2')).toMatchObject({ state: 'live' });
  expect(await legOf('c1')).toMatchObject({ state: 'closed', reason: expect.stringContaining('3000 bytes') });
  await second.relay.unbind(client(), { id: 'c1' });
  expect((await store.openBindings()).map(({ conversationId }) => conversationId)).toEqual(['c2']);
});

import { describe, expect, it } from 'vitest';
import type { Principal } from '../src/domain/principal.ts';
import { RelayProblem } from '../src/domain/problem.ts';
import { browser, type Core, client, settle, startCore, stopAfterEach } from './support/core.ts';

stopAfterEach();

const c1 = { id: 'c1' } as const;

/** Every command, as a caller would use it on the conversation `c1` of the client `main`. */
const COMMANDS = {
  bind: ({ relay }: Core, who: Principal) => relay.bind(who, 'c1', { guest: { kind: 'webmessaging' } }),
  conversation: ({ relay }: Core, who: Principal) => relay.conversation(who, c1),
  conversations: ({ relay }: Core, who: Principal) => relay.conversations(who),
  unbind: ({ relay }: Core, who: Principal) => relay.unbind(who, c1),
  'typing of the guest': ({ relay }: Core, who: Principal) =>
    relay.typing(who, { conversation: c1, participant: 'guest', typing: true }),
  'typing of ann': ({ relay }: Core, who: Principal) =>
    relay.typing(who, { conversation: c1, participant: 'agent:ann', typing: true }),
  'message of the guest': ({ relay }: Core, who: Principal) =>
    relay.message(who, { conversation: c1, participant: 'guest', text: 'hi' }),
  'message of ann': ({ relay }: Core, who: Principal) =>
    relay.message(who, { conversation: c1, participant: 'agent:ann', text: 'hi' }),
  'receipt of the guest': ({ relay }: Core, who: Principal) =>
    relay.receipt(who, { conversation: c1, participant: 'guest', watermark: 'seen' }),
  'receipt of ann': ({ relay }: Core, who: Principal) =>
    relay.receipt(who, { conversation: c1, participant: 'agent:ann', watermark: 'seen' }),
  explain: ({ relay }: Core, who: Principal) => relay.explain(who, c1),
  subscribe: ({ relay }: Core, who: Principal) => relay.subscribe(who, { conversation: c1, event: () => {} }),
  findMessage: ({ relay }: Core, who: Principal) => relay.findMessage(who, 'platform-1'),
  'participant of c1': ({ relay }: Core, who: Principal) => relay.participant(who, c1, 'guest'),
  'conversationOfGuest for the guest': async ({ relay }: Core, who: Principal) => {
    const guest = await relay.participant(client(), c1, 'guest');
    return relay.conversationOfGuest(who, c1, guest.binding.guestParticipantId);
  },
  'entitled for the guest': ({ relay }: Core, who: Principal) => relay.entitled(who, c1, 'guest'),
  'entitled for ann': ({ relay }: Core, who: Principal) => relay.entitled(who, c1, 'agent:ann'),
} as const;
type Command = keyof typeof COMMANDS;

/** Commands that name no credential of their own: how a message ends, and where the log stands, is asked by the HTTP layer. */
const WITHOUT_PRINCIPAL = ['delivered', 'participantId', 'position', 'cursor', 'saveCursor', 'start', 'stop'];

/** Who calls, and with what each command answers; `yes` where nothing is named. */
const PRINCIPALS: Record<
  string,
  { readonly who: (core: Core, bindingId: string) => Principal; readonly answers: (command: Command) => string }
> = {
  'a client that may everything': { who: () => client(), answers: () => 'yes' },
  'a client that may only read': {
    who: () => client('main', { scopes: ['signals:read'] }),
    answers: (command) =>
      /^(conversations?$|subscribe|explain|entitled|findMessage|participant)/.test(command) ? 'yes' : 'scope.missing',
  },
  'a client that may only signal': {
    who: () => client('main', { scopes: ['signals:write'] }),
    answers: (command) =>
      /^(bind|unbind|typing|receipt|entitled|findMessage|participant|conversationOfGuest)/.test(command)
        ? 'yes'
        : 'scope.missing',
  },
  'a client that may only write': {
    who: () => client('main', { scopes: ['messages:write'] }),
    answers: (command) => (/^(message|entitled|findMessage|participant)/.test(command) ? 'yes' : 'scope.missing'),
  },
  'a client without a scope': {
    who: () => client('main', { scopes: [] }),
    answers: (command) => (/^(entitled|findMessage|participant)/.test(command) ? 'yes' : 'scope.missing'),
  },
  'a client that acts for guests': {
    who: () => client('main', { actAs: { guest: true, agents: new Set() } }),
    answers: (command) => (command.endsWith('ann') ? 'actor.forbidden' : 'yes'),
  },
  'a client that acts for ann': {
    who: () => client('main', { actAs: { guest: false, agents: new Set(['ann']) } }),
    answers: (command) => (command.endsWith('guest') ? 'actor.forbidden' : 'yes'),
  },
  'a client that acts for bob': {
    who: () => client('main', { actAs: { guest: false, agents: new Set(['bob']) } }),
    answers: (command) => (/(guest|ann)$/.test(command) ? 'actor.forbidden' : 'yes'),
  },
  'another client': {
    who: () => client('other'),
    answers: (command) =>
      command === 'bind' || command === 'conversations'
        ? 'yes'
        : command === 'findMessage'
          ? 'message.unknown'
          : 'conversation.unknown',
  },
  'the guest’s browser': {
    who: (_, bindingId) => browser(bindingId),
    answers: (command) =>
      /^(bind|conversations|unbind|explain)$/.test(command) || command.endsWith('ann') ? 'actor.forbidden' : 'yes',
  },
  'ann’s browser': {
    who: (_, bindingId) => browser(bindingId, 'agent:ann'),
    answers: (command) =>
      /^(bind|conversations|unbind|explain)$/.test(command) || command.endsWith('guest') ? 'actor.forbidden' : 'yes',
  },
  'a browser of another conversation': {
    who: () => browser('another-binding'),
    answers: (command) =>
      /^(bind|conversations|unbind|explain)$/.test(command)
        ? 'actor.forbidden'
        : command === 'findMessage'
          ? 'message.unknown'
          : 'conversation.unknown',
  },
  'a browser of another client’s with this conversation’s id': {
    who: (_, bindingId) => browser(bindingId, 'guest', 'other'),
    answers: (command) =>
      /^(bind|conversations|unbind|explain)$/.test(command)
        ? 'actor.forbidden'
        : command === 'findMessage'
          ? 'message.unknown'
          : 'conversation.unknown',
  },
};

const STATUS: Record<string, number> = {
  'scope.missing': 403,
  'actor.forbidden': 403,
  'conversation.unknown': 404,
  'message.unknown': 404,
};

describe.each(Object.entries(PRINCIPALS))('%s', (_, { who, answers }) => {
  it.each(Object.keys(COMMANDS) as Command[])('%s', async (command) => {
    const core = await startCore();
    const genesys = await core.bind();
    genesys.agentIs('ann', 'connected');
    genesys.tell(genesys.store('guest', 'hello'));
    await settle();
    const before = JSON.stringify([genesys.typings, genesys.messages]);
    const expected = answers(command);
    const answer = COMMANDS[command](core, who(core, genesys.bindingId));
    if (expected === 'yes') {
      await answer;
      return;
    }
    await expect(answer).rejects.toMatchObject({ code: expected, status: STATUS[expected] });
    await settle();
    expect(JSON.stringify([genesys.typings, genesys.messages]), 'nothing reached Genesys').toBe(before);
  });
});

it('covers every command there is', async () => {
  const { relay } = await startCore();
  const all = Object.getOwnPropertyNames(Object.getPrototypeOf(relay)).filter((name) => name !== 'constructor');
  const covered = Object.keys(COMMANDS).map((name) => name.split(' ')[0] ?? '');
  expect(new Set([...covered, ...WITHOUT_PRINCIPAL])).toEqual(new Set(all));
});

describe('a conversation of another client', () => {
  it('is as unknown as one that does not exist, and the answer says what to do', async () => {
    const core = await startCore();
    await core.bind();
    const problem = (id: string) => core.relay.conversation(client('other'), { id }).catch((thrown: unknown) => thrown);
    const [existing, absent] = [await problem('c1'), await problem('c9')];
    if (!(existing instanceof RelayProblem && absent instanceof RelayProblem)) throw new Error('Both are refused.');
    expect(existing.message).toBe(absent.message.replace('c9', 'c1'));
    expect(existing.fix).toBe(absent.fix);
    expect(existing.fix).toContain('PUT /v1/conversations/{id}');
  });

  it('can have the same id without being touched', async () => {
    const core = await startCore();
    const mine = await core.bind('c1');
    await core.relay.bind(client('other'), 'c1', { guest: { kind: 'webmessaging' } });
    await core.relay.typing(client('other'), { conversation: c1, participant: 'guest', typing: true });
    expect(mine.typings).toEqual([]);
  });

  it('is not heard of', async () => {
    const core = await startCore();
    await core.bind();
    const events = await core.listen(client('other'));
    await core.relay.typing(client(), { conversation: c1, participant: 'guest', typing: true });
    await core.relay.message(client(), { conversation: c1, participant: 'guest', text: 'hi' });
    await settle();
    expect(events).toEqual([]);
  });
});

it('a browser hears its own conversation alone, without naming it', async () => {
  const core = await startCore();
  const first = await core.bind('c1');
  await core.bind('c2');
  const events = await core.listen(browser(first.bindingId));
  for (const id of ['c1', 'c2']) {
    await core.relay.typing(client(), { conversation: { id }, participant: 'guest', typing: true });
  }
  expect(events.map(({ conversationId }) => conversationId)).toEqual(['c1']);
});

import type { Write } from '../store.ts';
import { bind, end, expect, expectStatuses, type StoreCase, sampleBinding } from './case.ts';

/** Conversations, and the names that they go by. */
export const bindingCases: readonly StoreCase[] = [
  {
    name: 'a binding comes back as it was, by each of its names, to its own client only',
    run: async (store) => {
      const binding = sampleBinding('a', { genesysConversationId: 'g', provisioned: true });
      const aliases = [
        { kind: 'conversation', alias: 'x' },
        { kind: 'session', alias: 's' },
      ] as const;
      expect(await store.apply([{ kind: 'bind', binding, aliases }]), [{ status: 'done' }]);
      expect(await store.findBinding('client', 'x'), binding);
      expect(await store.findBinding('client', 's'), binding);
      expect(await store.findBinding('client', 's', ['session', 'guest']), binding);
      expect(await store.findBinding('client', 's', ['conversation']), undefined);
      expect(await store.findBinding('other', 'x'), undefined);
      expect(await store.openBindings(), [binding]);
    },
  },
  {
    name: 'a name that an open binding of the client has is taken, and nothing of the new binding is kept',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a'))]);
      const second = sampleBinding('b', { conversationId: 'conversation-a' });
      const aliases = [
        { kind: 'session', alias: 'free' },
        { kind: 'conversation', alias: 'conversation-a' },
      ] as const;
      expect(await store.apply([{ kind: 'bind', binding: second, aliases }, bind(sampleBinding('a'))]), [
        { status: 'taken', bindingId: 'a' },
        { status: 'taken', bindingId: 'a' },
      ]);
      expect(await store.findBinding('client', 'free'), undefined);
      await expectStatuses(store, [bind({ ...second, clientId: 'other' })], ['done']);
    },
  },
  {
    name: 'one string may name two conversations in two ways: the kinds decide, then the order of the kinds',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b'))]);
      const alias = { kind: 'session', alias: 'conversation-a' } as const;
      await expectStatuses(store, [{ kind: 'add-alias', bindingId: 'b', alias }], ['done']);
      expect((await store.findBinding('client', 'conversation-a'))?.id, 'a');
      expect((await store.findBinding('client', 'conversation-a', ['session']))?.id, 'b');
    },
  },
  {
    name: 'an alias is added once, and to nobody who is not there',
    run: async (store) => {
      const add = (bindingId: string): Write => ({
        kind: 'add-alias',
        bindingId,
        alias: { kind: 'genesys-conversation', alias: 'g' },
      });
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b'))]);
      expect(await store.apply([add('a'), add('a'), add('b'), add('nobody')]), [
        { status: 'done' },
        { status: 'done' },
        { status: 'taken', bindingId: 'a' },
        { status: 'absent' },
      ]);
    },
  },
  {
    name: 'an ended binding is found by its name until another takes it',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), end('a')]);
      const found = await store.findBinding('client', 'conversation-a');
      expect([found?.state, found?.endedBecause], ['ended', 'over']);
      expect(await store.openBindings(), []);
      await expectStatuses(store, [bind(sampleBinding('b', { conversationId: 'conversation-a' }))], ['done']);
      expect((await store.findBinding('client', 'conversation-a'))?.id, 'b');
    },
  },
  {
    name: 'an open name is found before an ended one of a better kind',
    run: async (store) => {
      const alias = { kind: 'session', alias: 'conversation-a' } as const;
      await store.apply([
        bind(sampleBinding('a')),
        bind(sampleBinding('b')),
        { kind: 'add-alias', bindingId: 'b', alias },
        end('a'),
      ]);
      expect((await store.findBinding('client', 'conversation-a'))?.id, 'b');
    },
  },
  {
    name: 'a binding is changed while it is open, and only in what is named',
    run: async (store) => {
      const binding = sampleBinding('a');
      await store.apply([bind(binding)]);
      const update: Write = { kind: 'update-binding', bindingId: 'a', token: 'fresh', genesysConversationId: 'g' };
      await expectStatuses(store, [update, { kind: 'update-binding', bindingId: 'a' }], ['done', 'done']);
      const changed = { ...binding, guest: { ...binding.guest, token: 'fresh' }, genesysConversationId: 'g' };
      expect(await store.openBindings(), [changed]);
      await expectStatuses(store, [end('a'), update, end('a'), end('b')], ['done', 'absent', 'absent', 'absent']);
    },
  },
  {
    name: 'tells every name of a binding, and of that one alone',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b', { clientId: 'other' }))]);
      await store.apply([{ kind: 'add-alias', bindingId: 'a', alias: { kind: 'guest', alias: 'conversation-a' } }]);
      expect((await store.aliases('a')).map(({ kind, alias }) => `${kind} ${alias}`).sort(), [
        'conversation conversation-a',
        'guest conversation-a',
      ]);
      expect(await store.aliases('nobody'), []);
    },
  },
];

import type { AgentConversationSnapshot } from '@backchannel/client/agent';
import { expect, test } from 'vitest';
import { guestLabels } from '../src/agent/guest-label.ts';

const FIRST = '2137720e-56d1-4627-9e9b-1346fb43bac6';
const SECOND = 'e22b8c29-9a05-41c5-bd23-851ebe755b4a';

const conversation = (
  id: string,
  attributes: Readonly<Record<string, string>> = {},
  guestName?: string,
): Pick<AgentConversationSnapshot, 'id' | 'guestName' | 'participants'> => ({
  id,
  guestName,
  participants: [
    { id: 'queue', purpose: 'acd', name: 'Demo queue', state: 'disconnected', attributes: { nickname: 'Nobody' } },
    { id: 'customer', purpose: 'customer', name: guestName, state: 'connected', attributes },
  ],
});

const labels = (conversations: Parameters<typeof guestLabels>[0], known: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(guestLabels(conversations, new Map(Object.entries(known))));

test('a guest is called by the nickname that came with the first frame, else by the platform’s name, else a guest', () => {
  expect(labels([conversation(FIRST, { nickname: 'Ada' }, 'Guest')])).toEqual({
    [FIRST]: { name: 'Ada', mark: undefined },
  });
  expect(labels([conversation(FIRST, { nickname: ' ' }, 'Ada Lovelace')])[FIRST]?.name).toBe('Ada Lovelace');
  expect(labels([conversation(FIRST)])[FIRST]?.name).toBe('Guest');
});

test('guests of one name are told apart by the beginning of their conversation’s id', () => {
  expect(labels([conversation(FIRST), conversation(SECOND)])).toEqual({
    [FIRST]: { name: 'Guest', mark: '2137720e' },
    [SECOND]: { name: 'Guest', mark: 'e22b8c29' },
  });
  expect(labels([conversation(FIRST), conversation(SECOND, { nickname: 'Ada' })])).toEqual({
    [FIRST]: { name: 'Guest', mark: undefined },
    [SECOND]: { name: 'Ada', mark: undefined },
  });
});

test('a conversation that the page knows by a name is marked with it', () => {
  expect(labels([conversation(FIRST), conversation(SECOND)], { [SECOND]: 'order-7' })).toEqual({
    [FIRST]: { name: 'Guest', mark: '2137720e' },
    [SECOND]: { name: 'Guest', mark: 'order-7' },
  });
});

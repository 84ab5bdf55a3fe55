import type { Emulator } from '@backchannel/emulator';
import { clientToken, onlyConversation, type RestAnswer, rest } from './emulator.ts';

export const ADA = { id: 'ada@example.test', idType: 'Email', nickname: 'Ada' } as const;

/** A middleware that speaks for its users: the four calls by hand, with a token of its own. */
export async function middleware(genesys: Emulator) {
  const token = await clientToken(genesys);
  const call = (kind: string, body: unknown, integrationId = genesys.info.integrationId): Promise<RestAnswer> =>
    rest(genesys, 'POST', `/api/v2/conversations/messages/${integrationId}/inbound/open/${kind}`, { token, body });
  let sent = 0;
  return {
    token,
    call,
    says: (text: string, more: object = {}) => {
      sent += 1;
      return call('message', { channel: { ...stamp(`ext-${sent}`), from: ADA }, text, ...more });
    },
    types: (from: object = ADA) => call('event', { channel: { from, time: TIME }, events: [{ eventType: 'Typing' }] }),
    receipt: (id: string, status: string, more: object = {}) =>
      call('receipt', {
        id,
        channel: { to: { id: ADA.id, idType: 'Email' }, time: TIME },
        status,
        isFinalReceipt: true,
        ...more,
      }),
  };
}

export const TIME = '2026-01-05T10:00:00.000Z';
export const stamp = (messageId: string) => ({ messageId, time: TIME });

/** The first agent answers the only conversation. Returns the platform's record of the message. */
export async function agentSays(genesys: Emulator, textBody: string) {
  const { body } = await rest(genesys, 'POST', onlyConversation(genesys).messagesPath, { body: { textBody } });
  return body;
}

export const agentTypes = (genesys: Emulator, duration = 6_000): Promise<RestAnswer> =>
  rest(genesys, 'POST', onlyConversation(genesys).typingPath, { body: { typing: { type: 'On', duration } } });

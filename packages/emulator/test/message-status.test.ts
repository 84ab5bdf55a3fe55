import { LIMITS, parseMessageData, parseMessageListing } from '@backchannel/protocol';
import { expect, test } from 'vitest';
import {
  configured,
  conversing,
  fence,
  frames,
  listening,
  onlyConversation,
  rest,
  start,
  startAtRest,
} from './support/emulator.ts';

type Genesys = Awaited<ReturnType<typeof start>>;

const say = (genesys: Genesys, textBody: string) =>
  rest(genesys, 'POST', onlyConversation(genesys).messagesPath, { body: { textBody } });

const detailsOf = (genesys: Genesys, messageId: string) =>
  rest(genesys, 'GET', `/api/v2/conversations/messages/${messageId}/details`);

// holds: AGENT-MESSAGE-STATUS, MESSAGE-RECEIPTS, MESSAGE-DETAILS
test('a message that reaches the guest is delivered, with a receipt for each step', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { body } = await say(genesys, 'On its way.');
  expect(body).toMatchObject({ status: 'queued', normalizedReceipts: [] });
  const details = await detailsOf(genesys, body.id);
  expect(details.body).toMatchObject({
    id: body.id,
    status: 'delivery-success',
    normalizedReceipts: [
      { id: body.id, type: 'Receipt', status: 'Sent', isFinalReceipt: false },
      { id: body.id, type: 'Receipt', status: 'Delivered', isFinalReceipt: true },
    ],
  });
  expect(parseMessageData(details.body)).toMatchObject({
    ok: true,
    value: { receipts: [{ status: 'Sent' }, { status: 'Delivered', isFinalReceipt: true, reasons: [] }] },
  });
  const inbound = onlyConversation(genesys).conversation.transcript[0]?.id ?? '';
  expect((await detailsOf(genesys, inbound)).body).toMatchObject({ status: 'received', normalizedReceipts: [] });
  expect((await detailsOf(genesys, 'none')).status).toBe(404);
});

// holds: AGENT-MESSAGE-STATUS
test('a message waits as sent while the guest is away, and is delivered when the guest reads its history', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  await guest.close();
  const { body } = await say(genesys, 'Are you there?');
  const statusOf = async () => (await detailsOf(genesys, body.id)).body.status;
  expect(await statusOf()).toBe('sent');
  const socket = await listening(genesys, [`v2.users.${genesys.info.agents[0]?.id}.conversations.messages`]);
  const again = await configured(genesys);
  expect(await statusOf()).toBe('sent');
  again.send(frames.jwt);
  const { jwt } = (await again.next()).body;
  await rest(genesys, 'GET', '/api/v2/webmessaging/messages', { token: jwt });
  expect(await statusOf()).toBe('delivery-success');
  expect(JSON.stringify(await socket.next())).toContain('delivery-success');
  await fence(again);
});

// holds: AGENT-MESSAGE-UNDELIVERED
test('what is still on its way when the session ends has failed, and the receipt and the conversation say why', async () => {
  const { genesys, clock } = await startAtRest({ deployment: { sessionDurationSeconds: 600 } });
  const guest = await conversing(genesys);
  await guest.close();
  const { body } = await say(genesys, 'Are you there?');
  clock.advance(600_000);
  expect((await detailsOf(genesys, body.id)).body).toMatchObject({
    status: 'delivery-failed',
    normalizedReceipts: [
      { status: 'Sent' },
      { status: 'Failed', isFinalReceipt: true, reasons: [{ code: 'MessageExpired' }] },
    ],
  });
  const { body: conversation } = await rest(genesys, 'GET', `/api/v2/conversations/${onlyConversation(genesys).id}`);
  expect(conversation.participants.at(-1).messages[0].messages[0]).toMatchObject({
    messageStatus: 'delivery-failed',
    errorInfo: { code: 'MessageExpired' },
  });
  // The next one has nobody to wait for.
  const next = await say(genesys, 'Hello?');
  expect((await detailsOf(genesys, next.body.id)).body.status).toBe('delivery-failed');
});

// holds: MESSAGE-BULK, MESSAGE-BULK-UNKNOWN
test('many messages are read in one request; ids of elsewhere are left out', async () => {
  const genesys = await start();
  await conversing(genesys);
  const own = (await say(genesys, 'One')).body.id;
  const inbound = onlyConversation(genesys).conversation.transcript[0]?.id;
  const path = `/api/v2/conversations/messages/${onlyConversation(genesys).id}/messages/bulk`;
  const answer = await rest(genesys, 'POST', path, { body: [own, inbound, 'of-elsewhere', own] });
  expect(answer.status).toBe(200);
  expect(parseMessageListing(answer.body)).toMatchObject({
    ok: true,
    value: [
      { id: inbound, text: 'hello' },
      { id: own, text: 'One', receipts: [{}, {}] },
    ],
  });
  expect(genesys.journal.entries().at(-1)?.note).toContain('1 of the ids');
});

// holds: LIMIT-BULK
test('a request for several messages has at most a thousand ids, and has to be a list of texts', async () => {
  const genesys = await start();
  await conversing(genesys);
  const path = `/api/v2/conversations/messages/${onlyConversation(genesys).id}/messages/bulk`;
  const statusOf = async (body: unknown) => (await rest(genesys, 'POST', path, { body })).status;
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);
  expect(await statusOf(ids(LIMITS.bulkMessages.limit))).toBe(200);
  expect(await statusOf(ids(LIMITS.bulkMessages.limit + 1))).toBe(400);
  for (const body of [{ ids: [] }, [7], [''], '']) expect(await statusOf(body)).toBe(400);
});

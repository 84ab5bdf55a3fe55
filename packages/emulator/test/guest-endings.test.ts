import { expect, test } from 'vitest';
import {
  configured,
  connect,
  conversing,
  fence,
  frames,
  journaled,
  onlyConversation,
  rest,
  start,
  TOKEN,
} from './support/emulator.ts';
import type { Json } from './support/socket.ts';

const presenceOf = (frame: Json): string | undefined => frame.body.events?.[0]?.presence?.type;

// holds: GUEST-CLEAR, GUEST-CLEAR-ORDER, GUEST-DISCONNECT-IN-HISTORY, class:SessionClearedEvent, class:ConnectionClosedEvent
test('Presence Clear is copied to every connection, then the session and the connections are over', async () => {
  const genesys = await start();
  const first = await conversing(genesys);
  const second = await configured(genesys);
  first.send(frames.presence('Clear'));
  const told = [await first.next(), await first.next(), await first.next()];
  expect(told.map((each) => each.class)).toEqual(['StructuredMessage', 'SessionClearedEvent', 'ConnectionClosedEvent']);
  expect(told[0]).toMatchObject({ tracingId: 'presence-Clear', body: { type: 'Event', direction: 'Inbound' } });
  expect(presenceOf(told[0])).toBe('Clear');
  expect(told[2].body).toEqual({});
  const copy = await second.next();
  expect(copy).not.toHaveProperty('tracingId');
  expect(copy.body, 'one event, the same for all').toEqual(told[0].body);
  expect((await second.next()).class).toBe('SessionClearedEvent');
  expect([await first.closed, await second.closed]).toEqual([1000, 1000]);
  expect(onlyConversation(genesys).conversation.participants[0]?.communications[0]?.state).toBe('disconnected');
  const again = await configured(genesys);
  expect(again.frames[0].body.newSession).toBe(true);
});

// holds: switch:clearedBeforeCopy
test('a switch puts SessionClearedEvent before the copy, as a live session had it', async () => {
  const genesys = await start({ switches: { clearedBeforeCopy: true } });
  const guest = await conversing(genesys);
  guest.send(frames.presence('Clear'));
  const told = [await guest.next(), await guest.next(), await guest.next()];
  expect(told.map((each) => each.class)).toEqual(['SessionClearedEvent', 'StructuredMessage', 'ConnectionClosedEvent']);
});

test('a session without a conversation can be cleared, and none is opened by it', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(frames.presence('Clear'));
  expect(presenceOf(await guest.next())).toBe('Clear');
  expect((await guest.next()).class).toBe('SessionClearedEvent');
  expect(genesys.conversations()).toEqual([]);
});

// holds: GUEST-DISCONNECT, GUEST-START-NEW-HISTORY, GUEST-DISCONNECT-IN-HISTORY
test('when the agent ends it with type Send the guest is told, and the next message opens another conversation', async () => {
  const genesys = await start({ deployment: { conversationDisconnect: 'Send' } });
  const guest = await conversing(genesys);
  expect(genesys.disconnect(onlyConversation(genesys).id)).toBe(true);
  const told = await guest.next();
  expect(told.body).toMatchObject({ type: 'Event', direction: 'Outbound' });
  expect(presenceOf(told)).toBe('Disconnect');
  expect(told.body.metadata).not.toHaveProperty('readOnly');
  guest.send(frames.text('one more thing'));
  expect((await guest.next()).body.text).toBe('one more thing');
  expect(genesys.conversations()).toHaveLength(2);

  guest.send(frames.jwt);
  const { jwt } = (await guest.next()).body;
  const history = await rest(genesys, 'GET', '/api/v2/webmessaging/messages', { token: jwt });
  expect(history.body.entities.map((each: Json) => each.text ?? each.events[0].presence.type)).toEqual([
    'one more thing',
    'Disconnect',
    'hello',
  ]);
});

// holds: GUEST-DISCONNECT, GUEST-READ-ONLY-409, GUEST-CLOSE-SESSION, action:closeSession
test('with type ReadOnly nothing can be written until the guest closes the session and starts anew', async () => {
  const genesys = await start({ deployment: { conversationDisconnect: 'ReadOnly' } });
  const guest = await conversing(genesys);
  const other = await configured(genesys);
  genesys.disconnect(onlyConversation(genesys).id);
  expect((await guest.next()).body.metadata.readOnly).toBe('true');
  await other.next();
  for (const frame of [frames.text('too late'), frames.typing(), frames.presence('Join')]) {
    guest.send(frame);
    expect(await guest.next()).toMatchObject({ class: 'string', code: 409, tracingId: frame.tracingId });
  }
  guest.send(frames.configure(genesys));
  expect((await guest.next()).body).toMatchObject({ readOnly: true, newSession: false });

  guest.send({ action: 'closeSession', token: TOKEN, closeAllConnections: true, tracingId: 'close-1' });
  expect(await guest.next()).toMatchObject({
    class: 'SessionResponse',
    tracingId: 'close-1',
    body: { connected: false, readOnly: true },
  });
  expect((await other.next()).class).toBe('ConnectionClosedEvent');
  expect(await other.closed).toBe(1000);
  guest.send(frames.configure(genesys, { startNew: true }));
  expect((await guest.next()).body).toMatchObject({ connected: true, newSession: true, readOnly: false });
  guest.send(frames.text('anew'));
  expect((await guest.next()).body.text).toBe('anew');
});

test('a read-only conversation can be cleared', async () => {
  const genesys = await start({ deployment: { conversationDisconnect: 'ReadOnly' } });
  const guest = await conversing(genesys);
  genesys.disconnect(onlyConversation(genesys).id);
  await guest.next();
  guest.send(frames.presence('Clear'));
  expect(presenceOf(await guest.next())).toBe('Clear');
});

test('with the setting off the guest hears nothing of the end', async () => {
  const genesys = await start({ deployment: { conversationDisconnect: 'Off' } });
  const guest = await conversing(genesys);
  genesys.disconnect(onlyConversation(genesys).id);
  expect(await fence(guest)).toEqual([]);
});

test('the end by the control route is the same; a conversation that is over, or none, is 404', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const path = `/_emulator/conversations/${onlyConversation(genesys).id}/disconnect`;
  expect((await rest(genesys, 'POST', path, { body: {} })).status).toBe(204);
  expect(presenceOf(await guest.next())).toBe('Disconnect');
  expect((await rest(genesys, 'POST', path, { body: {} })).status).toBe(404);
});

// holds: GUEST-CLOSE-SESSION-LIVE
test('closeSession for one connection leaves the others and the conversation alone; the caller has no session until it configures', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const other = await configured(genesys);
  guest.send({ action: 'closeSession', token: TOKEN, closeAllConnections: false });
  expect((await guest.next()).body).toMatchObject({ connected: false, readOnly: false });
  guest.send(frames.text('nobody hears it'));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4007 });
  expect(await fence(other)).toEqual([]);
  guest.send(frames.configure(genesys));
  expect((await guest.next()).body.newSession).toBe(false);
});

// holds: GUEST-CONFIGURATION, GUEST-CONFIGURATION-ANYTIME, GUEST-ALLOWED-MEDIA, action:getConfiguration, class:GetConfigurationResponse
test('getConfiguration names the limits of the deployment, also before a session is configured', async () => {
  const genesys = await start({ deployment: { fileTypes: ['image/*'], maxFileSizeKB: 5 } });
  const guest = await connect(genesys);
  const ask = (deploymentId: string) => guest.send({ action: 'getConfiguration', token: TOKEN, deploymentId });
  ask(genesys.info.deploymentId);
  expect((await guest.next()).body).toMatchObject({
    allowedMedia: { inbound: { fileTypes: [{ type: 'image/*' }], maxFileSizeKB: 5 } },
    maxCustomDataBytes: 2_048,
    messageRoutingEnabled: true,
    sessionDurationSeconds: 259_200,
  });
  ask('elsewhere');
  expect(await guest.next()).toMatchObject({ class: 'string', code: 404 });
});

// holds: GUEST-PUSH, GUEST-PUSH-NOT-SERVED, op:postWebmessagingDeploymentPushdevice, op:patchWebmessagingDeploymentPushdevice, op:deleteWebmessagingDeploymentPushdevice
test.each(['POST', 'PATCH', 'DELETE'])(
  '%s of a push device is refused as by an organisation without push',
  async (method) => {
    const genesys = await start();
    const path = (deploymentId: string) => `/api/v2/webmessaging/deployments/${deploymentId}/pushdevices/${TOKEN}`;
    const answer = await rest(genesys, method, path(genesys.info.deploymentId), { token: undefined, body: {} });
    expect([answer.status, answer.body.code]).toEqual([403, 'feature.toggle.disabled']);
    expect((await journaled(genesys, ({ status }) => status === 403)).note).toContain('not served');
    const elsewhere = await rest(genesys, method, path('elsewhere'), { token: undefined, body: {} });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'deployment.not.found']);
  },
);

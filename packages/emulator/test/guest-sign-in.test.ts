import type { Emulator } from '@backchannel/emulator';
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
  startAtRest,
  TOKEN,
} from './support/emulator.ts';
import type { TestSocket } from './support/socket.ts';

const PATH = '/api/v2/webdeployments/token';

const exchange = (genesys: Emulator, oauth: object, deploymentId = genesys.info.deploymentId) =>
  rest(genesys, 'POST', `${PATH}/oauthcodegrantjwtexchange`, { token: undefined, body: { deploymentId, oauth } });

async function jwtOf(genesys: Emulator, customer = 0): Promise<string> {
  const code = genesys.info.customers[customer]?.code;
  const answer = await exchange(genesys, { code, redirectUri: 'https://shop.example/back', codeVerifier: 'v' });
  expect(answer.status).toBe(200);
  return answer.body.jwt;
}

const signIn = (genesys: Emulator, guest: TestSocket, jwt: string, more: object = {}): void =>
  guest.send({
    action: 'configureAuthenticatedSession',
    token: TOKEN,
    deploymentId: genesys.info.deploymentId,
    data: { code: jwt },
    tracingId: 'sign-in',
    ...more,
  });

async function signedIn(genesys: Emulator, jwt: string, more: object = {}): Promise<TestSocket> {
  const guest = await connect(genesys);
  signIn(genesys, guest, jwt, more);
  const answer = await guest.next();
  expect(answer).toMatchObject({ class: 'SessionResponse', tracingId: 'sign-in', body: { connected: true } });
  return guest;
}

// holds: GUEST-SIGN-IN, GUEST-SIGN-IN-PROVIDER, GUEST-AUTHENTICATED, action:configureAuthenticatedSession, op:postWebdeploymentsTokenOauthcodegrantjwtexchange
test('a code of the identity provider becomes a JWT, and the JWT a session under the name of the customer', async () => {
  const genesys = await start();
  const guest = await signedIn(genesys, await jwtOf(genesys));
  guest.send(frames.text('It is me'));
  expect((await guest.next()).body.metadata.authenticated).toBe('true');
  expect(onlyConversation(genesys).conversation.participants[0]?.name).toBe('Cara Diaz');
});

test('an id token is as good as a code, without a redirect', async () => {
  const genesys = await start();
  const answer = await exchange(genesys, { idToken: genesys.info.customers[1]?.idToken, nonce: 'n' });
  await signedIn(genesys, answer.body.jwt);
});

// holds: GUEST-SIGN-IN-STEP-UP, GUEST-SIGN-IN-ORDER, GUEST-CLOSED-REASON, switch:closedReasonField
test.each(['reason', 'reasonCode'] as const)(
  'the step-up closes the other connections (%s: signedIn), ends the other session of the customer and says SignIn',
  async (closedReasonField) => {
    const genesys = await start({ switches: { closedReasonField } });
    const elsewhere = await signedIn(genesys, await jwtOf(genesys), { token: 'elsewhere' });
    const guest = await conversing(genesys);
    const other = await configured(genesys);
    signIn(genesys, guest, await jwtOf(genesys));
    expect((await guest.next()).body).toMatchObject({ newSession: false, clearedExistingSession: true });
    expect((await guest.next()).body).toMatchObject({
      direction: 'Inbound',
      channel: { from: { firstName: 'Cara', lastName: 'Diaz' } },
      events: [{ eventType: 'Presence', presence: { type: 'SignIn' } }],
    });
    for (const displaced of [other, elsewhere]) {
      expect(await displaced.next()).toMatchObject({
        class: 'ConnectionClosedEvent',
        body: { [closedReasonField]: 'signedIn' },
      });
      expect(await displaced.closed).toBe(1000);
    }
    guest.send(frames.text('still the same conversation'));
    await guest.next();
    expect(onlyConversation(genesys).conversation.transcript).toHaveLength(2);
  },
);

// holds: GUEST-NO-DOWNGRADE
test('there is no way back: configureSession on a session that has signed in is 4017', async () => {
  const genesys = await start();
  const guest = await signedIn(genesys, await jwtOf(genesys));
  guest.send(frames.configure(genesys));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4017, tracingId: 'configure-1' });
});

// holds: GUEST-LOGOUT, class:LogoutEvent, op:deleteWebdeploymentsTokenRevoke
test('revoking logs the customer out on every connection, and its JWTs are void', async () => {
  const genesys = await start();
  const jwt = await jwtOf(genesys);
  const guest = await signedIn(genesys, jwt);
  const other = await signedIn(genesys, jwt, { token: 'another device' });
  expect((await rest(genesys, 'DELETE', `${PATH}/revoke`, { token: jwt })).status).toBe(204);
  for (const each of [guest, other]) expect(await each.next()).toMatchObject({ class: 'LogoutEvent', code: 200 });
  guest.send(frames.text('gone'));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4007 });
  signIn(genesys, guest, jwt);
  expect(await guest.next()).toMatchObject({ class: 'string', code: 401 });
  expect((await rest(genesys, 'DELETE', `${PATH}/revoke`, { token: jwt })).status).toBe(401);
  expect((await rest(genesys, 'DELETE', `${PATH}/revoke`, { token: undefined })).status).toBe(401);
  signIn(genesys, guest, await jwtOf(genesys));
  expect((await guest.next()).body).toMatchObject({ connected: true, newSession: false });
});

// holds: GUEST-SIGN-IN-REFRESH, GUEST-SIGN-IN-JWT-LIFE, op:postWebdeploymentsTokenRefresh
test('an expired JWT is 401 until it is refreshed, with or without the deployment', async () => {
  const { genesys, clock } = await startAtRest();
  const { jwt, refreshToken } = (await exchange(genesys, { code: genesys.info.customers[0]?.code, redirectUri: 'r' }))
    .body;
  clock.advance(900_000);
  const guest = await connect(genesys);
  signIn(genesys, guest, jwt);
  expect(await guest.next()).toMatchObject({ class: 'string', code: 401, tracingId: 'sign-in' });
  for (const more of [{}, { deploymentId: genesys.info.deploymentId }]) {
    const body = { refreshToken, ...more };
    const refreshed = await rest(genesys, 'POST', `${PATH}/refresh`, { token: undefined, body });
    signIn(genesys, guest, refreshed.body.jwt);
    expect(await guest.next()).toMatchObject({ class: 'SessionResponse' });
  }
  const unknown = await rest(genesys, 'POST', `${PATH}/refresh`, { token: undefined, body: { refreshToken: 'x' } });
  expect([unknown.status, unknown.body.code]).toEqual([401, 'bad.credentials']);
});

// holds: GUEST-SIGN-IN-ERRORS
test('what is no JWT of the exchange, another customer, or a deployment without it, is 403 in the official words', async () => {
  const refused = { class: 'string', code: 403, body: 'Session authentication failed' };
  const genesys = await start({ deployment: { allowSessionUpgrade: false } });
  const guest = await conversing(genesys);
  guest.send(frames.jwt);
  const historyJwt = (await guest.next()).body.jwt;
  for (const jwt of ['nonsense', genesys.info.customers[0]?.code ?? '', historyJwt, await jwtOf(genesys)]) {
    signIn(genesys, guest, jwt);
    expect(await guest.next()).toMatchObject(refused);
  }
  const cara = await signedIn(genesys, await jwtOf(genesys), { token: 'cara' });
  signIn(genesys, cara, await jwtOf(genesys, 1), { token: 'cara' });
  expect(await cara.next()).toMatchObject(refused);
  const off = await start({ deployment: { signIn: false } });
  const stranger = await connect(off);
  signIn(off, stranger, await jwtOf(genesys));
  expect(await stranger.next()).toMatchObject(refused);
});

test('a JWT of the exchange does not open the history', async () => {
  const genesys = await start();
  const history = await rest(genesys, 'GET', '/api/v2/webmessaging/messages', { token: await jwtOf(genesys) });
  expect(history.status).toBe(401);
  expect((await journaled(genesys, ({ status }) => status === 401)).note).toContain('is not a JWT');
});

// holds: GUEST-SIGN-IN-REST-ERRORS
test.each([
  ['an unknown code', { code: 'guess', redirectUri: 'r' }, 401, 'bad.credentials'],
  ['a code without redirectUri', { code: 'guess' }, 400, 'bad.request'],
  ['neither code nor id token', {}, 400, 'bad.request'],
])('the exchange refuses %s', async (_name, oauth, status, code) => {
  const genesys = await start();
  const answer = await exchange(genesys, oauth);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

test('the exchange refuses another deployment, and one without sign-in', async () => {
  const genesys = await start();
  expect((await exchange(genesys, { code: 'x', redirectUri: 'r' }, 'elsewhere')).status).toBe(404);
  const off = await start({ deployment: { signIn: false } });
  expect((await exchange(off, { code: off.info.customers[0]?.code, redirectUri: 'r' })).status).toBe(403);
});

test('codes, id tokens, JWTs and refresh tokens never stand in the journal whole', async () => {
  const genesys = await start();
  const answer = await exchange(genesys, { code: genesys.info.customers[0]?.code, redirectUri: 'r' });
  await exchange(genesys, { idToken: genesys.info.customers[1]?.idToken });
  const guest = await signedIn(genesys, answer.body.jwt);
  await fence(guest);
  const journal = JSON.stringify(genesys.journal.entries());
  const [cara, dev] = genesys.info.customers;
  for (const secret of [cara?.code, dev?.idToken, answer.body.jwt, answer.body.refreshToken]) {
    expect(journal).not.toContain(secret);
  }
});

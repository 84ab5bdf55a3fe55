// Real time and real sockets: signing in means what the emulator says it means.
import { hostsAt } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import { signIn, signOut } from '@backchannel/client/guest/more';
import { type EmulatorOptions, startEmulator } from '@backchannel/emulator';
import { expect, it, vi } from 'vitest';

const PATIENCE = { timeout: 10_000, interval: 10 };
vi.setConfig({ testTimeout: 30_000 });

async function shop(options: EmulatorOptions = {}) {
  const genesys = await startEmulator({ port: 0, seed: 9, limits: 'off', ...options });
  const [cara, dev] = genesys.info.customers;
  if (!cara || !dev) throw new Error('The emulator has no customers.');
  const guests: GuestSession[] = [];
  const visit = (token?: string): GuestSession => {
    const guest = new GuestSession({ hosts: hostsAt(genesys.url), deploymentId: genesys.info.deploymentId, token });
    guests.push(guest);
    return guest;
  };
  const end = async (): Promise<void> => {
    for (const guest of guests) await guest.close();
    await genesys.close();
  };
  const proof = { code: cara.code, redirectUri: 'https://shop.example/back', codeVerifier: 'v' };
  const configures = () => genesys.journal.entries().filter(({ kind }) => kind.startsWith('configure'));
  return { genesys, visit, proof, dev, configures, [Symbol.asyncDispose]: end };
}

// holds: GUEST-SIGN-IN
it('signs in while it connects, and every reconnect signs in by itself', async () => {
  await using there = await shop();
  const { genesys, visit, proof, configures } = there;
  const guest = visit();
  const settled = await signIn(guest, proof);
  expect(settled).toMatchObject({ outcome: 'sent', value: { refreshToken: expect.any(String) } });
  expect(configures(), 'once').toHaveLength(1);
  await guest.send('It is me');
  expect(genesys.conversations()[0]?.participants[0]?.name).toBe('Cara Diaz');
  genesys.cut('guests');
  await vi.waitFor(() => expect(configures()).toHaveLength(2), PATIENCE);
  await vi.waitFor(() => expect(guest.snapshot().state).toBe('live'), PATIENCE);
  expect(configures().map(({ kind }) => kind)).toEqual([
    'configureAuthenticatedSession',
    'configureAuthenticatedSession',
  ]);
});

it('signs in with an id token, and on the next visit with the refresh token', async () => {
  await using there = await shop();
  const { genesys, visit, dev } = there;
  const guest = visit();
  const { value } = await signIn(guest, { idToken: dev.idToken, nonce: 'n' });
  await guest.send('hello');
  const { token } = guest.snapshot();
  await guest.close();
  const again = visit(token);
  expect(await signIn(again, { refreshToken: value?.refreshToken ?? '' })).toMatchObject({ outcome: 'sent' });
  expect(again.snapshot().messages.map(({ text }) => text)).toEqual(['hello']);
  expect(genesys.conversations()).toHaveLength(1);
});

// holds: GUEST-SIGN-IN-STEP-UP
it('steps up a live session: the conversation goes on under the name of the customer', async () => {
  await using there = await shop();
  const { genesys, visit, proof } = there;
  const guest = visit();
  await guest.connect();
  await guest.send('anonymous');
  const presences: string[] = [];
  guest.on('presence', ({ type }) => presences.push(type));
  expect(await signIn(guest, proof)).toMatchObject({ outcome: 'sent' });
  await vi.waitFor(() => expect(presences).toEqual(['SignIn']), PATIENCE);
  await guest.send('and now known');
  expect(genesys.conversations().map(({ transcript }) => transcript.length)).toEqual([2]);
  expect(guest.snapshot().messages.map(({ status }) => status)).toEqual(['sent', 'sent']);
});

it('says what was not accepted, and leaves a live session as it was', async () => {
  await using there = await shop({ deployment: { allowSessionUpgrade: false } });
  const { visit, proof, genesys, configures } = there;
  const guest = visit();
  await guest.connect();
  expect(await signIn(guest, { ...proof, code: 'guess' })).toMatchObject({
    outcome: 'refused',
    error: { code: 'platform.bad.credentials' },
  });
  expect(await signIn(guest, proof)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('403') });
  expect(guest.snapshot().state).toBe('live');
  genesys.cut('guests');
  await vi.waitFor(() => expect(configures()).toHaveLength(3), PATIENCE);
  expect(configures().at(-1)?.kind, 'anonymous again').toBe('configureSession');
  expect(await signOut(guest)).toMatchObject({ outcome: 'suppressed:no-conversation' });
});

// holds: GUEST-LOGOUT
it('signs out everywhere, and is anonymous with a new token afterwards', async () => {
  await using there = await shop();
  const { visit, proof, configures } = there;
  const [here, elsewhere] = [visit(), visit()];
  await signIn(here, proof);
  await signIn(elsewhere, proof);
  const { token } = elsewhere.snapshot();
  expect(await signOut(here)).toMatchObject({ outcome: 'sent' });
  await vi.waitFor(
    () => expect(elsewhere.snapshot()).toMatchObject({ state: 'closed', reason: 'The guest logged out.' }),
    PATIENCE,
  );
  expect(await elsewhere.connect()).toMatchObject({ outcome: 'sent', value: { newSession: true } });
  expect(elsewhere.snapshot().token).not.toBe(token);
  expect(configures().at(-1)?.kind).toBe('configureSession');
});

// holds: GUEST-SIGN-IN-REFRESH
it('renews a JWT that has expired while the connection was away, and one that is to be signed out with', async () => {
  await using there = await shop();
  const { genesys, visit, proof } = there;
  const guest = visit();
  await signIn(guest, proof);
  const failures: unknown[] = [];
  guest.on('state', (state) => state.kind === 'failed' && failures.push(state));
  await genesys.clock.advance(1_000_000);
  genesys.cut('guests');
  await vi.waitFor(() => expect(failures).toMatchObject([{ reason: 'not-configured', code: 401 }]), PATIENCE);
  await vi.waitFor(() => expect(guest.snapshot().state).toBe('live'), PATIENCE);
  expect(await guest.send('still me')).toMatchObject({ outcome: 'sent' });
  await genesys.clock.advance(1_000_000);
  expect(await signOut(guest)).toMatchObject({ outcome: 'sent' });
});

it('renews a JWT that is refused again and again three times, and no more', async () => {
  await using there = await shop();
  const { genesys, visit, proof, configures } = there;
  const guest = visit();
  await signIn(guest, proof);
  genesys.faults.add({ frame: 'configureAuthenticatedSession', first: 9, status: 401 });
  genesys.cut('guests');
  await vi.waitFor(() => expect(guest.snapshot().lastNotice?.code).toBe('sign-in.lost'), PATIENCE);
  expect(configures(), 'the first, the reconnect and three renewals').toHaveLength(5);
  expect(guest.snapshot().lastNotice?.text).toContain('3 times in a row');
});

it('tells when the sign-in is lost for good, and is anonymous from then on', async () => {
  await using there = await shop();
  const { genesys, visit, proof } = there;
  const guest = visit();
  await signIn(guest, proof);
  genesys.faults.add({ operation: 'postWebdeploymentsTokenRefresh', first: 9, status: 401 });
  await genesys.clock.advance(1_000_000);
  genesys.cut('guests');
  await vi.waitFor(() => expect(guest.snapshot().lastNotice?.code).toBe('sign-in.lost'), PATIENCE);
  expect(guest.snapshot().state).toBe('failed');
  // The token belongs to a customer: the first attempt without the sign-in is refused, and the next one is a new guest.
  expect(await guest.connect()).toMatchObject({ outcome: 'refused' });
  expect(await guest.connect()).toMatchObject({ outcome: 'sent', value: { newSession: true } });
});

it('keeps the next sign-in when an answer to the sign-out of the last one comes late', async () => {
  await using there = await shop();
  const { genesys, visit, proof, dev, configures } = there;
  const guest = visit();
  await signIn(guest, proof);
  genesys.faults.add({ operation: 'deleteWebdeploymentsTokenRevoke', direction: 'out', delayMs: 60_000 });
  const leaving = signOut(guest);
  await vi.waitFor(() => expect(guest.snapshot().reason).toBe('The guest logged out.'), PATIENCE);
  expect(await signIn(guest, { idToken: dev.idToken, nonce: 'n' })).toMatchObject({ outcome: 'sent' });
  genesys.faults.clear();
  expect(await leaving).toMatchObject({ outcome: 'sent' });
  const before = configures().length;
  genesys.cut('guests');
  await vi.waitFor(() => expect(configures()).toHaveLength(before + 1), PATIENCE);
  expect(configures().at(-1)?.kind).toBe('configureAuthenticatedSession');
});

it('gives what to keep also to a caller who gave up: the proof is spent', async () => {
  await using there = await shop();
  const { genesys, visit, proof } = there;
  genesys.faults.add({ frame: 'configureAuthenticatedSession', delayMs: 60_000 });
  const guest = visit();
  const patience = new AbortController();
  const signing = signIn(guest, proof, { signal: patience.signal });
  await vi.waitFor(() => expect(genesys.faults.list()).toMatchObject([{ fired: 1 }]), PATIENCE);
  patience.abort();
  const { outcome, value } = await signing;
  expect([outcome, value]).toEqual(['aborted', { refreshToken: expect.any(String) }]);
  expect(await signIn(visit(), { refreshToken: value?.refreshToken ?? '' })).toMatchObject({ outcome: 'sent' });
});

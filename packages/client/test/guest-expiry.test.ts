// The end of a session, as far as a guest can know it beforehand.
import type { ExpiryNotice } from '@backchannel/client/guest/more';
import { healthCheck, watchExpiry } from '@backchannel/client/guest/more';
import { expect, it, onTestFinished } from 'vitest';
import { GuestService } from './support/guest-service.ts';

async function watched(life: GuestService['life']) {
  const service = new GuestService();
  service.life = life;
  const guest = service.session();
  const notices: ExpiryNotice[] = [];
  const stop = watchExpiry(guest, (notice) => notices.push(notice));
  onTestFinished(async () => {
    stop();
    await guest.close();
    expect(service.ports.clock.pending, 'timers that are left').toBe(0);
  });
  await guest.connect();
  const secondsFromStart = () => notices.map(({ expiring, expiresAt = '' }) => [expiring, expiresAt.slice(11, 19)]);
  return { service, guest, notices, secondsFromStart };
}

it('tells the new end when a message has prolonged the session', async () => {
  const { service, guest, secondsFromStart } = await watched({ durationSeconds: 900 });
  await service.ports.clock.advance(700_000);
  await guest.send('Still here');
  expect(secondsFromStart()).toEqual([
    [true, '00:15:01'],
    [false, '00:26:41'],
  ]);
});

it('tells of a session that follows one that was about to expire', async () => {
  const { service, guest, secondsFromStart } = await watched({ durationSeconds: 900 });
  await service.ports.clock.advance(700_000);
  service.ports.socket.frame({ type: 'message', class: 'SessionExpiredEvent', code: 200, body: {} });
  service.restart();
  await guest.connect();
  // Ten minutes, and the health check waits for its turn behind those of the connection.
  await service.ports.clock.advance(650_000);
  expect(secondsFromStart()).toEqual([
    [true, '00:15:01'],
    [false, '00:26:41'],
    [true, '00:26:41'],
  ]);
});

it('takes a date beyond all dates for none', async () => {
  const { service, guest, notices } = await watched({ durationSeconds: 1e300, expirationDate: 1e300 });
  expect(await healthCheck(guest)).toEqual({
    outcome: 'sent',
    reason: 'It lives.',
    value: { durationSeconds: 1e300, expiresAt: undefined },
  });
  service.agentSays('Hello');
  expect(notices).toEqual([]);
});

it('knows eighteen months, which no timer can wait for, and says nothing before', async () => {
  const { service, notices } = await watched({ durationSeconds: 540 * 86_400 });
  await service.ports.clock.advance(40 * 86_400_000);
  expect(notices).toEqual([]);
});

import { COPY_TIMEOUT_MS, RECONCILE_TIMEOUT_MS } from '@backchannel/client/guest';
import { MAY_HAVE_ARRIVED, recentMessages } from '@backchannel/client/guest/more';
import { describe, expect, it } from 'vitest';
import { GuestService } from './support/guest-service.ts';
import { checkLeaks } from './support/leaks.ts';

describe('the newest messages, read for certain', () => {
  const track = checkLeaks();
  const live = async () => {
    const service = track(new GuestService());
    const guest = service.session();
    await guest.connect();
    return { service, guest, clock: service.ports.clock };
  };

  it('are what the service has at this moment, oldest first, and change nothing in the session', async () => {
    const { service, guest } = await live();
    await guest.send('Hello');
    service.store('Outbound', 'Missed by the socket');
    service.store('Outbound', '');
    const shown = guest.snapshot().messages;
    expect(await recentMessages(guest)).toMatchObject({
      outcome: 'sent',
      value: [
        { from: 'guest', text: 'Hello', keys: ['m-1', 'server-m-1'], status: 'sent' },
        { from: 'agent', text: 'Missed by the socket', keys: ['m-2', 'server-m-2'], name: 'Ana' },
      ],
    });
    expect(guest.snapshot().messages).toBe(shown);
    await guest.close();
  });

  it('tell whether a message arrived whose copy was lost', async () => {
    const { service, guest, clock } = await live();
    service.losesMessages = true;
    service.stallsHistory = true;
    const sending = guest.send('Hello?');
    await clock.advance(COPY_TIMEOUT_MS + RECONCILE_TIMEOUT_MS + 1_000);
    expect(await sending).toMatchObject({ outcome: 'timeout', reason: MAY_HAVE_ARRIVED });
    service.stallsHistory = false;
    expect(await recentMessages(guest)).toMatchObject({ outcome: 'sent', value: [] });
    await guest.close();
  });

  it('are not to be had without a connection, nor when the history does not answer', async () => {
    const { service, guest, clock } = await live();
    service.stallsHistory = true;
    const reading = recentMessages(guest);
    await clock.advance(60_000);
    expect((await reading).outcome).not.toBe('sent');
    expect((await reading).value).toBeUndefined();
    const given = new AbortController();
    given.abort();
    expect(await recentMessages(guest, { signal: given.signal })).toMatchObject({ outcome: 'aborted' });
    await guest.close();
    expect(await recentMessages(guest)).toMatchObject({ outcome: 'offline' });
  });

  it('are given up when there is no place for the request in half a minute', async () => {
    const { guest, clock } = await live();
    for (let each = 0; each < 10; each++) expect(await recentMessages(guest)).toMatchObject({ outcome: 'sent' });
    const reading = recentMessages(guest);
    await clock.advance(30_000);
    expect(await reading).toMatchObject({ outcome: 'timeout' });
    await guest.close();
  });

  it('and every message of the snapshot carry all ids that the platform has for them', async () => {
    const { service, guest } = await live();
    await guest.send('Hello');
    service.agentSays('Hi');
    expect(guest.snapshot().messages.map(({ keys }) => keys)).toEqual([
      ['m-1', 'server-m-1'],
      ['m-2', 'server-m-2'],
    ]);
    await guest.close();
  });
});

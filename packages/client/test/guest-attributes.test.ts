import { hostsAt } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import { clear } from '@backchannel/client/guest/more';
import { startEmulator } from '@backchannel/emulator';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';
import { checkLeaks } from './support/leaks.ts';

const attributes = { order: 'A-1001', binding: 'b-1' };

describe('attributes of a conversation', () => {
  const track = checkLeaks();
  const service = () => track(new GuestService());
  /** The attributes of each frame that carries a message or an event, in order. */
  const carried = (genesys: GuestService) =>
    genesys
      .sent('onMessage')
      .map(({ message }) => (message as { channel?: { metadata: { customAttributes: unknown } } }).channel?.metadata)
      .map((metadata) => metadata?.customAttributes);

  // holds: GUEST-ATTRIBUTES-TWO-PLACES
  it('go with the Join that opens it, and with no message after it', async () => {
    const genesys = service();
    genesys.config.autoStart = true;
    const guest = genesys.session({ attributes });
    await guest.connect();
    await settle();
    await guest.send('hello', { attributes: { page: 'cart' } });
    await genesys.ports.clock.advance(2_000);
    await guest.send('again');
    expect(carried(genesys)).toEqual([attributes, { page: 'cart' }, undefined]);
    await guest.close();
  });

  it('go with the first message where nothing joins, together with its own, which win', async () => {
    const genesys = service();
    const guest = genesys.session({ attributes });
    await guest.connect();
    await guest.send('hello', { attributes: { order: 'A-1002' } });
    await guest.send('again');
    expect(carried(genesys)).toEqual([{ order: 'A-1002', binding: 'b-1' }, undefined]);
    await guest.close();
  });

  it('go with a resumed session’s message only when no conversation is open', async () => {
    const genesys = service();
    genesys.newSession = false;
    const guest = genesys.session({ attributes });
    await guest.connect();
    await guest.send('first of all');
    await guest.close();
    await guest.connect();
    await guest.send('it is open');
    expect(carried(genesys)).toEqual([attributes, undefined]);
    await guest.close();
  });

  it('go with the message that opens another conversation after an agent has ended the first', async () => {
    const genesys = service();
    const guest = genesys.session({ attributes });
    await guest.connect();
    await guest.send('first');
    genesys.ports.socket.frame(genesys.event({ eventType: 'Presence', presence: { type: 'Disconnect' } }));
    await guest.send('second');
    expect(carried(genesys)).toEqual([attributes, attributes]);
    await guest.close();
  });

  it('are never sent as an empty list', async () => {
    const genesys = service();
    const guest = genesys.session();
    await guest.connect();
    await guest.send('hello');
    expect(JSON.stringify(genesys.sent('onMessage'))).not.toContain('channel');
    await guest.close();
  });

  it('over 2,048 bytes are a mistake of the caller: alone, and with those of a message', async () => {
    const genesys = service();
    expect(() => genesys.session({ attributes: { big: 'x'.repeat(2_046) } })).toThrow(
      /attributes\.invalid.*2049 bytes/,
    );
    const guest = genesys.session({ attributes: { big: 'x'.repeat(2_000) } });
    await guest.connect();
    await expect(guest.send('hello', { attributes: { page: 'x'.repeat(50) } })).rejects.toMatchObject({
      code: 'attributes.invalid',
    });
    expect(carried(genesys)).toEqual([]);
    await guest.close();
  });
});

// Real time and real sockets: what the platform makes of them.
describe.each([true, false])('against the emulator, autostart %s', (autoStart) => {
  // holds: GUEST-ATTRIBUTES-ON-CUSTOMER
  it('they stand on the customer participant, again after a clear', async () => {
    await using genesys = await startEmulator({ port: 0, seed: 3, limits: 'off', deployment: { autoStart } });
    const { deploymentId } = genesys.info;
    await using guest = new GuestSession({ hosts: hostsAt(genesys.url), deploymentId, attributes });
    const customers = () => genesys.conversations().flatMap(({ participants }) => participants);
    const attributesOf = () =>
      customers()
        .filter(({ purpose }) => purpose === 'customer')
        .map((participant) => participant.attributes);
    await guest.connect();
    await guest.send('hello');
    expect(attributesOf()).toEqual([attributes]);
    expect((await clear(guest)).outcome).toBe('sent');
    await guest.connect();
    await guest.send('hello again');
    expect(attributesOf()).toEqual([attributes, attributes]);
  });
});

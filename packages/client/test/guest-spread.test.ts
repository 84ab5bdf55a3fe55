import { retryNow, retryWhenOnline, spreadReconnects } from '@backchannel/client/guest/more';
import { reconnectRoundMs } from '@backchannel/signals';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';
import { checkLeaks } from './support/leaks.ts';

describe('guests take turns to reconnect', () => {
  const track = checkLeaks();
  const crowd = { guests: 10_000 };
  const roundMs = reconnectRoundMs({ ...crowd, perMinute: 1_000 });
  const live = async () => {
    const genesys = track(new GuestService());
    const guest = genesys.session();
    await guest.connect();
    const { clock } = genesys.ports;
    const untilTurnMs = () => guest.snapshot().reconnect?.delayMs ?? Number.NaN;
    return { genesys, guest, clock, untilTurnMs };
  };

  it('waits for its turn, and after an attempt that failed for the same moment of the next round', async () => {
    const { genesys, guest, clock, untilTurnMs } = await live();
    spreadReconnects(guest, crowd);
    genesys.automatic = false;
    genesys.ports.socket.drop();
    // The place of a guest to whom chance says 0.5 is the middle of the round.
    expect(untilTurnMs()).toBe(Math.floor(roundMs / 2) - clock.now());
    await clock.advance(untilTurnMs());
    expect(guest.snapshot().state).toBe('connecting');
    genesys.ports.socket.drop();
    expect(untilTurnMs()).toBe(roundMs);
    await clock.advance(roundMs);
    expect(genesys.ports.sockets).toHaveLength(3);
    // Nobody answers: the time that it takes to see that is no reason to come later.
    await clock.advance(10_000);
    expect(untilTurnMs()).toBe(roundMs - 10_000);
    genesys.automatic = true;
    await clock.advance(untilTurnMs());
    expect(guest.snapshot().state).toBe('live');
    await guest.close();
  });

  it('has no second turn in a round in which it was back and lost its connection again', async () => {
    const { genesys, guest, clock, untilTurnMs } = await live();
    spreadReconnects(guest, crowd);
    genesys.ports.socket.drop();
    await clock.advance(untilTurnMs());
    expect(guest.snapshot().state).toBe('live');
    await clock.advance(1_000);
    genesys.ports.socket.drop();
    expect(untilTurnMs()).toBe(roundMs - 1_000);
    await guest.close();
  });

  it('begins nothing early because the line is back', async () => {
    const { genesys, guest, clock, untilTurnMs } = await live();
    const stop = spreadReconnects(guest, crowd);
    const browser = new EventTarget();
    const stopListening = retryWhenOnline(guest, browser);
    genesys.ports.socket.drop();
    const delayMs = untilTurnMs();
    expect(retryNow(guest)).toBe(false);
    browser.dispatchEvent(new Event('online'));
    await settle();
    expect(untilTurnMs()).toBe(delayMs);
    await clock.advance(delayMs);
    expect(guest.snapshot().state).toBe('live');
    genesys.ports.socket.drop();
    stop();
    expect(retryNow(guest), 'it takes turns no more').toBe(true);
    await settle();
    expect(guest.snapshot().state).toBe('live');
    stopListening();
    await guest.close();
  });

  it('waits for its turn, too, when the line is back after every attempt was spent', async () => {
    const { genesys, guest, clock } = await live();
    const stop = spreadReconnects(guest, crowd);
    const browser = new EventTarget();
    const stopListening = retryWhenOnline(guest, browser);
    const online = () => {
      browser.dispatchEvent(new Event('online'));
      return settle();
    };
    const fail = async () => {
      genesys.automatic = false;
      genesys.ports.socket.drop();
      await clock.advance(21 * roundMs);
      expect(guest.snapshot().state).toBe('failed');
      genesys.automatic = true;
    };
    await fail();
    const turnMs = Math.floor(roundMs / 2);
    await online();
    await online();
    const sockets = genesys.ports.sockets.length;
    await clock.advance(roundMs - ((clock.now() - turnMs) % roundMs) - 1);
    expect(guest.snapshot().state).toBe('failed');
    await clock.advance(1);
    expect(guest.snapshot().state).toBe('live');
    expect(genesys.ports.sockets).toHaveLength(sockets + 1);

    await fail();
    await online();
    stopListening();
    await clock.advance(2 * roundMs);
    expect(guest.snapshot().state, 'nobody listens any more').toBe('failed');
    stop();
    await guest.close();
  });

  it('is back as soon as any other guest when it takes turns no more', async () => {
    const { genesys, guest, untilTurnMs } = await live();
    spreadReconnects(guest, crowd)();
    genesys.ports.socket.drop();
    expect(untilTurnMs()).toBe(500);
    await guest.close();
  });

  it('obeys the newest numbers, which only their own end takes away', async () => {
    const { genesys, guest, clock, untilTurnMs } = await live();
    const stopFirst = spreadReconnects(guest, crowd);
    const stop = spreadReconnects(guest, { guests: 500, perMinute: 500 });
    stopFirst();
    genesys.ports.socket.drop();
    expect(untilTurnMs()).toBe(30_000 - clock.now());
    stop();
    await clock.advance(30_000);
    genesys.ports.socket.drop();
    expect(untilTurnMs()).toBe(500);
    await guest.close();
  });

  it.each([
    [{ guests: 0 }, 'guests is 0 (number). Pass a whole number from 1 to 1000000.'],
    [{ guests: 2.5 }, 'guests is 2.5 (number).'],
    [{ guests: Number.NaN }, 'guests is NaN (number).'],
    [{ guests: 1_000_001 }, 'guests is 1000001 (number).'],
    // What the types refuse and JavaScript passes all the same.
    [{ guests: '10' as never }, 'guests is 10 (string).'],
    [{} as never, 'guests is undefined (undefined).'],
    [{ guests: 10, perMinute: 9 }, 'perMinute is 9 (number). Pass a whole number from 10 to 1000000.'],
    [{ guests: 10, perMinute: Infinity }, 'perMinute is Infinity (number).'],
  ])('does not take %j, and leaves the guest as it was', async (spread, text) => {
    const { genesys, guest, untilTurnMs } = await live();
    expect(() => spreadReconnects(guest, spread)).toThrow(
      expect.objectContaining({ code: 'option.invalid', message: expect.stringContaining(text) }),
    );
    genesys.ports.socket.drop();
    expect(untilTurnMs()).toBe(500);
    await guest.close();
  });
});

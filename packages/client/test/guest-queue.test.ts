import { queueWhileOffline } from '@backchannel/client/guest/more';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';

async function offline(options = {}) {
  const service = new GuestService();
  const guest = service.session();
  await guest.connect();
  const stop = queueWhileOffline(guest, options);
  service.ports.socket.drop();
  await settle();
  return { service, guest, stop };
}

/** Lets the reconnect happen and everything leave. */
async function reconnected(service: GuestService): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    service.ports.clock.advance(1_000);
    await settle();
  }
}

const texts = (service: GuestService) => service.texts().map(({ message }) => (message as { text: string }).text);
const statuses = (guest: { snapshot(): { messages: readonly { text: string; status: string }[] } }) =>
  guest.snapshot().messages.map(({ text, status }) => [text, status]);

describe('messages while the connection is away', () => {
  it('are queued, told as such, and leave in order and once when it is back', async () => {
    const { service, guest } = await offline();
    const sends = ['one', 'two', 'three'].map((text) => guest.send(text));
    await settle();
    expect(statuses(guest)).toEqual([
      ['one', 'queued'],
      ['two', 'queued'],
      ['three', 'queued'],
    ]);
    expect(texts(service)).toEqual([]);
    await reconnected(service);
    expect(await Promise.all(sends)).toMatchObject([{ outcome: 'sent' }, { outcome: 'sent' }, { outcome: 'sent' }]);
    expect(texts(service)).toEqual(['one', 'two', 'three']);
    expect(statuses(guest)).toEqual([
      ['one', 'sent'],
      ['two', 'sent'],
      ['three', 'sent'],
    ]);
    await guest.close();
  });

  it('go before one that a listener sends in the very change that makes the session live', async () => {
    const service = new GuestService();
    const guest = service.session();
    await guest.connect();
    service.ports.socket.drop();
    let asked = false;
    guest.subscribe(() => {
      if (asked || guest.snapshot().state !== 'live') return;
      asked = true;
      void guest.send('after');
    });
    queueWhileOffline(guest);
    void guest.send('before');
    await settle();
    await reconnected(service);
    expect(texts(service)).toEqual(['before', 'after']);
    await guest.close();
  });

  it('are refused when the queue is full, with a notice', async () => {
    const { service, guest } = await offline({ limit: 1 });
    const notices: string[] = [];
    guest.on('notice', ({ code }) => notices.push(code));
    const first = guest.send('fits');
    expect(await guest.send('does not')).toMatchObject({ outcome: 'suppressed:budget' });
    expect(notices).toContain('queue.full');
    expect(statuses(guest)).toEqual([
      ['fits', 'queued'],
      ['does not', 'failed'],
    ]);
    await reconnected(service);
    expect(await first).toMatchObject({ outcome: 'sent' });
    await guest.close();
  });

  it('fail when they waited too long, when the caller gives up, when the session closes, and when the queue is switched off', async () => {
    const late = await offline({ waitMs: 100 });
    late.service.automatic = false;
    const waited = late.guest.send('late');
    await settle();
    late.service.ports.clock.advance(100);
    expect(await waited).toMatchObject({ outcome: 'timeout', value: { status: 'failed' } });
    const controller = new AbortController();
    const aborted = late.guest.send('aborted', { signal: controller.signal });
    await settle();
    controller.abort();
    expect(await aborted).toMatchObject({ outcome: 'aborted' });
    const closed = late.guest.send('closed');
    await settle();
    await late.guest.close();
    expect(await closed).toMatchObject({ outcome: 'offline' });
    const off = await offline();
    const stopped = off.guest.send('stopped');
    await settle();
    off.stop();
    expect(await stopped).toMatchObject({ outcome: 'offline', reason: expect.stringContaining('switched off') });
    expect(await off.guest.send('as before')).toMatchObject({ outcome: 'offline' });
    await off.guest.close();
  });

  it('never include typing', async () => {
    const { service, guest } = await offline();
    guest.typing.keystroke('letter');
    await reconnected(service);
    expect(service.typingFrames()).toEqual([]);
    await guest.close();
  });

  it.each([0, 51, 1.5, Number.NaN])('a queue of %s is a mistake of the caller', async (limit) => {
    const guest = new GuestService().session();
    expect(() => queueWhileOffline(guest, { limit })).toThrow('option.invalid');
  });

  it('do not overtake one that waited for the limits when the connection was lost', async () => {
    const service = new GuestService();
    const guest = service.session();
    await guest.connect();
    queueWhileOffline(guest);
    void guest.send('0');
    await settle();
    service.ports.clock.advance(750);
    for (const text of ['1', '2', '3']) {
      void guest.send(text);
      await settle();
    }
    service.ports.socket.drop();
    for (const text of ['4', '5']) void guest.send(text);
    await settle();
    await reconnected(service);
    expect(texts(service)).toEqual(['0', '1', '2', '3', '4', '5']);
    await guest.close();
  });

  it('are neither doubled nor reordered nor lost, however the connection comes and goes', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('send' as const) },
      { weight: 2, arbitrary: fc.constant('drop' as const) },
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 8_000 }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const service = new GuestService();
        const guest = service.session();
        await guest.connect();
        queueWhileOffline(guest);
        const sends: Promise<{ outcome: string }>[] = [];
        for (const each of steps) {
          if (each === 'send') sends.push(guest.send(String(sends.length)));
          else if (each === 'drop') {
            if (service.ports.socket.readyState === 1) service.ports.socket.drop();
          } else service.ports.clock.advance(each);
          await settle();
        }
        await reconnected(service);
        const settled = await Promise.all(sends);
        const left = texts(service).map(Number);
        expect(left).toEqual([...left].sort((a, b) => a - b));
        expect(new Set(left).size).toBe(left.length);
        settled.forEach(({ outcome }, index) => {
          if (outcome === 'sent') expect(left).toContain(index);
        });
        expect(left).toHaveLength(sends.length);
        await guest.close();
      }),
      { numRuns: 100 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { CHANNELS_MAX, NotificationHub, type Subscriber } from '../src/agent/notification-hub.ts';
import { settle } from './support/fake-clock.ts';
import { FakePorts } from './support/fake-ports.ts';
import { checkLeaks } from './support/leaks.ts';

describe('the notification channels of one token', () => {
  const track = checkLeaks();
  const start = () => {
    const { ports } = track({ ports: new FakePorts() });
    const refusal = { outcome: 'refused' as const, reason: 'It was refused.' };
    const state = { refuses: false };
    const api = {
      request: async ({ path }: { readonly path: string }) => {
        if (state.refuses) return refusal;
        const value = path.endsWith('/channels') ? { id: 'one', connectUri: 'ws://test.invalid/one' } : [];
        return { outcome: 'sent' as const, reason: 'It was answered.', value };
      },
    };
    return { ports, state, hub: new NotificationHub({ api: api as never, ports }) };
  };
  /** Somebody who fills a channel. */
  const subscriber = (index: number, heard: string[] = []): Subscriber => ({
    topics: Array.from({ length: 1_000 }, (_, topic) => `topic-${index}-${topic}`),
    frame: ({ kind }) => heard.push(kind),
    unreadable: (reason) => heard.push(reason),
    opened: () => heard.push('opened'),
    waiting: ({ reason }) => heard.push(reason),
    ended: (ended, reason) => heard.push(ended, reason),
  });

  it('are 20 at most, and whoever comes then is refused until one is free', async () => {
    const { hub } = start();
    const all = Array.from({ length: CHANNELS_MAX }, (_, index) => subscriber(index));
    for (const each of all) expect(await hub.join(each)).toMatchObject({ outcome: 'sent' });
    const late = subscriber(CHANNELS_MAX);
    expect(await hub.join(late)).toMatchObject({ outcome: 'refused', error: { code: 'agents.full' } });
    hub.leave(all[7]!);
    expect(await hub.join(late)).toMatchObject({ outcome: 'sent' });
    hub.close('The test is over.');
  });

  it('keep no place for whoever could not join', async () => {
    const { hub, state } = start();
    state.refuses = true;
    for (let index = 0; index <= CHANNELS_MAX; index++) {
      expect(await hub.join(subscriber(index))).toMatchObject({ outcome: 'refused', reason: 'It was refused.' });
    }
    state.refuses = false;
    expect(await hub.join(subscriber(99))).toMatchObject({ outcome: 'sent' });
    hub.close('The test is over.');
  });

  it('throw when no socket can be made at all, and keep no place', async () => {
    const { hub, ports } = start();
    const { openSocket } = ports;
    const failure = new Error('blocked by policy');
    Object.assign(ports, {
      openSocket: () => {
        throw failure;
      },
    });
    for (let index = 0; index <= CHANNELS_MAX; index++) await expect(hub.join(subscriber(index))).rejects.toBe(failure);
    Object.assign(ports, { openSocket });
    expect(await hub.join(subscriber(99))).toMatchObject({ outcome: 'sent' });
    hub.close('The test is over.');
  });

  it('tell nothing to whoever leaves while it joins', async () => {
    const { hub, ports } = start();
    const heard: string[] = [];
    await hub.join({ ...subscriber(1), topics: ['one'] });
    ports.socket.open();
    const leaves = { ...subscriber(2, heard), topics: ['two'] };
    const joining = hub.join(leaves);
    hub.leave(leaves);
    expect(await joining).toMatchObject({ outcome: 'aborted' });
    expect(heard).toEqual([]);
    expect(ports.sockets).toHaveLength(1);
    hub.close('The test is over.');
  });

  it('tell everybody that they end, and nobody who has left', async () => {
    const { hub, ports } = start();
    const heard: string[] = [];
    const [stays, leaves] = [subscriber(1, heard), subscriber(2, heard)];
    await hub.join(stays);
    await hub.join(leaves);
    for (const socket of ports.sockets) socket.open();
    expect(heard.splice(0)).toEqual(['opened', 'opened']);
    hub.leave(leaves);
    hub.leave(leaves);
    hub.close('The test is over.');
    await settle();
    expect(heard).toEqual(['closed', 'The test is over.']);
  });
});

import { GuestSocket } from '@backchannel/client/guest';
import { describe, expect, it } from 'vitest';
import { FRAME_MAX, REQUESTS_MAX } from '../src/guest/guest-socket.ts';
import { FakePorts } from './support/fake-ports.ts';
import { checkLeaks } from './support/leaks.ts';

describe('one connection of a guest', () => {
  const track = checkLeaks();
  const open = () => {
    const { ports } = track({ ports: new FakePorts() });
    const heard: string[] = [];
    const socket = new GuestSocket({
      url: 'ws://test.invalid/v1',
      ports,
      opened: () => heard.push('opened'),
      response: (response) => heard.push(response.class),
      lost: ({ refused }) => heard.push(refused ? 'refused' : 'lost'),
      unreadable: () => heard.push('unreadable'),
    });
    ports.socket.open();
    return { socket, wire: ports.socket, heard, ports };
  };
  const jwt = (tracingId: string) => ({ action: 'getJwt', token: 't', tracingId }) as const;
  const answer = (tracingId: string) => ({ class: 'JwtResponse', code: 200, tracingId, body: { jwt: 'a', exp: 1 } });

  it('matches answers by their tracingId, in whatever order', async () => {
    const { socket, wire } = open();
    const first = socket.request(jwt('1'), { timeoutMs: 100 });
    const second = socket.request(jwt('2'), { timeoutMs: 100 });
    wire.frame(answer('2'));
    wire.frame(answer('1'));
    wire.frame(answer('1'));
    expect((await first).value?.tracingId).toBe('1');
    expect((await second).value?.tracingId).toBe('2');
    socket.close();
  });

  it('sends once and says so: timeout, lost, given up, not open', async () => {
    const { socket, wire, ports } = open();
    const late = socket.request(jwt('1'), { timeoutMs: 100 });
    await ports.clock.advance(100);
    expect(await late).toMatchObject({ outcome: 'timeout' });
    expect(await socket.request(jwt('2'), { timeoutMs: 100, signal: AbortSignal.abort() })).toMatchObject({
      outcome: 'aborted',
    });
    const lost = socket.request(jwt('3'), { timeoutMs: 100 });
    wire.drop();
    expect(await lost).toMatchObject({ outcome: 'offline' });
    expect(await socket.request(jwt('4'), { timeoutMs: 100 })).toMatchObject({ outcome: 'offline' });
    expect(socket.send(jwt('5'))).toBe(false);
    expect(wire.sent.map(({ tracingId }) => tracingId)).toEqual(['1', '3']);
  });

  it('lets a bounded number of requests wait', async () => {
    const { socket, wire } = open();
    const requests = Array.from({ length: REQUESTS_MAX + 1 }, (_, index) =>
      socket.request(jwt(`${index}`), { timeoutMs: 100 }),
    );
    expect(await requests.at(-1)).toMatchObject({ outcome: 'suppressed:budget' });
    expect(wire.sent).toHaveLength(REQUESTS_MAX);
    socket.close();
    expect(new Set((await Promise.all(requests)).map(({ outcome }) => outcome))).toEqual(
      new Set(['offline', 'suppressed:budget']),
    );
  });

  it('drops frames that are too long, although they could be read', () => {
    const { socket, wire, heard } = open();
    wire.frame({ class: 'string', code: 400, body: 'x'.repeat(FRAME_MAX) });
    expect(heard).toEqual(['opened', 'unreadable']);
    socket.close();
  });

  it('is silent after it was closed, whatever the socket still says', () => {
    const { socket, wire, heard } = open();
    socket.close();
    wire.frame(answer('1'));
    wire.frame('not json');
    wire.drop();
    expect(heard).toEqual(['opened']);
  });

  it('tells a refused upgrade from a lost connection, and is lost once', () => {
    const { wire, heard } = open();
    wire.refuse(403);
    wire.drop();
    expect(heard).toEqual(['opened', 'refused']);
    const other = open();
    other.wire.refuse(502);
    expect(other.heard).toEqual(['opened', 'lost']);
  });
});

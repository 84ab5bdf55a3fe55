import { describe, expect, it } from 'vitest';
import { ScriptedSocket } from '../../client/test/support/scripted-socket.ts';
import { TurnSocket } from '../src/legs/turn-socket.ts';

describe('a socket that waits for its turn', () => {
  const waiting = (openSocket: () => ScriptedSocket) => {
    const socket = new TurnSocket(openSocket);
    const heard: string[] = [];
    socket.onopen = () => heard.push('open');
    socket.onmessage = ({ data }) => heard.push(String(data));
    socket.onerror = () => heard.push('error');
    socket.onclose = ({ code, reason }) => heard.push(`${code} ${reason}`);
    return { socket, heard };
  };

  it('looks like one that connects, and then passes everything on', () => {
    const real = new ScriptedSocket('ws://test.invalid');
    const { socket, heard } = waiting(() => real);
    expect(socket.readyState).toBe(0);
    expect(socket.isSettled).toBe(false);
    socket.open();
    expect(socket.isSettled).toBe(true);
    real.open();
    expect(socket.readyState).toBe(1);
    socket.send('{"action":"echo"}');
    expect(real.sent).toEqual([{ action: 'echo' }]);
    real.frame('pong');
    real.refuse(403);
    expect(heard).toEqual(['open', 'pong', 'error', '1006 ']);
    socket.close(1000);
    expect(real.closedWith).toBe(1000);
  });

  it('is settled when nobody wants it any more, and never opens then', () => {
    const { socket, heard } = waiting(() => new ScriptedSocket('ws://test.invalid'));
    socket.close();
    expect(socket.isSettled).toBe(true);
    expect(socket.readyState).toBe(3);
    expect(heard).toEqual([]);
  });

  it('is lost like any other when no socket can be made', () => {
    const { socket, heard } = waiting(() => {
      throw new Error('no memory');
    });
    socket.open();
    expect(heard).toEqual([expect.stringContaining('no memory')]);
    expect(socket.readyState).toBe(3);
  });
});

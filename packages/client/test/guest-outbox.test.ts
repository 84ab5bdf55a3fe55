import { expect, it } from 'vitest';
import { MessageLog } from '../src/core/message-log.ts';
import { RequestLine } from '../src/core/request-line.ts';
import { GuestFrames } from '../src/guest/guest-frames.ts';
import { GUEST_BUDGETS } from '../src/guest/guest-limits.ts';
import { GuestOutbox } from '../src/guest/guest-outbox.ts';
import type { GuestSocket } from '../src/guest/guest-socket.ts';
import { SharedArbiter } from '../src/typing/shared-arbiter.ts';
import { FakePorts } from './support/fake-ports.ts';

it('fails a message for which the connection has no room, so that it is not being sent for ever', async () => {
  const ports = new FakePorts();
  const { clock } = ports;
  const log = new MessageLog();
  const socket = { request: async () => ({ outcome: 'suppressed:budget', reason: '128 requests wait already.' }) };
  const outbox = new GuestOutbox({
    ports,
    frames: new GuestFrames('deployment-1', 'token'),
    line: new RequestLine(new SharedArbiter({ budgets: GUEST_BUDGETS, clock }), clock),
    log,
    socket: () => socket as unknown as GuestSocket,
    isOpen: () => true,
    isFresh: () => true,
    leaving: () => undefined,
    changed: () => undefined,
    refreshed: async () => undefined,
  });
  expect(await outbox.send('one too many', {})).toMatchObject({
    outcome: 'suppressed:budget',
    value: { status: 'failed' },
  });
});

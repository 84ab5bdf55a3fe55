import { expect, test } from 'vitest';
import { connectionView, isOver } from '../src/shared/connection-view.ts';

test.each([
  [{ state: 'idle' }, { tone: 'waiting', text: 'Connecting' }],
  [{ state: 'configuring' }, { tone: 'waiting', text: 'Connecting' }],
  [{ state: 'live' }, { tone: 'live', text: 'Live' }],
  [
    { state: 'waiting', reason: 'It was closed.', reconnect: { attempt: 2, delayMs: 1_500 } },
    { tone: 'waiting', text: 'Reconnecting', inMs: 1_500 },
  ],
  [{ state: 'readOnly' }, { tone: 'down', text: 'The conversation is over' }],
  [
    { state: 'failed', reason: 'The session has expired.' },
    { tone: 'down', text: 'Closed: The session has expired.' },
  ],
  [{ state: 'closed' }, { tone: 'down', text: 'Closed' }],
] as const)('%j reads as %j', (snapshot, view) => {
  expect(connectionView(snapshot)).toEqual(view);
});

test('a session that reconnects is not over; one that is closed, failed or read-only is', () => {
  expect((['idle', 'connecting', 'configuring', 'live', 'waiting'] as const).some((state) => isOver({ state }))).toBe(
    false,
  );
  expect((['closed', 'failed', 'readOnly'] as const).every((state) => isOver({ state }))).toBe(true);
});

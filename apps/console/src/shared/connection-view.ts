import type { GuestSnapshot } from '@backchannel/client/guest';

/** What a session's snapshot says about its connection; an agent's has the same words. */
type Connected = Pick<GuestSnapshot, 'state' | 'reason' | 'reconnect'>;

/** How it stands with a connection, for a person. */
export interface ConnectionView {
  readonly tone: 'live' | 'waiting' | 'down';
  readonly text: string;
  /** How long from the moment of this view until the next attempt. */
  readonly inMs?: number | undefined;
}

export function connectionView({ state, reason, reconnect }: Connected): ConnectionView {
  switch (state) {
    case 'idle':
    case 'connecting':
    case 'configuring':
      return { tone: 'waiting', text: 'Connecting' };
    case 'live':
      return { tone: 'live', text: 'Live' };
    case 'waiting':
      return { tone: 'waiting', text: 'Reconnecting', inMs: reconnect?.delayMs };
    case 'readOnly':
      return { tone: 'down', text: 'The conversation is over' };
    case 'closed':
    case 'failed':
      return { tone: 'down', text: reason === undefined ? 'Closed' : `Closed: ${reason}` };
  }
}

/** Whether only a new session helps. */
export function isOver({ state }: Connected): boolean {
  return state === 'readOnly' || state === 'closed' || state === 'failed';
}

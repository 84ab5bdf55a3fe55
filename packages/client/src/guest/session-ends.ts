import type { SessionState } from '@backchannel/signals';

/** Why a session ended, for a person: what happened, and how to go on. */
export const SESSION_ENDS: Record<Extract<SessionState, { reason: string }>['reason'], string> = {
  closed: 'It was closed here.',
  ended: 'The service ended it.',
  superseded: 'Another connection took its place.',
  'signed-in': 'The guest signed in elsewhere.',
  cleared: 'The conversation was cleared. connect() begins a new one.',
  'logged-out': 'The guest logged out.',
  unreachable: 'Every attempt was spent. connect() begins a new one.',
  denied: 'The service refused it (403). Check deploymentId and allowed domains.',
  expired: 'The session expired. connect() begins a new one.',
  'not-found': 'The service does not know the session. connect() begins a new one.',
  downgrade: 'The token belongs to a signed-in session. connect() begins a new one.',
  'not-configured': 'The service refused it. Check deploymentId and token.',
};

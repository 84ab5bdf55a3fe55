import type { RelayProblem } from '../domain/problem.ts';

/** Why a stream ends: the close code and reason of a WebSocket, and the last frame of server-sent events. */
export interface Ending {
  readonly code: number;
  /** At most 123 bytes: all that a close frame holds. */
  readonly reason: string;
}

/** No credential came, it was wrong, or it has expired: get a new one, then connect again. */
const UNAUTHENTICATED = 4001;

/** “Try again later” in IANA’s registry of close codes. */
const TRY_AGAIN_LATER = 1013;

export const ENDINGS = {
  expired: { code: UNAUTHENTICATED, reason: 'The token has expired: connect again with a new one.' },
  notAuthenticated: { code: UNAUTHENTICATED, reason: 'The first frame must be {"type":"authenticate","token":"…"}.' },
  late: { code: UNAUTHENTICATED, reason: 'No authenticate frame came within 10 s.' },
  slow: { code: 4008, reason: 'Too slow: too much waits to be read. Connect again, after the last position you got.' },
  restart: { code: 1012, reason: 'The relay restarts: connect again, after the last position you got.' },
  crowded: { code: TRY_AGAIN_LATER, reason: 'Too many sockets wait to authenticate: try again in a moment.' },
  text: { code: 1003, reason: 'Frames are JSON as text; this one was binary.' },
} as const satisfies Readonly<Record<string, Ending>>;

/**
 * How a stream ends that could not begin; the problem went out as the frame before. For good, unless it is a matter of time:
 * who is told 4003 does not come back.
 */
export function refused(problem: RelayProblem): Ending {
  if (problem.code === 'stopping') return ENDINGS.restart;
  return isMatterOfTime(problem) ? later(problem) : { code: 4003, reason: problem.code };
}

/** A credential that was refused. Not for a limit: a newer token would be refused like this one. */
export const unauthenticated = (problem: RelayProblem): Ending =>
  isMatterOfTime(problem)
    ? later(problem)
    : { code: UNAUTHENTICATED, reason: `${problem.code}: ${problem.message}`.slice(0, 100) };

const isMatterOfTime = ({ status }: RelayProblem): boolean => status === 429 || status === 503;

const later = ({ code, retryAfterMs = 1_000 }: RelayProblem): Ending => ({
  code: TRY_AGAIN_LATER,
  reason: `${code}: try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
});

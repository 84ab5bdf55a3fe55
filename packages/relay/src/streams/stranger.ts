import type { Ports } from '@backchannel/client';
import type { WebSocket } from 'ws';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import { ENDINGS, type Ending, unauthenticated } from './ending.ts';
import { onFrame } from './incoming.ts';
import type { OpenStreams } from './open-streams.ts';

/** A socket that has not said who it is by then is closed. */
const AUTHENTICATE_WITHIN_MS = 10_000;

export interface StrangerOptions<Known> {
  readonly streams: OpenStreams;
  readonly ports: Pick<Ports, 'clock'>;
  /** Who the first frame says it is; `undefined` when it is no credential at all. Throws `RelayProblem` for a wrong one. */
  readonly identify: (text: string) => Known | undefined;
  /** Runs at once, in the turn of that frame: the next one, which may have come with it, is for whom this has called to listen. */
  readonly known: (known: Known) => void;
}

/**
 * Waits for the first frame of a socket and for what it proves. Nothing is sent before: whoever sends something else first,
 * something wrong, or nothing in time is closed with 4001; who has called too often, with 1013.
 */
export function identifyStranger<Known>(
  socket: WebSocket,
  { streams, ports, identify, known }: StrangerOptions<Known>,
): void {
  let isStranger = true;
  const settle = () => {
    isStranger = false;
    cancel();
    forget?.();
  };
  const refuse = ({ code, reason }: Ending) => {
    settle();
    socket.close(code, reason);
  };
  const cancel = ports.clock.after(AUTHENTICATE_WITHIN_MS, () => refuse(ENDINGS.late));
  const forget = streams.stranger(refuse);
  if (!forget) {
    refuse(ENDINGS.restart);
    return;
  }
  socket.once('close', () => isStranger && settle());
  onFrame(socket, (text) => {
    if (!isStranger) return;
    try {
      const found = text === undefined ? undefined : identify(text);
      if (found === undefined) return refuse(ENDINGS.notAuthenticated);
      settle();
      known(found);
    } catch (error) {
      if (!(error instanceof RelayProblem)) throw error;
      refuse(unauthenticated(error));
    }
  });
}

/** Whether a token belongs to the same caller as another: a newer one of theirs. */
export const isSameCaller = (a: Principal, b: Principal): boolean =>
  a.clientId === b.clientId &&
  (a.kind === 'client'
    ? b.kind === 'client'
    : b.kind === 'conversation' && a.bindingId === b.bindingId && a.participant === b.participant);

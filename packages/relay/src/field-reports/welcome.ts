import type { WebSocket } from 'ws';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { RelayContext } from '../http/context.ts';
import { refused, unauthenticated } from '../streams/ending.ts';
import { identifyStranger } from '../streams/stranger.ts';
import { errorFrame, tokenIn } from './field-frames.ts';

/** The routes of F8's and F10's sockets answer plain HTTP with this. */
export const speaksWebSocket = async (): Promise<never> => {
  throw new RelayProblem('request.invalid', 426, 'This address speaks WebSocket, and the request asks for none.', {
    fix: 'Open it with a WebSocket client (ws:// or wss://).',
  });
};

/**
 * Finds out who opened a socket: by what came with the upgrade, else by the first frame. Close 4001 for everybody else, 1013
 * for who has called too often.
 */
export function welcome(
  socket: WebSocket,
  { access, streams, ports }: RelayContext,
  { credential, known }: { credential: (() => Principal) | undefined; known: (principal: Principal) => void },
): void {
  const begin = (principal: Principal) => {
    try {
      known(principal);
    } catch (error) {
      if (!(error instanceof RelayProblem)) throw error;
      const { code, reason } = refused(error);
      socket.send(errorFrame(error).text);
      socket.close(code, reason);
    }
  };
  if (credential === undefined) {
    const identify = (text: string) => {
      const token = tokenIn(text);
      return token === undefined ? undefined : access.authenticateToken(token);
    };
    identifyStranger<Principal>(socket, { streams, ports, identify, known: begin });
    return;
  }
  try {
    begin(credential());
  } catch (error) {
    if (!(error instanceof RelayProblem)) throw error;
    const { code, reason } = unauthenticated(error);
    socket.close(code, reason);
  }
}

import type { GuestResponse } from '@backchannel/protocol';
import type { Settled } from '../../settled.ts';
import type { GuestFrame } from '../guest-frames.ts';
import { type GuestSocket, NOT_OPEN } from '../guest-socket.ts';
import type { SessionParts } from '../session-parts.ts';

/** How long the answer to a request may take. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** The socket of a live or read-only session, or why there is none. */
export function socketOf({ connection, offline }: SessionParts): GuestSocket | Settled {
  return (connection.state.kind === 'readOnly' ? undefined : offline()) ?? connection.socket ?? NOT_OPEN;
}

/** Sends a request when the limits have room, and settles with its answer. Works in a read-only session too. */
export async function ask(
  parts: SessionParts,
  frame: GuestFrame,
  signal: AbortSignal | undefined,
  budgets: readonly string[] = ['connection'],
): Promise<Settled<GuestResponse>> {
  const before = socketOf(parts);
  if ('outcome' in before) return { ...before, value: undefined };
  const refusal = await parts.line.enter('other', budgets, signal);
  // The connection may have changed while this waited.
  const socket = refusal ?? socketOf(parts);
  if ('outcome' in socket) return { ...socket, value: undefined };
  return socket.request(frame, { timeoutMs: REQUEST_TIMEOUT_MS, signal });
}

/** An answer of another class than the one that was asked for. */
export const unexpected = (answer: Settled<GuestResponse>, wanted: string): Settled<never> =>
  answer.outcome === 'sent'
    ? { outcome: 'refused', reason: `The service answered ${answer.value?.class} instead of ${wanted}.` }
    : { ...answer, value: undefined };

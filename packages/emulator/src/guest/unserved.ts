import type { World } from '../world/world.ts';
import type { GuestConnection } from './guest-connection.ts';
import { errorFrame } from './guest-frames.ts';

/** Actions that the schema names and no source gives the shape of (documented, GUEST-ACTIONS). */
export const UNSEEN_ACTIONS: ReadonlySet<string> = new Set(['disconnectCustomer', 'resumeToken']);

/**
 * Answers what the schema names and nobody has seen answered: feature unavailable, unless switched (assumed, GUEST-NOT-SERVED;
 * switch answerToUnserved). `note` tells the journal what would work instead.
 */
export function answerUnserved(
  world: World,
  connection: GuestConnection,
  text: string,
  { tracingId, note }: { readonly tracingId: string | undefined; readonly note: string },
): void {
  const code = world.switches.answerToUnserved;
  if (code === 'silence') connection.note('dropped', `${text} ${note}`);
  else connection.send(errorFrame(code, text, tracingId), note);
}

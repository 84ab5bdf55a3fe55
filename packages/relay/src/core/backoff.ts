import type { Random } from '@backchannel/client';

/** The first delay of a message that could not go is about this; each further one twice the one before. */
const RESEND_BASE_MS = 1_000;

/** No delay is longer. There is no last attempt: what was accepted is owed for as long as its conversation is open. */
export const RESEND_CAP_MS = 60_000;

/** How long until the next attempt, after `attempts` of them: a half that is certain and a half that is chance, so that lanes which failed together don't come back together. */
export function resendDelayMs(attempts: number, random: Random): number {
  const fullMs = Math.min(RESEND_CAP_MS, RESEND_BASE_MS * 2 ** Math.max(0, attempts - 1));
  return fullMs / 2 + (fullMs / 2) * random.next();
}

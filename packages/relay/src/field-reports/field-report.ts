import * as z from 'zod';
import type { Actor } from '../domain/participant.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';

/** What every field report says of itself in `/docs`: its id, so that it can be found from the page of what people try. */
export const fieldReport = (report: string, operationId: string, summary: string, description: string) => ({
  tags: ['Field reports'],
  operationId,
  summary: `${report}: ${summary}`,
  description: `${report}. ${description}`,
});

/** A conversation by any of its names: the integrator's, the session's, or Genesys's. */
export const conversationParams = z.object({
  conversationId: idSchema.meta({ description: 'Any name of the conversation: yours, its session, or Genesys’s.' }),
});

/** For whom a call acts that names nobody: the guest, as its author meant it; a conversation token for its own participant. */
export const ownActor = (principal: Principal): Actor =>
  principal.kind === 'conversation' ? principal.participant : 'guest';

/** An id that stands in the path and in the body is the same in both. */
export function requireSame(path: string, inBody: string | undefined, inPath: string): void {
  if (inBody === undefined || inBody === inPath) return;
  const shown = [inBody, inPath].map((id) => (/^[\w.:-]{1,60}$/.test(id) ? `"${id}"` : `a text of ${id.length}`));
  throw new RelayProblem('request.invalid', 400, `${path} is one thing in the body and another in the path.`, {
    fix: 'Send the same id in both, or leave it out of the body.',
    errors: [{ path, detail: `must be the id of the path, ${shown[1]}; it was ${shown[0]}` }],
  });
}

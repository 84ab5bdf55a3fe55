import type { FastifyInstance } from 'fastify';
import { PlatformRefusal } from '../platform/platform-refusal.ts';

/** A request body: what it means, and its text for the journal. */
export interface JsonBody {
  readonly value: unknown;
  readonly text: string;
}

export const EMPTY_BODY: JsonBody = { value: undefined, text: '' };

/**
 * JSON is the only content of the platform's API. An empty body under `application/json` is no body: the official SDK sends
 * that with every request that has none (documented, EMPTY-JSON-BODY).
 */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, text: string | Buffer): Promise<JsonBody> => {
      const given = text.toString();
      if (given === '') return EMPTY_BODY;
      try {
        return { value: JSON.parse(given), text: given };
      } catch (error) {
        throw new PlatformRefusal('bad.request', {
          note: `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
        });
      }
    },
  );
}

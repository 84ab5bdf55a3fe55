import type { FastifyInstance } from 'fastify';
import type { EmulatorTime } from '../control.ts';
import type { ControlledClock } from '../controlled-clock.ts';
import { EmulatorError } from '../emulator-error.ts';
import { nearestName } from '../nearest-name.ts';

const WORDS = ['freeze', 'advance', 'resume'] as const;

/** The emulator's time: stopped, moved, let go. Several words in one request are done in this order. */
export function clockRoutes(app: FastifyInstance, clock: ControlledClock, time: () => EmulatorTime): void {
  app.get('/_emulator/clock', async () => time());
  app.post('/_emulator/clock', async ({ body }) => {
    const given = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
    const words = Object.keys(given);
    const unknown = words.find((word) => !WORDS.some((each) => each === word));
    if (unknown !== undefined || words.length === 0) {
      const nearest = unknown === undefined ? undefined : nearestName(unknown, WORDS);
      throw new EmulatorError(
        'option.invalid',
        `The clock cannot be told ${JSON.stringify(unknown) ?? 'nothing'}: send {"freeze":true}, {"advance":60000} or {"resume":true}. ${nearest === undefined ? '' : `Did you mean "${nearest}"?`}`,
      );
    }
    for (const word of ['freeze', 'resume'] as const) {
      if (given[word] === undefined || given[word] === true) continue;
      throw new EmulatorError(
        'option.invalid',
        `${word} cannot be ${JSON.stringify(given[word])} (${typeof given[word]}): it is true.`,
      );
    }
    if (given.freeze === true) clock.freeze();
    if (given.advance !== undefined) await clock.advance(given.advance as number);
    if (given.resume === true) clock.resume();
    return time();
  });
}

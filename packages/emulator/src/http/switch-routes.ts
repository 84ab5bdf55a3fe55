import type { FastifyInstance } from 'fastify';
import { EmulatorError } from '../emulator-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { LimitOptions, RateLimits } from '../rate-limits.ts';
import type { SwitchBoard } from '../switch-board.ts';
import type { Switches } from '../switches.ts';

interface Movable {
  readonly switches: SwitchBoard;
  readonly limits: RateLimits;
  readonly journal: Journal;
}

/** What is assumed of the platform, and what it limits: read, and moved while it runs. */
export function switchRoutes(app: FastifyInstance, { switches, limits, journal }: Movable): void {
  const moved = (kind: string, text: string): void =>
    journal.record({ direction: 'in', surface: 'emulator', kind, size: 0, note: `Moved: ${text}.` });

  app.get('/_emulator/switches', async () => ({ switches: switches.list() }));
  app.post('/_emulator/switches', async ({ body }) => {
    const given = objectOf(body, '{"agentTypingStatus":202}');
    switches.move(given as Partial<Switches>);
    moved('switch', JSON.stringify(given));
    return { switches: switches.list() };
  });
  app.get('/_emulator/limits', async () => ({ limits: limits.list() }));
  app.post('/_emulator/limits', async ({ body }) => {
    const given =
      body === 'off' || body === 'on'
        ? body
        : withoutNull(objectOf(body, '{"agentTypingPerConversation":2}, "off" or "on"'));
    limits.move(given as LimitOptions | 'on');
    moved('limit', JSON.stringify(given));
    return { limits: limits.list() };
  });
}

/** JSON has no Infinity: a limit of `null` is none, as the list has it. */
const withoutNull = (given: object): object =>
  Object.fromEntries(Object.entries(given).map(([name, limit]) => [name, limit ?? Number.POSITIVE_INFINITY]));

function objectOf(body: unknown, example: string): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new EmulatorError(
    'option.invalid',
    `The body cannot be ${JSON.stringify(body) ?? 'nothing'}: it is ${example}.`,
  );
}

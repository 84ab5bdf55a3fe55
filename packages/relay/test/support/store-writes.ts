import { sampleBinding } from '../../src/store/cases/case.ts';
import type { Write } from '../../src/store/store.ts';

const TIME = '2026-01-05T12:00:00.000Z';

export const bindWrite = (id: string): Write => ({
  kind: 'bind',
  binding: sampleBinding(id),
  aliases: [{ kind: 'conversation', alias: `conversation-${id}` }],
});

export const acceptWrite = (id: string, bindingId = 'a'): Write => ({
  kind: 'accept-message',
  message: { id, bindingId, participant: 'guest', text: `text of ${id}`, acceptedAtMs: Date.parse(TIME) },
  laneMax: 1_000_000,
  time: TIME,
});

/** No type of ours: what a mistake of the relay's would be. */
export const brokenWrite = { ...acceptWrite('broken'), time: { not: 'a time' } } as unknown as Write;

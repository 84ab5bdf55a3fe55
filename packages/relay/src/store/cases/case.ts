import { deepStrictEqual } from 'node:assert/strict';
import type { Binding } from '../../domain/binding.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Store, Write, WriteOutcome } from '../store.ts';

/** One thing that every {@link Store} does. `run` rejects when the given store, fresh and empty, does not. */
export interface StoreCase {
  readonly name: string;
  /** Rejects when the given store, fresh and empty, does not do it. */
  readonly run: (store: Store) => Promise<void>;
}

export const NOON_MS = Date.parse('2026-01-05T12:00:00.000Z');
export const NOON = '2026-01-05T12:00:00.000Z';
export const LATER_MS = NOON_MS + 60_000;
export const LATER = '2026-01-05T12:01:00.000Z';

/** A binding to try a store with. */
export const sampleBinding = (id: string, over: Partial<Binding> = {}): Binding => ({
  id,
  clientId: 'client',
  conversationId: `conversation-${id}`,
  guest: { kind: 'webmessaging', deploymentId: 'deployment', token: `token-${id}`, nickname: 'Ada "A" 🙂' },
  guestParticipantId: `guest-${id}`,
  state: 'open',
  provisioned: false,
  createdAtMs: NOON_MS,
  ...over,
});

export const bind = (binding: Binding): Write => ({
  kind: 'bind',
  binding,
  aliases: [{ kind: 'conversation', alias: binding.conversationId }],
});
export const accept = (
  id: string,
  over: { bindingId?: string; text?: string; key?: string; laneMax?: number } = {},
): Write => ({
  kind: 'accept-message',
  message: {
    id,
    bindingId: over.bindingId ?? 'a',
    participant: 'guest',
    text: over.text ?? `text of ${id}`,
    acceptedAtMs: NOON_MS,
    idempotencyKey: over.key,
  },
  laneMax: over.laneMax ?? 10,
  time: NOON,
});
export const settle = (messageId: string, platformIds: readonly string[] = []): Write => ({
  kind: 'settle-message',
  messageId,
  status: 'sent',
  platformIds,
  time: NOON,
});
export const observe = (id: string, participant: Participant, platformIds: readonly string[], time = NOON): Write => ({
  kind: 'observe-message',
  id,
  bindingId: 'a',
  participant,
  text: `text of ${id}`,
  platformIds,
  time,
});
export const advance = (participant: Participant, watermark: 'delivered' | 'seen', messageId?: string): Write => ({
  kind: 'advance-watermark',
  bindingId: 'a',
  participant,
  watermark,
  messageId,
  evidence: 'reported',
  atMs: NOON_MS,
  time: NOON,
});
export const end = (bindingId: string): Write => ({ kind: 'update-binding', bindingId, ended: { because: 'over' } });

// Members that are undefined and members that are absent mean the same.
export const expect = (actual: unknown, expected: unknown) =>
  deepStrictEqual(JSON.parse(JSON.stringify(actual ?? null)), JSON.parse(JSON.stringify(expected ?? null)));
export const statuses = (outcomes: readonly WriteOutcome[]) => outcomes.map(({ status }) => status);
export const expectStatuses = async (
  store: Store,
  batch: readonly Write[],
  expected: readonly WriteOutcome['status'][],
) => expect(statuses(await store.apply(batch)), expected);
export const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort();

export const everything = { clientId: 'client', afterPosition: 0, limit: 1_000 };

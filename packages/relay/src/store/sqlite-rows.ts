import type { SQLOutputValue } from 'node:sqlite';
import type { Binding } from '../domain/binding.ts';
import { type LoggedEvent, WATERMARKS } from '../domain/event.ts';
import type { Alias, StoredMessage, StoredWatermark } from './store.ts';

export type Row = Record<string, SQLOutputValue>;

/** Members of `StoredMessage` in the order of the schema; `text` and the like come back as they were written. */
export const MESSAGE_COLUMNS =
  'm.id, m.binding_id, m.participant, m.text, m.status, m.sequence, m.reason, m.platform_ids, m.attempts, m.due_at_ms, m.accepted_at_ms, m.idempotency_key';

// The schema is STRICT and this package alone writes the file, so a column holds what its writer put in.
const text = (value: SQLOutputValue | undefined): string => String(value);
const optional = (value: SQLOutputValue | undefined): string | undefined => (value === null ? undefined : text(value));
const json = (value: SQLOutputValue | undefined) => JSON.parse(text(value));

export function bindingOf(row: Row): Binding {
  return {
    id: text(row.id),
    clientId: text(row.client_id),
    conversationId: text(row.conversation_id),
    guest: json(row.guest),
    guestParticipantId: text(row.guest_participant_id),
    genesysConversationId: optional(row.genesys_conversation_id),
    state: text(row.state) as Binding['state'],
    endedBecause: optional(row.ended_because),
    provisioned: row.provisioned === 1,
    createdAtMs: Number(row.created_at_ms),
  };
}

export const aliasOf = (row: Row): Alias => ({ kind: text(row.kind) as Alias['kind'], alias: text(row.alias) });

export function messageOf(row: Row): StoredMessage {
  return {
    id: text(row.id),
    bindingId: text(row.binding_id),
    participant: text(row.participant) as StoredMessage['participant'],
    text: text(row.text),
    status: text(row.status) as StoredMessage['status'],
    sequence: Number(row.sequence),
    reason: optional(row.reason),
    platformIds: json(row.platform_ids),
    attempts: Number(row.attempts),
    dueAtMs: Number(row.due_at_ms),
    acceptedAtMs: Number(row.accepted_at_ms),
    idempotencyKey: optional(row.idempotency_key),
  };
}

export function eventOf(row: Row): LoggedEvent {
  return {
    bindingId: text(row.binding_id),
    clientId: text(row.client_id),
    conversationId: text(row.conversation_id),
    time: text(row.time),
    position: Number(row.position),
    sequence: Number(row.sequence),
    body: json(row.body),
  };
}

export function watermarkOf(row: Row): StoredWatermark {
  const watermark = WATERMARKS[Number(row.rank)];
  if (!watermark) throw new Error(`The store holds a watermark of rank ${row.rank}, which no version has written.`);
  return {
    participant: text(row.participant) as StoredWatermark['participant'],
    watermark,
    upTo: Number(row.up_to),
    messageId: text(row.message_id),
    evidence: text(row.evidence) as StoredWatermark['evidence'],
    atMs: Number(row.at_ms),
  };
}

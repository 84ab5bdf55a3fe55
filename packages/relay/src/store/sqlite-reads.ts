import type { DatabaseSync } from 'node:sqlite';
import type { AliasKind } from '../domain/binding.ts';
import { ALIAS_KINDS } from './names.ts';
import { aliasOf, bindingOf, eventOf, MESSAGE_COLUMNS, messageOf, watermarkOf } from './sqlite-rows.ts';
import type { EventQuery } from './store.ts';

const KIND_RANK = `CASE a.kind ${ALIAS_KINDS.map((kind, rank) => `WHEN '${kind}' THEN ${rank}`).join(' ')} END`;
const EVENTS =
  'SELECT e.*, b.conversation_id FROM events e JOIN bindings b ON b.id = e.binding_id AND b.client_id = e.client_id';

/** Every query. A test asks SQLite for the plan of each and finds no table that is read from end to end. */
export const READS = {
  bindingByAlias: `SELECT b.*, a.kind FROM aliases a JOIN bindings b ON b.id = a.binding_id
    WHERE a.client_id = ? AND a.alias = ? ORDER BY b.state = 'open' DESC, ${KIND_RANK}`,
  aliases: 'SELECT kind, alias FROM aliases WHERE binding_id = ?',
  openBindings: `SELECT * FROM bindings WHERE state = 'open' ORDER BY created_at_ms, rowid`,
  messageById: `SELECT ${MESSAGE_COLUMNS} FROM messages m JOIN bindings b ON b.id = m.binding_id
    WHERE m.id = ? AND b.client_id = ?`,
  messageByPlatformId: `SELECT ${MESSAGE_COLUMNS} FROM platform_ids p
    JOIN messages m ON m.id = p.message_id JOIN bindings b ON b.id = m.binding_id
    WHERE p.platform_id = ? AND b.client_id = ? ORDER BY m.position DESC LIMIT 1`,
  nextInLane: `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.binding_id = ? AND m.status = 'accepted'
    ORDER BY m.sequence LIMIT 1`,
  // With min(), SQLite takes the other columns from the row that has the minimum.
  waitingLanes: `SELECT binding_id, due_at_ms, count(*) AS queued, min(sequence) FROM messages INDEXED BY messages_waiting
    WHERE status = 'accepted' GROUP BY binding_id`,
  eventsOfClient: `${EVENTS} WHERE e.client_id = ? AND e.position > ? ORDER BY e.position LIMIT ?`,
  eventsOfBinding: `${EVENTS} WHERE e.client_id = ? AND e.binding_id = ? AND e.sequence > ? AND e.position > ?
    ORDER BY e.sequence LIMIT ?`,
  sequence: 'SELECT sequence FROM bindings WHERE id = ?',
  newestPosition: `SELECT seq FROM sqlite_sequence WHERE name = 'events'`,
  oldestPosition: 'SELECT min(position) AS position FROM events',
  watermarks: 'SELECT * FROM watermarks WHERE binding_id = ? ORDER BY participant, rank',
  cursor: 'SELECT position FROM cursors WHERE subject = ?',
} as const satisfies Readonly<Record<string, string>>;

/** The reading half of the store, on a connection of its own: it sees what is committed, and never waits for a commit. */
export function sqliteReads(database: DatabaseSync) {
  const statement = (name: keyof typeof READS) => database.prepare(READS[name]);
  const bindingByAlias = statement('bindingByAlias');
  const aliases = statement('aliases');
  const openBindings = statement('openBindings');
  const messageById = statement('messageById');
  const messageByPlatformId = statement('messageByPlatformId');
  const nextInLane = statement('nextInLane');
  const waitingLanes = statement('waitingLanes');
  const eventsOfClient = statement('eventsOfClient');
  const eventsOfBinding = statement('eventsOfBinding');
  const sequence = statement('sequence');
  const newestPosition = statement('newestPosition');
  const oldestPosition = statement('oldestPosition');
  const watermarks = statement('watermarks');
  const cursor = statement('cursor');
  return {
    findBinding(clientId: string, alias: string, kinds: readonly AliasKind[] = ALIAS_KINDS) {
      const row = bindingByAlias.all(clientId, alias).find(({ kind }) => kinds.some((wanted) => wanted === kind));
      return row && bindingOf(row);
    },
    aliases: (bindingId: string) => aliases.all(bindingId).map(aliasOf),
    openBindings: () => openBindings.all().map(bindingOf),
    findMessage(clientId: string, id: string) {
      const row = messageById.get(id, clientId) ?? messageByPlatformId.get(id, clientId);
      return row && messageOf(row);
    },
    nextInLane(bindingId: string) {
      const row = nextInLane.get(bindingId);
      return row && messageOf(row);
    },
    waitingLanes: () =>
      waitingLanes.all().map((row) => ({
        bindingId: String(row.binding_id),
        dueAtMs: Number(row.due_at_ms),
        queued: Number(row.queued),
      })),
    events({ clientId, bindingId, afterPosition = 0, afterSequence = 0, limit }: EventQuery) {
      const rows =
        bindingId === undefined
          ? eventsOfClient.all(clientId, afterPosition, limit)
          : eventsOfBinding.all(clientId, bindingId, afterSequence, afterPosition, limit);
      return rows.map(eventOf);
    },
    sequence: (bindingId: string) => Number(sequence.get(bindingId)?.sequence ?? 0),
    positions() {
      const newest = Number(newestPosition.get()?.seq ?? 0);
      return { newest, oldest: Number(oldestPosition.get()?.position ?? newest + 1) };
    },
    watermarks: (bindingId: string) => watermarks.all(bindingId).map(watermarkOf),
    cursor(subject: string) {
      const row = cursor.get(subject);
      return row && Number(row.position);
    },
  };
}

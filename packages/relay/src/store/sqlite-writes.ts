import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type EventBody, type LoggedEvent, WATERMARKS } from '../domain/event.ts';
import { isAgent, type Participant } from '../domain/participant.ts';
import { mayBeSame } from './names.ts';
import { MESSAGE_COLUMNS, messageOf, type Row } from './sqlite-rows.ts';
import { type Alias, FORGET_MAX, type StoredMessage, type Write, type WriteOutcome } from './store.ts';

type WriteOf<Kind extends Write['kind']> = Extract<Write, { readonly kind: Kind }>;
type Writers = { readonly [Kind in Write['kind']]: (write: WriteOf<Kind>) => WriteOutcome };

const ABSENT = { status: 'absent' } as const;
const DONE = { status: 'done' } as const;

/** Every statement that a write makes; the same test as for `READS` asks for their plans. */
export const WRITES = {
  bindingState: 'SELECT state, queued, client_id FROM bindings WHERE id = ?',
  holder: `SELECT a.binding_id FROM aliases a JOIN bindings b ON b.id = a.binding_id
    WHERE a.client_id = ? AND a.alias = ? AND a.kind = ? AND b.state = 'open'`,
  insertBinding: `INSERT INTO bindings (id, client_id, conversation_id, guest, guest_participant_id,
    genesys_conversation_id, state, ended_because, provisioned, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  name: `INSERT INTO aliases (client_id, alias, kind, binding_id) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET binding_id = excluded.binding_id`,
  updateBinding: `UPDATE bindings SET
    guest = iif(?1 IS NULL, guest, json_set(guest, '$.token', ?1)),
    genesys_conversation_id = coalesce(?2, genesys_conversation_id),
    state = iif(?3 IS NULL, 'open', 'ended'), ended_because = ?3
    WHERE id = ?4 AND state = 'open'`,
  nextSequence: `UPDATE bindings SET sequence = sequence + 1, queued = queued + ? WHERE id = ?
    RETURNING sequence, client_id, conversation_id`,
  insertEvent: `INSERT INTO events (client_id, binding_id, sequence, time, at_ms, body) VALUES (?, ?, ?, ?, ?, ?)`,
  insertMessage: `INSERT INTO messages (position, id, binding_id, sequence, participant, text, status, platform_ids,
    attempts, due_at_ms, accepted_at_ms, idempotency_key) VALUES (?, ?, ?, ?, ?, ?, ?, '[]', 0, ?, ?, ?)`,
  message: `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.id = ?`,
  messageByKey: `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.binding_id = ? AND m.idempotency_key = ?`,
  beginAttempt: `UPDATE messages SET attempts = attempts + 1, due_at_ms = ?
    WHERE id = ? AND status = 'accepted' AND attempts = ?`,
  postpone: `UPDATE messages SET due_at_ms = ?, reason = ? WHERE id = ? AND status = 'accepted'`,
  settle: `UPDATE messages SET status = ?, reason = ? WHERE id = ? AND status = 'accepted'
    RETURNING binding_id, participant, platform_ids`,
  learn: `INSERT INTO platform_ids (platform_id, binding_id, message_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
  setPlatformIds: 'UPDATE messages SET platform_ids = ? WHERE id = ?',
  messageOfPlatformId: 'SELECT message_id FROM platform_ids WHERE platform_id = ? AND binding_id = ?',
  newestOfOthers: `SELECT id, sequence FROM messages
    WHERE binding_id = ? AND status = 'sent' AND participant NOT IN (?, ?) AND (? OR participant NOT GLOB 'agent:*')
    ORDER BY sequence DESC LIMIT 1`,
  watermark: 'SELECT up_to, message_id FROM watermarks WHERE binding_id = ? AND participant = ? AND rank = ?',
  setWatermark: `INSERT INTO watermarks (binding_id, participant, rank, up_to, message_id, evidence, at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET up_to = excluded.up_to, message_id = excluded.message_id,
    evidence = excluded.evidence, at_ms = excluded.at_ms WHERE excluded.up_to > up_to`,
  saveCursor: `INSERT INTO cursors (subject, position, binding_id) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET position = excluded.position, binding_id = excluded.binding_id`,
  // Events go from the front only, so that what is kept has no hole even if the time of day once ran backwards.
  frontOfEvents: `SELECT position, at_ms FROM events ORDER BY position LIMIT ${FORGET_MAX}`,
  forgetEvents: 'DELETE FROM events WHERE position <= ?',
  oldMessages: `SELECT m.position, m.id, m.binding_id, m.platform_ids, b.state
    FROM messages m INDEXED BY messages_settled JOIN bindings b ON b.id = m.binding_id
    WHERE m.status <> 'accepted' AND m.emptied = 0 AND m.accepted_at_ms < ?
    ORDER BY m.accepted_at_ms, m.position LIMIT ${FORGET_MAX}`,
  // Of few bindings: those that are so old go as soon as nothing is left of them.
  emptiedMessages: `SELECT m.position, m.id, m.binding_id, m.platform_ids
    FROM bindings b CROSS JOIN messages m INDEXED BY messages_emptied ON m.binding_id = b.id AND m.emptied = 1
    WHERE b.state = 'ended' AND b.created_at_ms < ?
    ORDER BY b.created_at_ms, b.rowid, m.sequence LIMIT ${FORGET_MAX}`,
  emptyMessage: `UPDATE messages SET text = '', reason = NULL, idempotency_key = NULL, emptied = 1 WHERE position = ?`,
  forgetMessage: 'DELETE FROM messages WHERE position = ?',
  forgetPlatformId: 'DELETE FROM platform_ids WHERE platform_id = ? AND binding_id = ? AND message_id = ?',
  forgetBindings: `DELETE FROM bindings WHERE rowid IN (SELECT b.rowid FROM bindings b
    WHERE b.state = 'ended' AND b.created_at_ms < ?
    AND NOT EXISTS (SELECT 1 FROM events e WHERE e.binding_id = b.id)
    AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.binding_id = b.id)
    ORDER BY b.created_at_ms, b.rowid LIMIT ${FORGET_MAX}) RETURNING id`,
  forgetAliases: 'DELETE FROM aliases WHERE binding_id = ?',
  forgetCursors: 'DELETE FROM cursors WHERE binding_id = ?',
  forgetWatermarks: 'DELETE FROM watermarks WHERE binding_id = ?',
} as const satisfies Readonly<Record<string, string>>;

type StatementName = keyof typeof WRITES;

/** Makes writes within the transaction that is open on `database`. Throws only for what is no `Write` and when the disk fails. */
export function sqliteWrites(database: DatabaseSync): (write: Write) => WriteOutcome {
  const statements = Object.fromEntries(
    Object.entries(WRITES).map(([name, sql]) => [name, database.prepare(sql)]),
  ) as Readonly<Record<StatementName, ReturnType<DatabaseSync['prepare']>>>;
  const get = (name: StatementName, ...values: SQLInputValue[]) => statements[name].get(...values);
  const run = (name: StatementName, ...values: SQLInputValue[]) => Number(statements[name].run(...values).changes);

  const isOpen = (bindingId: string) => get('bindingState', bindingId)?.state === 'open';

  function append(bindingId: string, body: EventBody, time: string, queued = 0): LoggedEvent | undefined {
    const row = get('nextSequence', queued, bindingId);
    if (!row) return undefined;
    const [sequence, clientId] = [Number(row.sequence), String(row.client_id)];
    const atMs = Date.parse(time);
    const inserted = statements.insertEvent.run(clientId, bindingId, sequence, time, atMs, JSON.stringify(body));
    const position = Number(inserted.lastInsertRowid);
    return { bindingId, clientId, conversationId: String(row.conversation_id), time, position, sequence, body };
  }

  const done = (event: LoggedEvent | undefined): WriteOutcome => (event ? { ...DONE, event } : ABSENT);

  function messageById(id: string): StoredMessage | undefined {
    const row = get('message', id);
    return row && messageOf(row);
  }

  function messageByKey(bindingId: string, key: string | undefined): StoredMessage | undefined {
    const row = key === undefined ? undefined : get('messageByKey', bindingId, key);
    return row && messageOf(row);
  }

  function holderOf(clientId: string, { alias, kind }: Alias): string | undefined {
    const row = get('holder', clientId, alias, kind);
    return row && String(row.binding_id);
  }

  /** Adds the ids that are nobody's yet to the message, which has `known` already. */
  function learn(bindingId: string, messageId: string, known: readonly string[], platformIds: readonly string[]) {
    const fresh = platformIds.filter((platformId) => run('learn', platformId, bindingId, messageId) > 0);
    const all = [...known, ...fresh];
    if (fresh.length > 0) run('setPlatformIds', JSON.stringify(all), messageId);
    return all;
  }

  function messageNamed(bindingId: string, id: string): StoredMessage | undefined {
    const own = messageById(id);
    if (own?.bindingId === bindingId) return own;
    return messageKnownAs(bindingId, [id]);
  }

  function messageKnownAs(bindingId: string, platformIds: readonly string[]): StoredMessage | undefined {
    for (const platformId of platformIds) {
      const row = get('messageOfPlatformId', platformId, bindingId);
      if (row) return messageById(String(row.message_id));
    }
    return undefined;
  }

  function forgetMessage({ position, id, binding_id, platform_ids }: Row) {
    const platformIds: readonly string[] = JSON.parse(String(platform_ids));
    for (const platformId of platformIds) run('forgetPlatformId', platformId, String(binding_id), String(id));
    run('forgetMessage', Number(position));
  }

  function newestOfOthers(bindingId: string, reader: Participant) {
    const row = get(
      'newestOfOthers',
      bindingId,
      reader,
      isAgent(reader) ? 'agent' : reader,
      reader === 'agent' ? 0 : 1,
    );
    return row && { id: String(row.id), sequence: Number(row.sequence) };
  }

  const writers: Writers = {
    bind({ binding, aliases }) {
      const { id, clientId } = binding;
      if (get('bindingState', id)) return { status: 'taken', bindingId: id };
      const holder = aliases.map((alias) => holderOf(clientId, alias)).find(Boolean);
      if (holder !== undefined) return { status: 'taken', bindingId: holder };
      run(
        'insertBinding',
        id,
        clientId,
        binding.conversationId,
        JSON.stringify(binding.guest),
        binding.guestParticipantId,
        binding.genesysConversationId ?? null,
        binding.state,
        binding.endedBecause ?? null,
        binding.provisioned ? 1 : 0,
        binding.createdAtMs,
      );
      for (const { alias, kind } of aliases) run('name', clientId, alias, kind, id);
      return DONE;
    },

    'update-binding'({ bindingId, token, genesysConversationId, ended }) {
      const changed = run(
        'updateBinding',
        token ?? null,
        genesysConversationId ?? null,
        ended?.because ?? null,
        bindingId,
      );
      return changed > 0 ? DONE : ABSENT;
    },

    'add-alias'({ bindingId, alias }) {
      const row = get('bindingState', bindingId);
      if (row?.state !== 'open') return ABSENT;
      const clientId = String(row.client_id);
      const holder = holderOf(clientId, alias);
      if (holder !== undefined && holder !== bindingId) return { status: 'taken', bindingId: holder };
      run('name', clientId, alias.alias, alias.kind, bindingId);
      return DONE;
    },

    'accept-message'({ message, laneMax, time }) {
      const { id, bindingId, participant, text, acceptedAtMs, idempotencyKey } = message;
      const row = get('bindingState', bindingId);
      if (!row) return ABSENT;
      const earlier = messageById(id) ?? messageByKey(bindingId, idempotencyKey);
      if (earlier) {
        const isSame = earlier.bindingId === bindingId && earlier.participant === participant && earlier.text === text;
        return { status: isSame ? 'repeated' : 'key-conflict', message: earlier };
      }
      if (row.state !== 'open') return ABSENT;
      if (Number(row.queued) >= laneMax) return { status: 'lane-full' };
      const status = 'accepted';
      const event = append(
        bindingId,
        { kind: 'message', messageId: id, participant, text, status, platformIds: [] },
        time,
        1,
      );
      if (event) {
        const { position, sequence } = event;
        const key = idempotencyKey ?? null;
        run(
          'insertMessage',
          position,
          id,
          bindingId,
          sequence,
          participant,
          text,
          status,
          acceptedAtMs,
          acceptedAtMs,
          key,
        );
      }
      return done(event);
    },

    'begin-attempt': ({ messageId, attempts, atMs }) =>
      run('beginAttempt', atMs, messageId, attempts) > 0 ? DONE : ABSENT,

    postpone: ({ messageId, dueAtMs, reason }) => (run('postpone', dueAtMs, reason, messageId) > 0 ? DONE : ABSENT),

    'settle-message'({ messageId, status, platformIds, reason, time }) {
      const row = get('settle', status, reason ?? null, messageId);
      if (!row) return ABSENT;
      const bindingId = String(row.binding_id);
      const participant = String(row.participant) as Participant;
      learn(bindingId, messageId, JSON.parse(String(row.platform_ids)), platformIds);
      return done(
        append(bindingId, { kind: 'message-status', messageId, participant, status, reason, platformIds }, time, -1),
      );
    },

    'observe-message'({ id, bindingId, participant, text, platformIds, time }) {
      if (!isOpen(bindingId)) return ABSENT;
      const known = messageById(id) ?? messageKnownAs(bindingId, platformIds);
      if (known) {
        const all = learn(known.bindingId, known.id, known.platformIds, platformIds);
        return { status: 'known', message: { ...known, platformIds: all } };
      }
      const event = append(
        bindingId,
        { kind: 'message', messageId: id, participant, text, status: 'sent', platformIds },
        time,
      );
      if (event) {
        const { position, sequence } = event;
        const atMs = Date.parse(time);
        run('insertMessage', position, id, bindingId, sequence, participant, text, 'sent', atMs, atMs, null);
        learn(bindingId, id, [], platformIds);
      }
      return done(event);
    },

    'advance-watermark'(write) {
      const { bindingId, participant, watermark, messageId, evidence, atMs, time } = write;
      if (!get('bindingState', bindingId)) return ABSENT;
      const named = messageId === undefined ? undefined : messageNamed(bindingId, messageId);
      if (messageId !== undefined && (!named || mayBeSame(participant, named.participant))) return ABSENT;
      const target = named ?? newestOfOthers(bindingId, participant);
      const rank = WATERMARKS.indexOf(watermark);
      const current = get('watermark', bindingId, participant, rank);
      const upTo = Number(current?.up_to ?? 0);
      if (!target || upTo >= target.sequence)
        return { status: 'unchanged', upTo, messageId: current && String(current.message_id) };
      for (let included = 0; included <= rank; included += 1)
        run('setWatermark', bindingId, participant, included, target.sequence, target.id, evidence, atMs);
      const moved = { participant, watermark, messageId: target.id, upTo: target.sequence, evidence };
      return done(append(bindingId, { kind: 'receipt', ...moved }, time));
    },

    'append-event': ({ bindingId, body, time }) => done(append(bindingId, body, time)),

    'save-cursor'({ subject, position, bindingId }) {
      if (bindingId !== undefined && !get('bindingState', bindingId)) return ABSENT;
      run('saveCursor', subject, position, bindingId ?? null);
      return DONE;
    },

    forget({ beforeMs }) {
      const front = statements.frontOfEvents.all();
      const firstKept = front.findIndex(({ at_ms }) => Number(at_ms) >= beforeMs);
      const events = firstKept < 0 ? front.length : firstKept;
      if (events > 0) run('forgetEvents', Number(front[events - 1]?.position));
      const old = statements.oldMessages.all(beforeMs);
      for (const message of old) {
        if (message.state === 'open') run('emptyMessage', Number(message.position));
        else forgetMessage(message);
      }
      const emptied = statements.emptiedMessages.all(beforeMs);
      for (const message of emptied) forgetMessage(message);
      const bindings = statements.forgetBindings.all(beforeMs);
      for (const { id } of bindings) {
        run('forgetAliases', String(id));
        run('forgetWatermarks', String(id));
        run('forgetCursors', String(id));
      }
      const messages = old.length + emptied.length;
      const most = Math.max(events, old.length, emptied.length, bindings.length);
      return { status: 'forgotten', events, messages, bindings: bindings.length, more: most === FORGET_MAX };
    },
  };

  // The table is keyed by the kind, so its writer takes this write; TypeScript does not follow that through a union.
  return (write) => (writers[write.kind] as (write: Write) => WriteOutcome)(write);
}

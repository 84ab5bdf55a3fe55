/** Marks a file as the relay's, so that another program's database is never written to. */
export const APPLICATION_ID = 0x42_43_52_4c; // "BCRL"

/**
 * One step for each version of the schema: the file's `user_version` says how many it has had. A step that was released
 * is never changed.
 *
 * `bindings` counts its events and its waiting messages, so that neither is ever counted by reading. `messages.position`
 * orders messages across conversations. Names that Genesys gave a message live beside it, for they are looked up.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE bindings (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    guest TEXT NOT NULL,
    guest_participant_id TEXT NOT NULL,
    genesys_conversation_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'ended')),
    ended_because TEXT,
    provisioned INTEGER NOT NULL,
    created_at_ms REAL NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0,
    queued INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX bindings_by_state ON bindings (state, created_at_ms);

  CREATE TABLE aliases (
    client_id TEXT NOT NULL,
    alias TEXT NOT NULL,
    kind TEXT NOT NULL,
    binding_id TEXT NOT NULL,
    PRIMARY KEY (client_id, alias, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX aliases_by_binding ON aliases (binding_id);

  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id TEXT NOT NULL,
    binding_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    time TEXT NOT NULL,
    at_ms REAL NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_sequence ON events (binding_id, sequence);
  CREATE INDEX events_by_client ON events (client_id, position);

  CREATE TABLE messages (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    binding_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    participant TEXT NOT NULL,
    text TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('accepted', 'sent', 'failed')),
    reason TEXT,
    platform_ids TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at_ms REAL NOT NULL,
    accepted_at_ms REAL NOT NULL,
    idempotency_key TEXT
  ) STRICT;
  CREATE UNIQUE INDEX messages_by_sequence ON messages (binding_id, sequence);
  CREATE INDEX messages_waiting ON messages (binding_id, sequence) WHERE status = 'accepted';
  CREATE UNIQUE INDEX messages_by_key ON messages (binding_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
  CREATE INDEX messages_settled ON messages (accepted_at_ms) WHERE status <> 'accepted';

  CREATE TABLE platform_ids (
    binding_id TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (platform_id, binding_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE watermarks (
    binding_id TEXT NOT NULL,
    participant TEXT NOT NULL,
    rank INTEGER NOT NULL,
    up_to INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    evidence TEXT NOT NULL,
    at_ms REAL NOT NULL,
    PRIMARY KEY (binding_id, participant, rank)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE cursors (
    subject TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE cursors ADD COLUMN binding_id TEXT;
  CREATE INDEX cursors_by_binding ON cursors (binding_id) WHERE binding_id IS NOT NULL;
  `,
  // A message that is forgotten while its conversation is open keeps its ids, and nothing that was written in it.
  `
  ALTER TABLE messages ADD COLUMN emptied INTEGER NOT NULL DEFAULT 0;
  DROP INDEX messages_settled;
  CREATE INDEX messages_settled ON messages (accepted_at_ms) WHERE status <> 'accepted' AND emptied = 0;
  CREATE INDEX messages_emptied ON messages (binding_id, sequence) WHERE emptied = 1;
  `,
];

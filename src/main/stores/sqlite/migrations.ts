import type { Database } from 'better-sqlite3'

/** One step of the schema: SQL that takes a database from the version before to the next. */
export type Migration = string

/**
 * All steps, oldest first; a database's `user_version` is how many it has had. Only ever add to the end: a step that
 * shipped has run on people's files. Blobs are MessagePack with their CRC-32; times are Unix ms.
 */
export const MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    script_path TEXT NOT NULL,
    arguments TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    pid INTEGER,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_use ON sessions (last_used_at);
  CREATE INDEX sessions_by_script ON sessions (script_path, last_used_at);

  CREATE TABLE placements (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    widget_id TEXT NOT NULL,
    title TEXT NOT NULL,
    x REAL, y REAL, width REAL, height REAL,
    open INTEGER NOT NULL,
    UNIQUE (session, widget_id)
  ) STRICT;

  -- Apart from the snapshot, so that an append rewrites a few bytes here and not a large blob.
  CREATE TABLE documents (
    id INTEGER PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    epoch TEXT NOT NULL,
    version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    log_commits INTEGER NOT NULL,
    log_bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    value BLOB NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE commits (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    value BLOB NOT NULL,
    crc INTEGER NOT NULL,
    UNIQUE (document, version)
  ) STRICT;

  CREATE TABLE trusted (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    trusted_at INTEGER NOT NULL
  ) STRICT;
  `,
  // oriel/state. What never expires has the largest whole number of JavaScript as its end.
  `
  CREATE TABLE state_widgets (
    id INTEGER PRIMARY KEY,
    widget_id TEXT NOT NULL UNIQUE,
    token TEXT,
    owner_worker_id TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    html TEXT NOT NULL
  ) STRICT;
  CREATE INDEX state_widgets_by_end ON state_widgets (expires_at);

  CREATE TABLE state_connections (
    id INTEGER PRIMARY KEY,
    widget_id TEXT NOT NULL UNIQUE,
    worker_id TEXT NOT NULL,
    user_id TEXT,
    session_id TEXT,
    connected_at INTEGER NOT NULL,
    last_heartbeat INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX state_connections_by_worker ON state_connections (worker_id);
  CREATE INDEX state_connections_by_end ON state_connections (expires_at);

  CREATE TABLE state_sessions (
    id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    roles TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    lifetime_ms INTEGER,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE INDEX state_sessions_by_user ON state_sessions (user_id);
  CREATE INDEX state_sessions_by_end ON state_sessions (expires_at);

  CREATE TABLE state_roles (
    id INTEGER PRIMARY KEY,
    role TEXT NOT NULL UNIQUE,
    permissions TEXT NOT NULL
  ) STRICT;

  -- A short log, from which the processes that share the file read what others published.
  CREATE TABLE state_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    payload TEXT NOT NULL,
    published_at INTEGER NOT NULL
  ) STRICT;
  `,
  // Documents: a record a row, and large values in pieces.
  `
  -- What is read of a document: its records of the generations \`floor\` to \`generation\`, the newest of each id. Rows
  -- above are of a fold under way, or of one that was cut short; rows that a newer one stands for are collected later,
  -- up to the generation \`collected\`. Generation 0: the whole snapshot is one blob, as it was in the step before.
  ALTER TABLE documents ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE documents ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE documents ADD COLUMN collected INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE documents ADD COLUMN record_count INTEGER NOT NULL DEFAULT 0;
  -- Whoever prepares the next generation now.
  ALTER TABLE documents ADD COLUMN writer TEXT;

  -- Numbers of the rows of \`pieces\` that hold its large values, as a JSON list; and what is stored of it in all.
  ALTER TABLE commits ADD COLUMN pieces TEXT;
  ALTER TABLE commits ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX commits_with_pieces ON commits (document) WHERE pieces IS NOT NULL;

  CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    record TEXT NOT NULL,
    -- Its place among the records; null: its own id.
    place INTEGER,
    -- Null: the record was removed.
    value BLOB,
    crc INTEGER NOT NULL,
    pieces TEXT,
    UNIQUE (document, record, generation)
  ) STRICT;
  CREATE INDEX records_by_generation ON records (document, generation);
  CREATE INDEX records_with_pieces ON records (document) WHERE pieces IS NOT NULL;

  -- Before there is a document, as its first commit may be large.
  CREATE TABLE pieces (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (session, hash)
  ) STRICT;
  `,
  // oriel/state: which worker has a widget's callbacks.
  `
  CREATE TABLE state_callbacks (
    id INTEGER PRIMARY KEY,
    widget_id TEXT NOT NULL UNIQUE,
    worker_id TEXT NOT NULL,
    user_id TEXT,
    session_id TEXT,
    connected_at INTEGER NOT NULL,
    last_heartbeat INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX state_callbacks_by_worker ON state_callbacks (worker_id);
  CREATE INDEX state_callbacks_by_end ON state_callbacks (expires_at);
  `,
  // State of components, by ids of their scripts.
  `
  CREATE TABLE state_components (
    id INTEGER PRIMARY KEY,
    component_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX state_components_by_end ON state_components (expires_at);
  `,
]

/** Number of steps a database has had. */
export function schemaVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

/**
 * Runs the steps `db` has not had, each in a transaction of its own: a step that fails leaves the database at the step
 * before. Two processes may do this at once; each step runs once.
 */
export function migrate(db: Database, migrations: readonly Migration[] = MIGRATIONS): void {
  for (const [index, sql] of migrations.entries()) {
    if (schemaVersion(db) > index) continue
    db.transaction(() => {
      // Asked again under the write lock: another process may have been faster.
      if (schemaVersion(db) !== index) return
      db.exec(sql)
      db.pragma(`user_version = ${index + 1}`)
    }).immediate()
  }
}

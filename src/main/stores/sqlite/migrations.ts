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

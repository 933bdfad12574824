import type { Database, Statement } from 'better-sqlite3'
import { NEVER } from './never.ts'

export interface SessionRow {
  session_id: string
  user_id: string
  roles: string
  created_at: number
  expires_at: number
  /** What it was created for; null: for ever. */
  lifetime_ms: number | null
  metadata: string
}

/** The prepared statements of `state_sessions` and `state_roles`. */
export class SessionTable {
  readonly create: Statement<[SessionRow]>
  /** An expired one too. */
  readonly get: Statement<[string], SessionRow>
  readonly exists: Statement<[string, number], number>
  readonly delete: Statement<[string, number]>
  readonly extend: Statement<[{ id: string; now: number; end: number }]>
  /** By what it was created for. */
  readonly renew: Statement<[{ id: string; now: number }]>
  readonly list: Statement<[string, number], SessionRow>
  /** Takes out one that has expired. */
  readonly remove: Statement<[string, number]>
  /** Takes out all that have expired. */
  readonly purge: Statement<[number]>
  readonly role: Statement<[string], string>
  readonly setRole: Statement<[string, string]>

  constructor(db: Database) {
    const where = 'WHERE session_id = ? AND expires_at > ?'
    this.create = db.prepare(`
      INSERT INTO state_sessions (session_id, user_id, roles, created_at, expires_at, lifetime_ms, metadata)
      VALUES (:session_id, :user_id, :roles, :created_at, :expires_at, :lifetime_ms, :metadata)
      ON CONFLICT (session_id) DO UPDATE SET user_id = excluded.user_id, roles = excluded.roles,
        created_at = excluded.created_at, expires_at = excluded.expires_at, lifetime_ms = excluded.lifetime_ms,
        metadata = excluded.metadata`)
    this.get = db.prepare('SELECT * FROM state_sessions WHERE session_id = ?')
    this.exists = db.prepare<[string, number], number>(`SELECT 1 FROM state_sessions ${where}`).pluck()
    this.delete = db.prepare(`DELETE FROM state_sessions ${where}`)
    this.extend = db.prepare('UPDATE state_sessions SET expires_at = :end WHERE session_id = :id AND expires_at > :now')
    this.renew = db.prepare(`
      UPDATE state_sessions SET expires_at = coalesce(:now + lifetime_ms, ${NEVER})
      WHERE session_id = :id AND expires_at > :now`)
    this.list = db.prepare('SELECT * FROM state_sessions WHERE user_id = ? AND expires_at > ?')
    this.remove = db.prepare('DELETE FROM state_sessions WHERE session_id = ? AND expires_at <= ?')
    this.purge = db.prepare('DELETE FROM state_sessions WHERE expires_at <= ?')
    this.role = db.prepare<[string], string>('SELECT permissions FROM state_roles WHERE role = ?').pluck()
    this.setRole = db.prepare(`
      INSERT INTO state_roles (role, permissions) VALUES (?, ?)
      ON CONFLICT (role) DO UPDATE SET permissions = excluded.permissions`)
  }
}

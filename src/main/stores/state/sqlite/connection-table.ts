import type { Database, Statement, Transaction } from 'better-sqlite3'

export interface ConnectionRow {
  widget_id: string
  worker_id: string
  user_id: string | null
  session_id: string | null
  connected_at: number
  last_heartbeat: number
  expires_at: number
}

/** Who may change a record: the owner `worker`, or anyone if that is null. */
interface Change {
  id: string
  worker: string | null
  now: number
}

/** The prepared statements of a table that says which worker has which widget. All see living rows only. */
export class ConnectionTable {
  readonly register: Statement<[ConnectionRow]>
  /** Registers if nobody but the row's worker or `from` has the widget. Gives the owner afterwards. */
  readonly claim: Transaction<(row: ConnectionRow, from: string | null) => string>
  readonly get: Statement<[string, number], ConnectionRow>
  readonly owner: Statement<[string, number], string>
  readonly refresh: Statement<[Change & { end: number }]>
  readonly unregister: Statement<[Change]>
  readonly list: Statement<[string, number], string>
  /** Takes out what has expired. */
  readonly purge: Statement<[number]>

  constructor(db: Database, table: 'state_connections' | 'state_callbacks') {
    const where = 'WHERE widget_id = ? AND expires_at > ?'
    const changeable = 'WHERE widget_id = :id AND expires_at > :now AND (:worker IS NULL OR worker_id = :worker)'
    const register = `
      INSERT INTO ${table} (widget_id, worker_id, user_id, session_id, connected_at, last_heartbeat, expires_at)
      VALUES (:widget_id, :worker_id, :user_id, :session_id, :connected_at, :last_heartbeat, :expires_at)
      ON CONFLICT (widget_id) DO UPDATE SET worker_id = excluded.worker_id, user_id = excluded.user_id,
        session_id = excluded.session_id, connected_at = excluded.connected_at,
        last_heartbeat = excluded.last_heartbeat, expires_at = excluded.expires_at`
    this.register = db.prepare(register)
    this.get = db.prepare(`SELECT * FROM ${table} ${where}`)
    const owner = db.prepare<[string, number], string>(`SELECT worker_id FROM ${table} ${where}`).pluck()
    this.owner = owner
    const claim = db.prepare<[ConnectionRow & { from: string | null }]>(`${register}
      WHERE expires_at <= excluded.connected_at OR worker_id IN (excluded.worker_id, :from)`)
    this.claim = db.transaction((row, from) => {
      const won = claim.run({ ...row, from }).changes > 0
      return won ? row.worker_id : owner.get(row.widget_id, row.connected_at)!
    })
    this.refresh = db.prepare(`
      UPDATE ${table} SET last_heartbeat = max(:now, last_heartbeat + 1), expires_at = :end ${changeable}`)
    this.unregister = db.prepare(`DELETE FROM ${table} ${changeable}`)
    this.list = db
      .prepare<[string, number], string>(`SELECT widget_id FROM ${table} WHERE worker_id = ? AND expires_at > ?`)
      .pluck()
    this.purge = db.prepare(`DELETE FROM ${table} WHERE expires_at <= ?`)
  }
}

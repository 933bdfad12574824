import type { Database, Statement } from 'better-sqlite3'

/** The prepared statements of `state_components`. `now` comes last in each: they see living rows only. */
export class ComponentStateTable {
  readonly save: Statement<[{ id: string; state: string; end: number }]>
  readonly load: Statement<[string, number], string>
  readonly delete: Statement<[string, number]>
  /** Takes out what has expired. */
  readonly purge: Statement<[number]>

  constructor(db: Database) {
    this.save = db.prepare(`
      INSERT INTO state_components (component_id, state, expires_at) VALUES (:id, :state, :end)
      ON CONFLICT (component_id) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at`)
    const where = 'FROM state_components WHERE component_id = ? AND expires_at > ?'
    this.load = db.prepare<[string, number], string>(`SELECT state ${where}`).pluck()
    this.delete = db.prepare(`DELETE ${where}`)
    this.purge = db.prepare('DELETE FROM state_components WHERE expires_at <= ?')
  }
}

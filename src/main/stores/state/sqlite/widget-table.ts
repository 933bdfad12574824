import type { Database, Statement } from 'better-sqlite3'

export interface WidgetRow {
  widget_id: string
  html: string
  token: string | null
  created_at: number
  owner_worker_id: string | null
  metadata: string
  expires_at: number
}

/** The prepared statements of `state_widgets`. All see living rows only: `now` comes last in each. */
export class WidgetTable {
  readonly register: Statement<[WidgetRow]>
  readonly get: Statement<[string, number], WidgetRow>
  readonly html: Statement<[string, number], string>
  readonly token: Statement<[string, number], string | null>
  readonly exists: Statement<[string, number], number>
  readonly delete: Statement<[string, number]>
  readonly list: Statement<[number], string>
  readonly updateHtml: Statement<[string, string, number]>
  readonly updateToken: Statement<[string, string, number]>
  readonly count: Statement<[number], number>
  /** Takes out what has expired. */
  readonly purge: Statement<[number]>

  constructor(db: Database) {
    const where = 'FROM state_widgets WHERE widget_id = ? AND expires_at > ?'
    this.register = db.prepare(`
      INSERT INTO state_widgets (widget_id, html, token, created_at, owner_worker_id, metadata, expires_at)
      VALUES (:widget_id, :html, :token, :created_at, :owner_worker_id, :metadata, :expires_at)
      ON CONFLICT (widget_id) DO UPDATE SET html = excluded.html, token = excluded.token, created_at = excluded.created_at,
        owner_worker_id = excluded.owner_worker_id, metadata = excluded.metadata, expires_at = excluded.expires_at`)
    this.get = db.prepare(`SELECT * ${where}`)
    this.html = db.prepare<[string, number], string>(`SELECT html ${where}`).pluck()
    this.token = db.prepare<[string, number], string | null>(`SELECT token ${where}`).pluck()
    this.exists = db.prepare<[string, number], number>(`SELECT 1 ${where}`).pluck()
    this.delete = db.prepare(`DELETE ${where}`)
    this.list = db.prepare<[number], string>('SELECT widget_id FROM state_widgets WHERE expires_at > ?').pluck()
    this.updateHtml = db.prepare('UPDATE state_widgets SET html = ? WHERE widget_id = ? AND expires_at > ?')
    this.updateToken = db.prepare('UPDATE state_widgets SET token = ? WHERE widget_id = ? AND expires_at > ?')
    this.count = db.prepare<[number], number>('SELECT count(*) FROM state_widgets WHERE expires_at > ?').pluck()
    this.purge = db.prepare('DELETE FROM state_widgets WHERE expires_at <= ?')
  }
}

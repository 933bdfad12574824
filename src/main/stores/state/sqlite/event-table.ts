import type { Database, Statement } from 'better-sqlite3'

export interface EventRow {
  id: number
  channel: string
  payload: string
}

/** The prepared statements of `state_events`. */
export class EventTable {
  readonly publish: Statement<[string, string, number]>
  /** Those after an id, oldest first, at most so many. */
  readonly after: Statement<[number, number], EventRow>
  /** The last id that was ever given. */
  readonly last: Statement<[], number>
  /** Takes out those up to an id, and those from before a time. */
  readonly prune: Statement<[number, number]>
  readonly #version: Statement<[], number>

  constructor(db: Database) {
    this.publish = db.prepare('INSERT INTO state_events (channel, payload, published_at) VALUES (?, ?, ?)')
    this.after = db.prepare('SELECT id, channel, payload FROM state_events WHERE id > ? ORDER BY id LIMIT ?')
    this.last = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'state_events'").pluck()
    this.prune = db.prepare('DELETE FROM state_events WHERE id <= ? OR published_at < ?')
    this.#version = db.prepare<[], number>('PRAGMA data_version').pluck()
  }

  /** Another number whenever another connection has written. Costs far less than reading. */
  get version(): number {
    return this.#version.get()!
  }
}

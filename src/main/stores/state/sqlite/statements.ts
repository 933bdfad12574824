import type { Database } from 'better-sqlite3'
import { ConnectionTable } from './connection-table.ts'
import type { StateDatabase } from './database.ts'
import { EventTable } from './event-table.ts'
import { SessionTable } from './session-table.ts'
import { WidgetTable } from './widget-table.ts'

/** All that the stores prepare on one connection. */
export interface Statements {
  widgets: WidgetTable
  connections: ConnectionTable
  callbacks: ConnectionTable
  sessions: SessionTable
  events: EventTable
}

export type PreparedDatabase = StateDatabase<Statements>

export function prepareStatements(db: Database): Statements {
  return {
    widgets: new WidgetTable(db),
    connections: new ConnectionTable(db, 'state_connections'),
    callbacks: new ConnectionTable(db, 'state_callbacks'),
    sessions: new SessionTable(db),
    events: new EventTable(db),
  }
}

/** Writes between two looks for what has expired. */
const PURGE_EVERY = 500

/** Calls `purge` now and then, so that what has expired and is not asked for any more takes no room. */
export function purger(purge: () => void): () => void {
  let writes = 0
  return () => {
    if (writes++ % PURGE_EVERY === 0) purge()
  }
}

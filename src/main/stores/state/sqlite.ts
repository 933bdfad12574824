import path from 'node:path'
import { OrielError } from '../../../shared/errors.ts'
import { StoredJson } from './damage.ts'
import { settingsOf } from './settings.ts'
import { SqliteBus } from './sqlite/bus.ts'
import { StateDatabase } from './sqlite/database.ts'
import { sqliteRouter } from './sqlite/router.ts'
import { sqliteSessions } from './sqlite/sessions.ts'
import { prepareStatements } from './sqlite/statements.ts'
import { sqliteWidgets } from './sqlite/widgets.ts'
import type { StateStores, StoreOptions } from './types.ts'

/**
 * Stores in the database file `path` (made if missing), which may be the app's own `oriel.db` and may be shared by several
 * processes of one computer. What a call resolved for survives kill -9. Events of another process arrive within about
 * 20 ms. Throws OrielError store_newer or store_unwritable, and RangeError for a lifetime that is not more than 0.
 */
export function createSqliteStores(options: StoreOptions & { path: string }): StateStores {
  if (typeof options.path !== 'string' || options.path === '')
    throw new OrielError('bad_value', 'path must name the database file.')
  const settings = settingsOf(options)
  const database = new StateDatabase({ file: path.resolve(options.path), ...settings }, prepareStatements)
  const json = new StoredJson(settings.log)
  const bus = new SqliteBus(database, settings)
  return {
    widgets: sqliteWidgets(database, settings, json),
    bus,
    router: sqliteRouter(database, 'connections', settings.connectionMs, settings),
    callbacks: sqliteRouter(database, 'callbacks', settings.callbackMs, settings),
    sessions: sqliteSessions(database, settings, json),
    async close() {
      bus.close()
      database.close()
    },
  }
}

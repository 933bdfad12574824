import type { Log } from '../log.ts'
import { openSqliteStores } from './sqlite.ts'
import type { DesktopStores } from './types.ts'

export interface DesktopStoreOptions {
  /** Folder of the database; made if missing. */
  homeDir: string
  log: Log
  /** Unix ms. */
  now: () => number
}

/** The stores a desktop app runs on. Throws OrielError store_newer if the database is from a newer version. */
export async function openDesktopStores(options: DesktopStoreOptions): Promise<DesktopStores> {
  return openSqliteStores(options)
}

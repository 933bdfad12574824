import type { Log } from '../log.ts'
import { openWithFallback } from './fallback.ts'
import { createMemoryStores } from './memory.ts'
import { openSqliteStores, readSqliteStores } from './sqlite.ts'
import type { DesktopStores } from './types.ts'

export interface DesktopStoreOptions {
  /** Folder of the database; made if missing. */
  homeDir: string
  log: Log
  /** Unix ms. */
  now: () => number
  /** Runs `run` once after `ms`; gives what cancels it. Default: a timer that does not keep the process alive. */
  schedule?: (run: () => void, ms: number) => () => void
}

/** Every backend by name. One that can refuse writes is wrapped, so that the app goes on in memory meanwhile. */
export const STORES = {
  memory: async () => createMemoryStores(),
  sqlite: (options) =>
    openWithFallback({
      ...options,
      open: async () => openSqliteStores(options),
      read: async () => readSqliteStores(options),
    }),
} as const satisfies Record<string, (options: DesktopStoreOptions) => Promise<DesktopStores>>

/**
 * The stores a desktop app runs on: SQLite in `homeDir`, in memory while that cannot be written. Rejects with store_newer,
 * before anything is written, if the database is from a newer version.
 */
export function openDesktopStores(options: DesktopStoreOptions): Promise<DesktopStores> {
  return STORES.sqlite(options)
}

import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { openDesktopStores } from '../stores/index.ts'
import { createMemoryStores as createMemoryDocuments } from '../stores/memory.ts'
import { createMemoryStores } from '../stores/state/memory.ts'
import { createSqliteStores } from '../stores/state/sqlite.ts'
import type { StateStores } from '../stores/state/types.ts'
import type { DesktopStores } from '../stores/types.ts'

export interface ServeStoreOptions {
  /** What is served has a folder of its own: a visitor's session is nothing that the app should list or take up. */
  folder: string
  env: Readonly<Record<string, string | undefined>>
  log: Log
}

/** Where a server keeps visits and documents: `ORIEL_DEPLOY__STATE_BACKEND` sqlite (the default) or memory. Throws bad_usage. */
export async function openServeStores(
  options: ServeStoreOptions,
): Promise<{ stores: DesktopStores; state: StateStores }> {
  const { folder, env, log } = options
  const backend = (env['ORIEL_DEPLOY__STATE_BACKEND'] || 'sqlite').trim().toLowerCase()
  if (backend === 'memory') return { stores: createMemoryDocuments(), state: createMemoryStores({ log }) }
  if (backend === 'sqlite') {
    const stores = await openDesktopStores({ homeDir: folder, log, now: Date.now })
    return { stores, state: createSqliteStores({ path: path.join(folder, 'oriel.db'), log }) }
  }
  throw new OrielError(
    'bad_usage',
    `ORIEL_DEPLOY__STATE_BACKEND is ${JSON.stringify(backend)}. "oriel serve" takes sqlite or memory.`,
  )
}

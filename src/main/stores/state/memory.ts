import { stateClosed } from './checks.ts'
import { StoredJson } from './damage.ts'
import { memoryBus } from './memory/bus.ts'
import { memoryRouter } from './memory/router.ts'
import { memorySessions } from './memory/sessions.ts'
import { MemoryTables } from './memory/tables.ts'
import { memoryWidgets } from './memory/widgets.ts'
import { settingsOf } from './settings.ts'
import type { StateStores, StoreOptions } from './types.ts'

/** Stores that live as long as the process and load nothing. Throws RangeError for a lifetime that is not more than 0. */
export function createMemoryStores(options: StoreOptions = {}): StateStores {
  return openMemoryStores(new MemoryTables(settingsOf(options).now), options)
}

/** One more instance on `tables`. */
export function openMemoryStores(tables: MemoryTables, options: StoreOptions = {}): StateStores {
  const settings = settingsOf(options)
  const json = new StoredJson(settings.log)
  let closed = false
  const open = (): void => {
    if (closed) throw stateClosed()
  }
  const bus = memoryBus(tables, settings, open)
  return {
    widgets: memoryWidgets(tables, settings, json, open),
    bus,
    router: memoryRouter(tables.connections, settings.connectionMs, settings, open),
    callbacks: memoryRouter(tables.callbacks, settings.callbackMs, settings, open),
    sessions: memorySessions(tables, settings, json, open),
    async close() {
      closed = true
      bus.close()
    },
  }
}

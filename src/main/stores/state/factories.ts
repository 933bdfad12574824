import path from 'node:path'
import { homeFolder } from '../../home-folder.ts'
import { CallbackRegistry } from './callback-registry.ts'
import { consoleLog } from './console-log.ts'
import { stateDefaults } from './defaults.ts'
import { getStateBackend, isDeployMode, redisPlace } from './environment.ts'
import { openMemoryStores } from './memory.ts'
import { MemoryTables } from './memory/tables.ts'
import { createRedisStores } from './redis.ts'
import { ServerStateManager } from './server-state.ts'
import { createSqliteStores } from './sqlite.ts'
import type { ConnectionRouter, EventBus, SessionStore, StateStores, WidgetStore } from './types.ts'
import { getWorkerId } from './worker-id.ts'

let stores: StateStores | undefined
let callbacks: CallbackRegistry | undefined
let serverState: ServerStateManager | undefined
/** Of all memory stores that are made here: they are what the data is in, and a new instance deletes none. */
let tables: MemoryTables | undefined

/**
 * The widget store of this process, on the backend that the environment names. Made when it is first asked for, with the
 * other stores; throws OrielError bad_usage for an unknown backend, and what making it throws.
 */
export function getWidgetStore(): WidgetStore {
  return getStores().widgets
}

/** As `getWidgetStore`. */
export function getEventBus(): EventBus {
  return getStores().bus
}

/** As `getWidgetStore`. */
export function getConnectionRouter(): ConnectionRouter {
  return getStores().router
}

/** As `getWidgetStore`. */
export function getSessionStore(): SessionStore {
  return getStores().sessions
}

/** The callbacks of this process. */
export function getCallbackRegistry(): CallbackRegistry {
  return (callbacks ??= new CallbackRegistry())
}

/** The next `getCallbackRegistry` gives a new, empty one. */
export function resetCallbackRegistry(): void {
  callbacks = undefined
}

/** The state of this process, on the stores and the callback registry that the other functions give. */
export function getServerState(): ServerStateManager {
  return (serverState ??= new ServerStateManager({
    stores: getStores(),
    callbacks: getCallbackRegistry(),
    workerId: getWorkerId(),
    deployMode: isDeployMode(),
  }))
}

/** The next `getServerState` gives a new one. Resolves when the connections of the old one are closed; never rejects. */
export async function resetServerState(): Promise<void> {
  const old = serverState
  serverState = undefined
  await quietly(async () => old?.cleanup())
}

/**
 * The next call of each function above (the callback registry aside) gives a new instance, which finds the data of the
 * old one. Resolves when the old ones have let go of their backend; never rejects.
 */
export async function clearStateCaches(): Promise<void> {
  const old = stores
  stores = undefined
  await resetServerState()
  await quietly(async () => old?.close())
}

function getStores(): StateStores {
  return (stores ??= createStores())
}

function createStores(): StateStores {
  const options = stateDefaults().lifetimes
  switch (getStateBackend()) {
    case 'memory':
      return openMemoryStores((tables ??= new MemoryTables(() => Date.now())), options)
    case 'sqlite':
      return createSqliteStores({ ...options, path: path.join(homeFolder(process.env), 'oriel.db') })
    case 'redis':
      return createRedisStores({ ...options, ...redisPlace() })
  }
}

async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    consoleLog.warn('what was in use could not be closed', { error: String(error) })
  }
}

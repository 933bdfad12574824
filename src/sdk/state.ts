/*
 * The package `oriel/state`: widgets, events, connections and sessions of people on memory, SQLite or Redis, and the
 * callbacks of a process. For Node programs and scripts; memory loads neither compiled code nor the Redis client.
 */
export { CallbackRegistry } from '../main/stores/state/callback-registry.ts'
export type {
  Callback,
  CallbackRegistration,
  CallbackRegistryOptions,
  InvokeResult,
} from '../main/stores/state/callback-registry.ts'
export { createMemoryStores } from '../main/stores/state/memory.ts'
export { createRedisStores } from '../main/stores/state/redis.ts'
export { TimeoutError, runAsync, runAsyncFireAndForget } from '../main/stores/state/run-async.ts'
export type { RunOptions, Task } from '../main/stores/state/run-async.ts'
export { createSqliteStores } from '../main/stores/state/sqlite.ts'
export { StateBackend } from '../main/stores/state/types.ts'
export type {
  ConnectionInfo,
  ConnectionRouter,
  EventBus,
  EventMessage,
  JsonObject,
  JsonValue,
  SessionStore,
  StateStores,
  StoreOptions,
  Subscription,
  UserSession,
  WidgetData,
  WidgetStore,
} from '../main/stores/state/types.ts'
export { getWorkerId } from '../main/stores/state/worker-id.ts'
export { OrielError } from '../shared/errors.ts'
export type { ErrorCode } from '../shared/errors.ts'

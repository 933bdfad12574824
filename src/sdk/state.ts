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
export { getStateBackend, isDeployMode } from '../main/stores/state/environment.ts'
export { EventQueue } from '../main/stores/state/event-queue.ts'
export type { EventQueueOptions } from '../main/stores/state/event-queue.ts'
export {
  clearStateCaches,
  getCallbackRegistry,
  getConnectionRouter,
  getEventBus,
  getServerState,
  getSessionStore,
  getWidgetStore,
  resetCallbackRegistry,
  resetServerState,
} from '../main/stores/state/factories.ts'
export { createMemoryStores } from '../main/stores/state/memory.ts'
export type { CallCounts } from '../main/stores/state/remote-calls.ts'
export { createRedisStores } from '../main/stores/state/redis.ts'
export { TimeoutError, runAsync, runAsyncFireAndForget } from '../main/stores/state/run-async.ts'
export type { RunOptions, Task } from '../main/stores/state/run-async.ts'
export { ServerStateManager } from '../main/stores/state/server-state.ts'
export type { ServerStateOptions } from '../main/stores/state/server-state.ts'
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
export type { WidgetConnection, WidgetEvent } from '../main/stores/state/widget-connections.ts'
export { getWorkerId } from '../main/stores/state/worker-id.ts'
export { OrielError } from '../shared/errors.ts'
export type { ErrorCode } from '../shared/errors.ts'

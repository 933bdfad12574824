/*
 * The package `oriel/components`: HTML that the script drives. It needs no window and no app: any Node program can import
 * it, and serve its components over HTTP, as server-sent events or on a WebSocket.
 */
export { Component } from './components/component.ts'
export type { AnyComponent, ComponentClass } from './components/component.ts'
export { SlotRenderer, compose } from './components/composition.ts'
export type { SlotRendering } from './components/composition.ts'
export type { DispatchRequest, DispatchResult, StreamFrame } from './components/dispatch.ts'
export { ComponentError, EventNotFoundError } from './components/errors.ts'
export { EtaRenderer } from './components/eta-renderer.ts'
export type { EtaRendererOptions } from './components/eta-renderer.ts'
export type { FieldMessages } from './components/field-errors.ts'
export { FormComponent } from './components/form.ts'
export type { FormState } from './components/form.ts'
export type { ComponentLog } from './components/log.ts'
export { ModelFormComponent } from './components/model-form.ts'
export {
  AllowAny,
  BasePermission,
  IsAuthenticated,
  IsStaff,
  IsSuperuser,
  ModelPermission,
} from './components/permissions.ts'
export type { ComponentUser, PermissionRequest } from './components/permissions.ts'
export { ReactRenderer } from './components/react-renderer.ts'
export type { ReactTemplateProps } from './components/react-renderer.ts'
export { ComponentRegistry, registry } from './components/registry.ts'
export { Renderer } from './components/renderer.ts'
export { SchemaIssues } from './components/schema.ts'
export type { Issue, Schema } from './components/schema.ts'
export { StateSerializer } from './components/serializer.ts'
export type { StateSerializerOptions } from './components/serializer.ts'
export type { SigningKey } from './components/signing.ts'
export type { StateCodec } from './components/state-copy.ts'
export { StreamingComponent } from './components/streaming.ts'
export { handleComponentRequest } from './components/http.ts'
export type { ComponentHttpOptions } from './components/http.ts'
export { ComponentWebSocketManager, wsManager } from './components/websocket.ts'
export type { ComponentUpdate, ComponentWebSocketOptions, Visitor } from './components/websocket.ts'
export { WebSocketConnection } from './components/websocket-connection.ts'
export { formatSseFrame } from './components/wire.ts'
export type { WireResult } from './components/wire.ts'
export { StateStore } from '../main/stores/state/component-state.ts'
export type { StateStoreOptions } from '../main/stores/state/component-state.ts'
export { InMemoryStateStore } from '../main/stores/state/memory/component-states.ts'
export { RedisStateStore } from '../main/stores/state/redis/component-states.ts'
export { SqliteStateStore } from '../main/stores/state/sqlite/component-states.ts'
export { OrielError } from '../shared/errors.ts'
export type { ErrorCode, PublicError } from '../shared/errors.ts'
export type { JsonObject, JsonValue } from '../shared/json.ts'

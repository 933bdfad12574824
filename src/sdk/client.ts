/*
 * The package `oriel/client`: what a program imports to attach to a live session. It needs a global WebSocket (Node 22).
 */
export { pageUrl, socketUrl } from '../client/address.ts'
export type { ChangeEvent, ChangeListener } from '../client/changes.ts'
export { Document } from '../client/document.ts'
export type { EventHandler } from '../client/handlers.ts'
export { ClientSession, pullSession, pushSession, showSession } from '../client/client-session.ts'
export type { ClientSessionOptions } from '../client/client-session.ts'
export type { EditProblem } from '../client/replica.ts'
export type { Transaction } from '../client/transaction.ts'
export type { ClientState, RequestOptions } from '../client/types.ts'
export type { DocumentWindowOptions, ServerInfo } from '../shared/calls.ts'
export type { DocumentRecord, Op, Path } from '../shared/document/types.ts'
export { OrielError } from '../shared/errors.ts'
export type { ErrorCode } from '../shared/errors.ts'
export type { FrameHandler, FrameKind, StreamFrame } from '../shared/stream.ts'
export type { Value } from '../shared/value.ts'

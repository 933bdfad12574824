/*
 * The package `oriel`: what a script imports.
 */
export { session } from './context.ts'
export type { SessionContext, SessionContextValues } from './context.ts'
export { Html, html, raw } from './html.ts'
export type { HtmlValue } from './html.ts'
export { SessionState } from './session-state.ts'
export type { StateBase, StateSchema } from './session-state.ts'
export type { StateConstructor } from './session-state/store.ts'
export { show } from './show.ts'
export type { ShowOptions } from './show.ts'
export type { Widget } from './widget.ts'
export type { WidgetInput } from './widget-content.ts'
export type { WidgetEvent, WidgetHandler } from './widget-events.ts'
export { OrielError } from '../shared/errors.ts'
export type { ErrorCode } from '../shared/errors.ts'
export type { Value } from '../shared/value.ts'
export type { Bounds } from '../shared/window.ts'

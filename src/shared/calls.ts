import type { Limits } from './protocol.ts'
import type { Bounds } from './window.ts'

/** What an Oriel says of itself. */
export interface ServerInfo {
  /** `Oriel` */
  name: string
  version: string
  /** Of the messages; both sides must speak the same. */
  protocol: number
  limits: Limits
}

/*
 * Requests to the main process (message `call`): method → params and result. One table for both sides.
 * Which role may call what stands beside each.
 */
export interface Calls {
  // by the script
  'window.open': { params: { widgetId: string }; result: null }
  'window.setBounds': { params: { widgetId: string; bounds: Partial<Bounds> }; result: null }
  'window.getBounds': { params: { widgetId: string }; result: Bounds }
  'window.focus': { params: { widgetId: string }; result: null }
  'window.minimize': { params: { widgetId: string }; result: null }
  /** PNG */
  'window.capture': { params: { widgetId: string }; result: Uint8Array }
  'window.close': { params: { widgetId: string }; result: null }
  // by a window
  'script.stop': { params: null; result: null }
  'script.restart': { params: null; result: null }
  /** Opens an http(s) or mailto address in the person's own browser, after asking nothing: only the script's own links reach it. */
  'external.open': { params: { url: string }; result: null }
  // by a program
  'server.info': { params: null; result: ServerInfo }
  /** Brings one of the session's windows to the front, where the host can. */
  'session.show': { params: null; result: null }
}
export type CallMethod = keyof Calls

/** In the place of a widget's id: an event between the script and programs that are attached. */
export const NO_WIDGET = ''

/** Event names that only the main process may send start with this; from anyone else they are refused. */
export const SYSTEM_EVENT_PREFIX = 'oriel:'
/** Main → script: the person (or the script) closed the widget's window. Data: null. */
export const WINDOW_CLOSED_EVENT = 'oriel:window-closed'

/** Main → window, as a request: answered once all that was sent before it is on the screen. Data: null. */
export const PAINTED_EVENT = 'oriel:painted'

/** Main → script: the session is closing; run its close hooks, then answer. Data: null. */
export const SESSION_CLOSING_EVENT = 'oriel:session-closing'

/** Main → script, as a request: may a program make this edit? Data: { ops, connectionId }. Any value is a yes, an error a no. */
export const EDIT_EVENT = 'oriel:edit'

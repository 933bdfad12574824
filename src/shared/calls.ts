import type { ClientRequest } from './client-request.ts'
import type { DialogAnswer, DialogRequest, FolderListing } from './desk/dialogs.ts'
import type { ToastRequest } from './desk/toasts.ts'
import type { Limits } from './protocol.ts'
import type { Theme } from './records.ts'
import type { Value } from './value.ts'
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

/** A connection of a window or a program, as scripts and hooks hear of it. */
export interface AttachedClient {
  readonly connectionId: string
  readonly role: 'window' | 'program'
  /** Whose window it is; null for programs. */
  readonly widgetId: string | null
  readonly request: ClientRequest
}

/** How a window on a session's document is to be, where it is opened; each in the way of `show`. */
export interface DocumentWindowOptions {
  /** DIP; default 960 */
  width?: number
  /** DIP; default 640 */
  height?: number
  /** DIP; default: where the window was last, or the host's choice */
  x?: number
  y?: number
  /** Default true. */
  resizable?: boolean
  /** Default 'system'. */
  theme?: Theme
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
  /** The next piece of what a component answers; null: that was all. False: nobody reads it any more. */
  'component.chunk': { params: { id: string; bytes: Uint8Array | null }; result: boolean }
  /** A component says something on a socket. False: it is gone. */
  'component.send': { params: { id: string; text: string }; result: boolean }
  'component.close': { params: { id: string }; result: null }
  /*
   * Of the person and the computer in front of them. `widgetId`: whose window; null, or one that is closed: the newest.
   */
  /** `askId`: of the script's own, to take it back with. */
  'dialog.open': {
    params: { widgetId: string | null; askId: string; request: DialogRequest }
    result: DialogAnswer
  }
  'dialog.takeBack': { params: { askId: string }; result: null }
  /** Whether its button was pressed; at once without a button. */
  'toast.show': { params: { widgetId: string | null; toast: ToastRequest }; result: boolean }
  'desk.notify': { params: { widgetId: string | null; title: string; body: string }; result: null }
  'desk.copy': { params: { widgetId: string | null; text: string }; result: null }
  'desk.paste': { params: { widgetId: string | null }; result: string }
  'desk.download': {
    params: { widgetId: string | null; name: string; type: string; bytes: Uint8Array }
    result: null
  }
  'desk.open': { params: { widgetId: string | null; url: string }; result: null }
  // by a window
  'script.stop': { params: null; result: null }
  'script.restart': { params: null; result: null }
  /** Opens an http(s) or mailto address in the person's own browser, after asking nothing: only the script's own links reach it. */
  'external.open': { params: { url: string }; result: null }
  /** Answers a dialog that stands in the window; what kind of answer says its request. */
  'dialog.answer': { params: { id: string; answer: Value }; result: null }
  /** A folder of this computer, for a dialog about files that stands in the window; null: where it begins. */
  'dialog.list': { params: { id: string; folder: string | null }; result: FolderListing }
  /** What was typed in the window and not sent; TypedField[]. */
  'typed.keep': { params: { fields: Value }; result: null }
  'task.cancel': { params: { id: string }; result: null }
  'command.run': { params: { id: string }; result: null }
  /** The person wanted to leave and stayed, where the page could only ask by itself: now the script is asked. */
  'leaving.ask': { params: null; result: null }
  // by a program
  'server.info': { params: null; result: ServerInfo }
  /** Brings one of the session's windows to the front, where the host can, or opens one that shows the document's roots. */
  'session.show': { params: DocumentWindowOptions | null; result: null }
}
export type CallMethod = keyof Calls

/** In the place of a widget's id: an event between the script and programs that are attached. */
export const NO_WIDGET = ''

/** Widget of the window that shows the document's roots. Its events go to whoever drives the session: script and programs. */
export const DOCUMENT_WIDGET_ID = 'oriel-document'

/** Names of Oriel's own events start with this. Only the main process may send them, and windows ELEMENT_EVENT; from anyone else they are refused. */
export const SYSTEM_EVENT_PREFIX = 'oriel:'
/** Event names of Oriel's own page start with this; a script can neither send nor handle them. */
export const PAGE_EVENT_PREFIX = 'oriel.'
/** Main → script: the person (or the script) closed the widget's window. Data: null. */
export const WINDOW_CLOSED_EVENT = 'oriel:window-closed'

/** Main → window, as a request: answered once all that was sent before it is on the screen. Data: null. */
export const PAINTED_EVENT = 'oriel:painted'

/** Window → script, as a request: what happened to an element of a tree. Data: ElementEventData. */
export const ELEMENT_EVENT = 'oriel:element'
/** Script → window: what a page is to do with an element of its tree. Data: ElementAskData. */
export const ELEMENT_ASK_EVENT = `${PAGE_EVENT_PREFIX}element`

/** Main → script: a window or a program is here, or is here again. Data: AttachedClient. */
export const CLIENT_ATTACHED_EVENT = 'oriel:client-attached'
/** Main → script: its connection is gone. Data: { connectionId }. */
export const CLIENT_LEFT_EVENT = 'oriel:client-left'

/** Main → script: the session is closing; run its close hooks, then answer. Data: null. */
export const SESSION_CLOSING_EVENT = 'oriel:session-closing'

/** Main → script, as a request: may a program make this edit? Data: { ops, connectionId }. Any value is a yes, an error a no. */
export const EDIT_EVENT = 'oriel:edit'

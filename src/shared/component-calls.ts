/*
 * How the main process, which has the servers, reaches the components of a script: events of its own to the script, and
 * calls of the script back to it. Paths, headers and bodies come from outside; the script's side judges them.
 */

/** All of these begin with it. */
export const COMPONENT_EVENTS = 'oriel:component-'
/** Main → script, as a request: ComponentAsked, answered by ComponentAnswer. */
export const COMPONENT_REQUEST_EVENT = 'oriel:component-request'
/** Main → script: nobody reads the answer with this id any more. Data: { id }. */
export const COMPONENT_GONE_EVENT = 'oriel:component-gone'
/** Main → script: a socket has come (ComponentSocketOpened), says something ({ id, text }), or has gone ({ id }). */
export const COMPONENT_SOCKET_EVENT = 'oriel:component-socket'
export const COMPONENT_MESSAGE_EVENT = 'oriel:component-message'
export const COMPONENT_CLOSED_EVENT = 'oriel:component-closed'

/** Who asks, as permissions are told. */
export type ComponentCaller = {
  /** null: nobody who is logged in. */
  userId: string | null
  roles: string[]
  /** Names of what is permitted on the app. */
  permissions: string[]
  /** The person at whose computer the script runs: everything is permitted. */
  isOwner: boolean
}

export type ComponentAsked = {
  id: string
  method: string
  /** With the query. */
  path: string
  headers: { [name: string]: string }
  body: Uint8Array
  caller: ComponentCaller
}

export type ComponentAnswer = {
  status: number
  headers: { [name: string]: string }
  /** null: it comes in pieces, by calls `component.chunk`. */
  body: Uint8Array | null
}

export type ComponentSocketOpened = {
  id: string
  headers: { [name: string]: string }
  caller: ComponentCaller
}

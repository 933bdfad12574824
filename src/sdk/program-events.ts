import type { ClientEvent } from '../client/types.ts'
import { NO_WIDGET } from '../shared/calls.ts'
import type { Value } from '../shared/value.ts'
import { checkEventName, checkFunction, checkSendable } from './check.ts'
import { requireSession } from './runtime/frame.ts'
import type { RunningSession, WidgetInbox } from './runtime/session.ts'
import { ANY_EVENT, WidgetEvents } from './widget-events.ts'
import type { WidgetHandler } from './widget-events.ts'

/** A session's handlers for programs that are attached to it. Made with the first of them. */
class ProgramInbox implements WidgetInbox {
  readonly listening = true
  readonly #events: WidgetEvents

  constructor(session: RunningSession) {
    this.#events = new WidgetEvents(session, NO_WIDGET)
  }

  add(type: string, handler: WidgetHandler): () => void {
    return this.#events.add(type, handler)
  }

  dispatch(event: ClientEvent): unknown {
    return this.#events.dispatch(event)
  }

  end(): void {
    this.#events.clear()
  }
}

const inboxes = new WeakMap<RunningSession, ProgramInbox>()

/** See `session.on`. */
export function onProgramEvent(type: string, handler: WidgetHandler): () => void {
  const session = requireSession('session.on()')
  if (type !== ANY_EVENT) checkEventName(type, 'session.on: type')
  checkFunction(handler, `session.on('${type}'): handler`)
  const known = inboxes.get(session)
  if (known) return known.add(type, handler)
  const inbox = new ProgramInbox(session)
  inboxes.set(session, inbox)
  session.widgets.set(NO_WIDGET, inbox)
  const remove = inbox.add(type, handler)
  session.onListening(NO_WIDGET)
  return remove
}

/** See `session.emit`. */
export async function emitToPrograms(type: string, data: Value = null): Promise<number> {
  const session = requireSession('session.emit()')
  checkEventName(type, 'session.emit: type')
  checkSendable(data, `session.emit('${type}'): data`)
  return session.holding(session.link.emit(NO_WIDGET, type, data))
}

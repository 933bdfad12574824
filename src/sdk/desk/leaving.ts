import { CLOSE_ASKED_EVENT } from '../../shared/desk/asks.ts'
import { LEAVING_TYPE, leavingRecordId } from '../../shared/desk/commands.ts'
import type { LeavingProps } from '../../shared/desk/commands.ts'
import { checkFunction, refuse } from '../check.ts'
import { frames, requireSession } from '../runtime/frame.ts'
import type { Frame } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'
import { widgetAtHand } from './ask.ts'

/** Asked before a window is closed by hand. False keeps it open; it may be async, and ask the person. */
export type CloseHandler = (event: { readonly widgetId: string }) => unknown

interface Leaving {
  handlers: { handler: CloseHandler; frame: Frame }[]
  /** Widgets with changes that would be lost. */
  unsaved: Set<string>
}

const leavings = new WeakMap<RunningSession, Leaving>()

/**
 * Adds a handler that is asked before one of the session's windows is closed by hand. The window stays if any of them gives
 * false. What the script closes is not asked about. A browser asks by itself, and only while `unsavedChanges` says so; the
 * handlers are asked once the person has stayed. Returns what removes it. Throws OrielError no_session, session_closed, bad_value.
 */
export function onClose(handler: CloseHandler): () => void {
  checkFunction(handler, 'onClose: handler')
  const session = requireSession('onClose()')
  const leaving = leavingOf(session)
  const entry = { handler, frame: frames.getStore()! }
  leaving.handlers.push(entry)
  write(session, leaving)
  return () => {
    leaving.handlers = leaving.handlers.filter((other) => other !== entry)
    if (session.state !== 'closed') write(session, leaving)
  }
}

/**
 * Says whether there are changes that closing would lose, in the window whose event is being handled, or else in all of the
 * session. While there are, the person is asked first: by `onClose` handlers, or, without any, by a dialog. Throws OrielError no_session,
 * session_closed, bad_value.
 */
export function unsavedChanges(areThere: boolean): void {
  if (typeof areThere !== 'boolean') refuse('unsavedChanges', 'true or false', areThere)
  const session = requireSession('unsavedChanges()')
  const leaving = leavingOf(session)
  const at = widgetAtHand()
  for (const id of at === null ? session.widgets.keys() : [at]) {
    if (areThere) leaving.unsaved.add(id)
    else leaving.unsaved.delete(id)
  }
  write(session, leaving)
}

function leavingOf(session: RunningSession): Leaving {
  const known = leavings.get(session)
  if (known) return known
  const leaving: Leaving = { handlers: [], unsaved: new Set() }
  leavings.set(session, leaving)
  session.system.set(CLOSE_ASKED_EVENT, ({ widgetId }) => askHandlers(session, leaving, widgetId))
  // A window that comes later is asked about as well.
  session.onWidget(() => write(session, leaving))
  return leaving
}

/** One after the other: two dialogs about the same thing would be one too many. */
async function askHandlers(session: RunningSession, leaving: Leaving, widgetId: string): Promise<boolean> {
  for (const { handler, frame } of [...leaving.handlers].reverse()) {
    const values = Object.freeze({ ...frame.values, widgetId })
    try {
      const answer: unknown = await frames.run(Object.freeze({ values, session: frame.session }), () =>
        handler(Object.freeze({ widgetId })),
      )
      if (answer === false) return false
    } catch (error) {
      // A fault must not keep a window open for ever.
      session.report(error)
    }
  }
  return true
}

function write(session: RunningSession, { handlers, unsaved }: Leaving): void {
  const { document } = session.link
  document.transact((tx) => {
    for (const widgetId of session.widgets.keys()) {
      const id = leavingRecordId(widgetId)
      const props: LeavingProps = { widgetId, isUnsaved: unsaved.has(widgetId), asksScript: handlers.length > 0 }
      if (props.isUnsaved || props.asksScript) tx.put({ id, type: LEAVING_TYPE, scope: 'view', props: { ...props } })
      else if (document.get(id)) tx.remove(id)
    }
    for (const { id, type, props } of document.records())
      if (type === LEAVING_TYPE && !session.widgets.has((props as unknown as LeavingProps).widgetId)) tx.remove(id)
  })
}

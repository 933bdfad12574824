import { LEAVING_TYPE, leavingRecordId } from '../../shared/desk/commands.ts'
import type { LeavingProps } from '../../shared/desk/commands.ts'
import type { DocumentReader } from '../types.ts'

/**
 * Has the browser ask before the page is left while the script says that something is unsaved: in its own words, and only
 * once the person has done something in the page, as browsers have it. Whoever stays is asked by the script. Returns the way to stop.
 */
export function followLeaving(document: DocumentReader, widgetId: string, ask: () => Promise<unknown>): () => void {
  const stop = new AbortController()
  const onLeave = (event: BeforeUnloadEvent) => {
    const record = document.get(leavingRecordId(widgetId))
    if (record?.type !== LEAVING_TYPE || !(record.props as unknown as LeavingProps).isUnsaved) return
    event.preventDefault()
    // Runs only in a page that stays.
    setTimeout(() => void ask().catch(() => {}), 0)
  }
  addEventListener('beforeunload', onLeave, { signal: stop.signal })
  return () => stop.abort()
}

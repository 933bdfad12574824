import type { Theme } from '../../shared/records.ts'
import { refuse } from '../check.ts'
import { requireSession } from '../runtime/frame.ts'

const THEMES: readonly unknown[] = ['light', 'dark', 'system']

/** How this session's windows look. */
export const theme = Object.freeze({
  /** Of the newest window; 'system' where there is none. Throws OrielError no_session, session_closed. */
  get(): Theme {
    const last = widgetRecords('theme.get()').at(-1)
    return (last?.props.theme as Theme | undefined) ?? 'system'
  },

  /** Of all windows that are open now. Throws OrielError no_session, session_closed, bad_value. */
  set(wanted: Theme): void {
    if (!THEMES.includes(wanted)) refuse('theme.set: theme', "'light', 'dark' or 'system'", wanted)
    const records = widgetRecords('theme.set()')
    requireSession('theme.set()').link.document.transact((tx) => {
      for (const { id, props } of records) if (props.theme !== wanted) tx.set(id, ['theme'], wanted)
    })
  },
})

function widgetRecords(what: string) {
  const { document } = requireSession(what).link
  return [...document.records()].filter(({ type }) => type === 'widget')
}

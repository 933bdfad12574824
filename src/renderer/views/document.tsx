import { useMemo, useSyncExternalStore } from 'react'
import { DocumentContext, Drawn } from './document/record.tsx'
import { viewOf } from './document/registry.ts'
import { Roots } from './document/roots.ts'
import type { ViewProps } from './index.ts'

/** What a session's document holds: its roots, one below the other. */
export function DocumentView({ link: { document } }: Pick<ViewProps, 'link'>) {
  const scene = useMemo(() => ({ document, viewOf }), [document])
  const roots = useMemo(() => new Roots(document), [document])
  const ids = useSyncExternalStore(roots.subscribe, roots.read)
  if (ids.length === 0) {
    return (
      <div className="document-empty" role="status">
        <h1>Nothing to show yet</h1>
        <p>What a program pushes to this session appears here.</p>
      </div>
    )
  }
  return (
    <DocumentContext value={scene}>
      <div className="document">
        {ids.map((id) => (
          <Drawn key={id} id={id} />
        ))}
      </div>
    </DocumentContext>
  )
}

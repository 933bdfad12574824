import { useLayoutEffect, useRef } from 'react'
import type { ReactNode } from 'react'

const FIELDS = ':is(input:not([type=hidden], [type=file]), textarea, select):not(:disabled)'

/** What stands in a Modal or a Drawer. It takes the focus at first, or its first field does, and not the cross above it. */
export function OverBody({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const first = place.current!.querySelector<HTMLElement>(FIELDS) ?? place.current!
    // Mantine's focus trap begins there.
    first.dataset['autofocus'] = ''
  }, [])
  return (
    <div ref={place} tabIndex={-1} className="ui-over-body">
      {children}
    </div>
  )
}

import { useId, useLayoutEffect } from 'react'
import type { CSSProperties } from 'react'
import { useKept } from './use-kept.ts'
import type { sidebarElement } from '../../../shared/elements/sidebar.ts'
import type { ElementViewProps } from './view.ts'

/** Beside everything else, at the edge of the window, wherever in the tree it stands (elements.css moves the page aside). */
export function Sidebar({
  label,
  side,
  width,
  open,
  defaultOpen,
  onToggle,
  children,
}: ElementViewProps<typeof sidebarElement>) {
  const id = useId()
  const [isOpen, setOpen] = useKept(open, defaultOpen ?? !isNarrow(), onToggle)
  // The page makes room for it.
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.setProperty(`--ui-${side}-width`, `${width}px`)
    return () => void style.removeProperty(`--ui-${side}-width`)
  }, [side, width])
  return (
    <aside
      className="ui-sidebar"
      aria-label={label}
      data-side={side}
      data-open={isOpen || undefined}
      style={{ '--ui-sidebar-width': `${width}px` } as CSSProperties}
    >
      <button
        type="button"
        className="ui-sidebar-toggle"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={isOpen ? `Hide ${label}` : `Show ${label}`}
        onClick={() => setOpen(!isOpen)}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M10 3 5 8l5 5" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
        </svg>
      </button>
      <div id={id} className="ui-sidebar-content" hidden={!isOpen}>
        {children}
      </div>
    </aside>
  )
}

/** Then a sidebar that is open would leave no room for the rest. */
const isNarrow = (): boolean => matchMedia('(max-width: 45rem)').matches

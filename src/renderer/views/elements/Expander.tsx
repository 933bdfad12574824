import { useId } from 'react'
import { useKept } from './use-kept.ts'
import type { expanderElement } from '../../../shared/elements/expander.ts'
import type { ElementViewProps } from './view.ts'

/** A heading that shows and hides what belongs to it. What is hidden stays in the page. */
export function Expander({ label, open, defaultOpen, onToggle, children }: ElementViewProps<typeof expanderElement>) {
  const id = useId()
  const [isOpen, setOpen] = useKept(open, defaultOpen, onToggle)
  return (
    <section className="ui-expander" data-open={isOpen || undefined}>
      <button
        type="button"
        className="ui-expander-label"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <path d="m6 3 5 5-5 5" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
        </svg>
        <span>{label}</span>
      </button>
      <div id={id} className="ui-expander-content" hidden={!isOpen}>
        {children}
      </div>
    </section>
  )
}

import { useId } from 'react'
import type { cardElement } from '../../../shared/elements/card.ts'
import type { ElementViewProps } from './view.ts'

/** A sheet of its own, with a title or without. */
export function Card({ title, description, children }: ElementViewProps<typeof cardElement>) {
  const id = useId()
  return (
    <section className="ui-card" {...(title && { 'aria-labelledby': id })}>
      {(title || description) && (
        <header>
          {title && (
            <h3 id={id} className="ui-card-title">
              {title}
            </h3>
          )}
          {description && <p className="ui-help">{description}</p>}
        </header>
      )}
      {children}
    </section>
  )
}

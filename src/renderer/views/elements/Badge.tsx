import type { badgeElement } from '../../../shared/elements/badge.ts'
import type { ElementViewProps } from './view.ts'

/** A short word about a thing. */
export function Badge({ tone, children }: ElementViewProps<typeof badgeElement>) {
  return (
    <span className="ui-badge" data-tone={tone}>
      {children}
    </span>
  )
}

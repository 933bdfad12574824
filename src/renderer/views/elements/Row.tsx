import { flow } from './look.ts'
import type { rowElement } from '../../../shared/elements/row.ts'
import type { ElementViewProps } from './view.ts'

/** Side by side, onto the next line where there is no room. */
export function Row({ wrap, grow, children, ...look }: ElementViewProps<typeof rowElement>) {
  return (
    <div {...flow('ui-row', look)} data-wrap={wrap || undefined} data-grow={grow || undefined}>
      {children}
    </div>
  )
}

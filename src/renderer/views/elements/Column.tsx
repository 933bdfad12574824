import { flow } from './look.ts'
import type { columnElement } from '../../../shared/elements/column.ts'
import type { ElementViewProps } from './view.ts'

/** One below the other. */
export function Column({ children, ...look }: ElementViewProps<typeof columnElement>) {
  return <div {...flow('ui-column', look)}>{children}</div>
}

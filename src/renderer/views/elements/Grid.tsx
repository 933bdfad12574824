import type { CSSProperties } from 'react'
import type { gridElement } from '../../../shared/elements/grid.ts'
import type { ElementViewProps } from './view.ts'

/** Columns of the same width: as many as are asked for, or as fit. */
export function Grid({ columns, minWidth, gap, children }: ElementViewProps<typeof gridElement>) {
  const template = columns
    ? `repeat(${columns}, minmax(0, 1fr))`
    : `repeat(auto-fit, minmax(min(100%, ${minWidth}px), 1fr))`
  return (
    <div className="ui-grid" data-gap={gap} style={{ '--ui-columns': template } as CSSProperties}>
      {children}
    </div>
  )
}

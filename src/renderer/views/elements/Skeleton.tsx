import type { skeletonElement } from '../../../shared/elements/skeleton.ts'
import type { ElementViewProps } from './view.ts'

/** Stands where something will be. */
export function Skeleton({ lines, height, label }: ElementViewProps<typeof skeletonElement>) {
  return (
    <div className="ui-skeleton" role="status" aria-busy="true">
      <span className="ui-hidden">{label}</span>
      {height === undefined ? (
        Array.from({ length: lines }, (_, index) => <span key={index} className="ui-skeleton-line" />)
      ) : (
        <span className="ui-skeleton-line" style={{ height }} />
      )}
    </div>
  )
}

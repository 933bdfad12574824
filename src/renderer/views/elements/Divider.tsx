import type { dividerElement } from '../../../shared/elements/divider.ts'
import type { ElementViewProps } from './view.ts'

/** A line between what belongs together and the next. */
export function Divider({ label, orientation }: ElementViewProps<typeof dividerElement>) {
  if (orientation === 'vertical')
    return <div className="ui-divider" data-vertical="" role="separator" aria-orientation="vertical" />
  if (!label) return <hr className="ui-divider" />
  return (
    <div className="ui-divider" data-label="" role="separator" aria-label={label}>
      <span aria-hidden="true">{label}</span>
    </div>
  )
}

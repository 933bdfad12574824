import type { spinnerElement } from '../../../shared/elements/spinner.ts'
import type { ElementViewProps } from './view.ts'

/** Something goes on. */
export function Spinner({ label, hideLabel, size }: ElementViewProps<typeof spinnerElement>) {
  return (
    <div className="ui-spinner" role="status" data-size={size}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="9.5" />
        <path d="M21.5 12A9.5 9.5 0 0 0 12 2.5" />
      </svg>
      <span className={hideLabel ? 'ui-hidden' : ''}>{label}</span>
    </div>
  )
}

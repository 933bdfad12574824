import type { ProgressProps } from '../../shared/desk/progress.ts'

export interface ProgressCardsProps {
  progress: readonly ProgressProps[]
  onCancel: (id: string) => void
}

/** Work under way, in a corner: what it is, how far it is, and a button to cancel it. */
export function ProgressCards({ progress, onCancel }: ProgressCardsProps) {
  return progress.map(({ id, label, detail, fraction, canCancel }) => (
    <section key={id} className="progress-card" aria-label={label}>
      <header>
        <strong>{label}</strong>
        {fraction !== null && <span className="progress-part">{Math.floor(fraction * 100)} %</span>}
      </header>
      <progress aria-label={label} {...(fraction !== null && { value: fraction })} max={1} />
      {(detail !== '' || canCancel) && (
        <footer>
          <p>{detail}</p>
          {canCancel && (
            <button type="button" onClick={() => onCancel(id)}>
              Cancel
            </button>
          )}
        </footer>
      )}
    </section>
  ))
}

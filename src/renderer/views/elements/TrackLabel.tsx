interface TrackLabelProps {
  label: string
  hideLabel: boolean
  required: boolean
  value: string
}

/** The line over a slider: what it is for, and where it stands. A screen reader is told both by the handle. */
export function TrackLabel({ label, hideLabel, required, value }: TrackLabelProps) {
  return (
    <div className="ui-track-label" aria-hidden="true">
      {!hideLabel && (
        <span>
          {label}
          {required && <span className="ui-required"> *</span>}
        </span>
      )}
      <output dir="ltr">{value}</output>
    </div>
  )
}

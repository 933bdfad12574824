import { useId } from 'react'
import type { metricElement } from '../../../shared/elements/metric.ts'
import type { ElementViewProps } from './view.ts'

/** A number with its name, and how it has changed. */
export function Metric({ label, value, unit, delta, good, help }: ElementViewProps<typeof metricElement>) {
  const id = useId()
  return (
    <div className="ui-metric" role="group" aria-labelledby={id}>
      <span id={id} className="ui-metric-label">
        {label}
      </span>
      <span className="ui-metric-value">
        {written(value)}
        {unit && <span className="ui-metric-unit"> {unit}</span>}
      </span>
      {delta !== undefined && <Delta delta={delta} good={good} />}
      {help && <span className="ui-help">{help}</span>}
    </div>
  )
}

type DeltaProps = Required<Pick<ElementViewProps<typeof metricElement>, 'good' | 'delta'>>

function Delta({ delta, good }: DeltaProps) {
  const direction = directionOf(delta)
  const isGood = direction === null || good === 'none' ? undefined : direction === good
  return (
    <span className="ui-metric-delta" data-good={isGood}>
      {direction && (
        <svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
          <path d={direction === 'up' ? 'M6 10V2M2.5 5.5 6 2l3.5 3.5' : 'M6 2v8M2.5 6.5 6 10l3.5-3.5'} />
        </svg>
      )}
      <span className="ui-hidden">{direction && (direction === 'up' ? 'up by' : 'down by')}</span>
      {written(delta).replace(/^[-−+]/, '')}
    </span>
  )
}

function directionOf(delta: string | number): 'up' | 'down' | null {
  if (typeof delta === 'number') return delta === 0 || Number.isNaN(delta) ? null : delta > 0 ? 'up' : 'down'
  return /^\s*[-−]/.test(delta) ? 'down' : /^\s*[+\d]/.test(delta) ? 'up' : null
}

const written = (value: string | number): string =>
  typeof value === 'number' ? value.toLocaleString(undefined, { maximumFractionDigits: 6 }) : value

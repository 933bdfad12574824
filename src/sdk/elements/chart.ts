import { createElement } from 'react'
import type { Key, ReactNode } from 'react'
import { isTemporal } from '../../shared/data/column.ts'
import type { Column } from '../../shared/data/column.ts'
import { TRACE_DATA, chartElement, traceElement } from '../../shared/elements/chart.ts'
import { OrielError } from '../../shared/errors.ts'
import { element } from './element.ts'

/** A point of a chart that something happened to. */
export interface ChartPoint {
  /** Index of its trace in `data`. */
  readonly trace: number
  /** Index of the point in the trace; null for what is no single point, such as a bin of a histogram. */
  readonly index: number | null
  readonly [attribute: string]: unknown
}

/** A trace as Plotly has it. Where data is expected a typed array is as good as a list, and so is a column of a table. */
export type ChartTrace = { readonly type?: string; readonly name?: string; readonly [attribute: string]: unknown }

/** What a Chart takes: a Plotly figure. */
export interface ChartProps {
  /** Traces: see https://plotly.com/javascript/reference/. Only what has changed in them is sent. */
  data: readonly ChartTrace[]
  /** Plotly's layout. Colours, fonts and margins that it leaves open are as the theme has them. */
  layout?: Readonly<Record<string, unknown>>
  /** Plotly's config. */
  config?: Readonly<Record<string, unknown>>
  /** In pixels, or any CSS length. Default 400. */
  height?: number | string
  /** What the chart shows, for those who cannot see it. Default: its title, else 'Chart'. */
  label?: string
  /** Name of the picture when it is saved. Default: the label. */
  fileName?: string
  onClick?: (points: ChartPoint[]) => unknown
  onHover?: (points: ChartPoint[]) => unknown
  /** Points were selected with box or lasso; none: the selection was given up. */
  onSelect?: (points: ChartPoint[]) => unknown
  /** The person has zoomed, moved or drawn: what has changed in the layout, by Plotly's paths. */
  onRelayout?: (changes: Record<string, unknown>) => unknown
  key?: Key
}

const Drawn = element(chartElement)
const Trace = element(traceElement)
const DATA_NAMES: ReadonlySet<string> = new Set(TRACE_DATA)

/** A Plotly chart. */
export function Chart(props: ChartProps): ReactNode {
  const { data, layout = {}, config = {}, height = 400, onClick, onHover, onSelect, onRelayout } = props
  if (!Array.isArray(data)) throw new OrielError('bad_value', '<Chart> data: must be a list of traces.')
  const times = new Set<string>()
  const traces = (data as readonly ChartTrace[]).map((trace, index) => {
    const given: Record<string, unknown> = {}
    const rest: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(trace)) {
      if (value === undefined) continue
      const isData = DATA_NAMES.has(name)
      if (isData && isColumn(value) && isTemporal(value.type)) times.add(axisOf(trace, name))
      ;(isData ? given : rest)[name] = isData && isColumn(value) ? chartValues(value) : value
    }
    return createElement(Trace, { key: index, ...given, rest })
  })
  const label = props.label ?? titleOf(layout) ?? 'Chart'
  return createElement(
    Drawn,
    {
      layout: withTimes(layout, times),
      config,
      height,
      label,
      fileName: props.fileName ?? label,
      ...(onClick ? { onClick: (points: ChartPoint[]) => onClick(points) } : {}),
      ...(onHover ? { onHover: (points: ChartPoint[]) => onHover(points) } : {}),
      ...(onSelect ? { onSelect: (points: ChartPoint[]) => onSelect(points) } : {}),
      ...(onRelayout ? { onRelayout } : {}),
    },
    ...traces,
  )
}

function isColumn(value: unknown): value is Column {
  return typeof value === 'object' && value !== null && 'values' in value && 'type' in value && 'nulls' in value
}

/** Values of a column as a chart takes them: bigints as numbers, booleans as what they are. */
function chartValues({ values, type, nulls }: Column): unknown {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    return Float64Array.from({ length: values.length }, (_, i) => (nulls?.[i] === 1 ? NaN : Number(values[i])))
  if (type !== 'boolean') return values
  return Array.from(values as Uint8Array, (value, i) => (nulls?.[i] === 1 ? null : value === 1 ? 'yes' : 'no'))
}

/** Name of the layout's axis that `x` or `y` of a trace stands on: `xaxis2`. */
function axisOf(trace: ChartTrace, name: string): string {
  const chosen = trace[`${name}axis`]
  return `${name}axis${typeof chosen === 'string' ? chosen.slice(1) : ''}`
}

/** Numbers do not say that they are times: the axis has to. */
function withTimes(layout: Readonly<Record<string, unknown>>, axes: ReadonlySet<string>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...layout }
  for (const axis of axes)
    if (axis.startsWith('x') || axis.startsWith('y'))
      result[axis] = { type: 'date', ...(layout[axis] as object | undefined) }
  return result
}

function titleOf({ title }: Readonly<Record<string, unknown>>): string | undefined {
  const text = typeof title === 'object' && title !== null && 'text' in title ? title.text : title
  return typeof text === 'string' ? text : undefined
}

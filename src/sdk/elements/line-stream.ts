import { createElement } from 'react'
import type { Key, ReactNode } from 'react'
import { lineStreamElement } from '../../shared/elements/line-stream.ts'
import { element } from './element.ts'
import type { LineData } from '../data/line-data.ts'

/** What a LineStream takes. */
export interface LineStreamProps {
  /** The lines: `new LineData(['a', 'b'])`, made once, outside of the component or in `useState`. */
  data: LineData
  /** Whether x is a time, in ms since 1970. Default true. */
  time?: boolean
  /** In pixels. Default 320. */
  height?: number
  /** What it shows, for those who cannot see it. Default: the names of the lines. */
  label?: string
  /** What stands beside the upright axis. Default: nothing. */
  unit?: string
  /** Lower end of the upright axis. Default: by what is in it. */
  min?: number
  /** Upper end of the upright axis. Default: by what is in it. */
  max?: number
  /** CSS colours of the lines. Default: the theme's. */
  colors?: readonly string[]
  key?: Key
}

const Drawn = element(lineStreamElement)

/** Lines that move along with what is measured: ten of them with a thousand points a second each are no trouble. */
export function LineStream(props: LineStreamProps): ReactNode {
  const { data, time = true, height = 320, label, unit = '', min = null, max = null, colors = [] } = props
  return createElement(Drawn, {
    record: data.recordId,
    lines: [...data.lines],
    time,
    height,
    label: label ?? data.lines.join(', '),
    unit,
    min,
    max,
    colors: [...colors],
  })
}

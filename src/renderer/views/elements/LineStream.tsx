import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import uplotCss from 'uplot/dist/uPlot.min.css?inline'
import type { lineStreamElement } from '../../../shared/elements/line-stream.ts'
import { adoptStyles } from '../../ui/styles.ts'
import { colorOf, colorway } from './chart/look.ts'
import { useColors } from './chart/scheme.ts'
import { useScene } from './context.ts'
import css from './line-stream.css?inline'
import { linePath } from './lines/paths.ts'
import type { ElementViewProps } from './view.ts'

adoptStyles(document, uplotCss)
adoptStyles(document, css)

/** Lines are drawn no more often than this, in ms: half of all frames stay free for whatever else the page does. */
const DRAW_MS = 30

export function LineStream(props: ElementViewProps<typeof lineStreamElement>) {
  const { record, lines, time, height, label, unit, min, max, colors } = props
  const { document: session } = useScene()
  const place = useRef<HTMLDivElement>(null)
  const painted = useColors()
  const shape = JSON.stringify([lines, time, unit, min, max, colors])

  useEffect(() => {
    const element = place.current!
    const data = (): uPlot.AlignedData => {
      const { x = [], ...columns } = (session.get(record)?.props ?? {}) as Record<string, ArrayLike<number>>
      return [x, ...lines.map((_, i) => withGaps(columns[`s${i}`] ?? []))] as unknown as uPlot.AlignedData
    }
    const options = optionsOf(element, props)
    const chart = new uPlot({ ...options, width: Math.max(1, element.clientWidth), height }, data(), element)

    let frame = 0
    let drawn = 0
    const draw = (now: number): void => {
      if (now - drawn < DRAW_MS) {
        frame = requestAnimationFrame(draw)
        return
      }
      frame = 0
      drawn = now
      follow(chart, data())
    }
    const stop = session.onChange(() => (frame ||= requestAnimationFrame(draw)), { id: record })
    const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(1, element.clientWidth), height }))
    observer.observe(element)
    return () => {
      stop()
      observer.disconnect()
      cancelAnimationFrame(frame)
      chart.destroy()
    }
    // oxlint-disable-next-line react/exhaustive-deps -- `shape` is all of the props that need another chart
  }, [session, record, height, painted, shape])

  return <div className="oriel-lines" role="figure" aria-label={label} ref={place} />
}

/** Draws all that is there; of a chart that a person has dragged closer what they look at, for as long as there is some of it. */
function follow(chart: uPlot, next: uPlot.AlignedData): void {
  const [before] = chart.data
  const { min = null, max = null } = chart.scales['x']!
  const isCloser = min !== null && max !== null && (min > before[0]! || max < before.at(-1)!)
  if (!isCloser || !(max > next[0][0]!)) return chart.setData(next)
  chart.setData(next, false)
  chart.setScale('x', { min, max })
}

function optionsOf(
  place: Element,
  { lines, time, unit, min, max, colors }: ElementViewProps<typeof lineStreamElement>,
): Omit<uPlot.Options, 'width' | 'height'> {
  const way = colorway(place)
  const [muted, line] = [colorOf(place, '--oriel-muted'), colorOf(place, '--oriel-line')]
  const { fontFamily } = getComputedStyle(place)
  const axis: uPlot.Axis = {
    stroke: muted,
    font: `12px ${fontFamily}`,
    labelFont: `12px ${fontFamily}`,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
  }
  return {
    ms: 1,
    // Lines between pixels, which moving ones need to look smooth.
    pxAlign: 0,
    cursor: { drag: { x: true, y: false } },
    scales: {
      x: { time },
      y:
        min !== null && max !== null
          ? { auto: false, range: [min, max] }
          : { range: (_, low, high) => rangeOf(low, high, min, max) },
    },
    axes: [axis, { ...axis, size: 56, ...(unit === '' ? {} : { label: unit, labelSize: 18 }) }],
    series: [
      { label: time ? 'Time' : 'x' },
      ...lines.map((label, i) => ({
        label,
        stroke: colors[i] ?? way[i % way.length]!,
        width: 1.5,
        paths: linePath,
        points: { show: false },
        spanGaps: false,
      })),
    ],
  }
}

/** A gap is null to uPlot. */
function withGaps(values: ArrayLike<number>): ArrayLike<number | null> {
  for (let i = 0; i < values.length; i++)
    if (Number.isNaN(values[i])) return Array.from(values, (value) => (Number.isNaN(value) ? null : value))
  return values
}

/** A little room above and below what is in it. */
function rangeOf(low: number | null, high: number | null, min: number | null, max: number | null): [number, number] {
  const [from, to] = [low ?? 0, high ?? 1]
  const room = (to - from || Math.abs(to) || 1) * 0.05
  return [min ?? from - room, max ?? to + room]
}

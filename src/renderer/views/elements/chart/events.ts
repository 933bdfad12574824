import type { z } from 'zod'
import type { chartElement } from '../../../../shared/elements/chart.ts'
import type { Value } from '../../../../shared/value.ts'

type Point = z.input<(typeof chartElement)['events']['onClick']>[number]

/** What a script is told of each point besides its place. */
const ATTRIBUTES = ['x', 'y', 'z', 'text', 'label', 'value', 'customdata', 'id', 'lat', 'lon', 'r', 'theta'] as const
/** So many points of a selection are told. */
const MOST_POINTS = 100_000

/** The points of one of Plotly's events. */
export function pointsOf(data: unknown): Point[] {
  const { points = [] } = (data ?? {}) as { points?: readonly Record<string, unknown>[] }
  return points.slice(0, MOST_POINTS).map((point) => {
    const { curveNumber, pointNumber, pointIndex } = point
    const index = pointNumber ?? pointIndex
    const told: Record<string, unknown> = {
      trace: Number(curveNumber ?? 0),
      index: typeof index === 'number' && index >= 0 ? index : null,
    }
    for (const name of ATTRIBUTES) if (isPlain(point[name])) told[name] = point[name]
    return told as Point
  })
}

/** Changes of the layout, as they can be sent. */
export function changesOf(data: unknown): { [path: string]: Value } {
  const changes: { [path: string]: Value } = {}
  for (const [path, value] of Object.entries(data ?? {}))
    if (isPlain(value)) changes[path] = value
    else if (Array.isArray(value)) changes[path] = JSON.parse(JSON.stringify(value)) as Value
  return changes
}

function isPlain(value: unknown): value is string | number | boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  )
}

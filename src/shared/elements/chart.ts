import { z } from 'zod'
import { defineElement } from './define.ts'

/** Attributes of a trace that hold its data: each travels by itself, so that only what has changed does. */
export const TRACE_DATA = [
  'x',
  'y',
  'z',
  'text',
  'ids',
  'customdata',
  'values',
  'labels',
  'parents',
  'open',
  'high',
  'low',
  'close',
  'lat',
  'lon',
  'r',
  'theta',
  'selectedpoints',
] as const

const anything = z.custom<unknown>()
const data = Object.fromEntries(TRACE_DATA.map((name) => [name, anything.optional()])) as {
  [name in (typeof TRACE_DATA)[number]]: z.ZodOptional<typeof anything>
}
const point = z.looseObject({
  /** Index of the trace. */
  trace: z.number().int().min(0),
  /** Index of the point in the trace's data; null for what is no single point. */
  index: z.number().int().min(0).nullable(),
})

/** A Plotly chart, as a window draws it: what is between its tags are traces. Scripts write the component around it. */
export const chartElement = defineElement({
  name: 'Chart',
  props: {
    /** Plotly's layout; what it leaves open is as the theme has it. */
    layout: z.record(z.string(), anything),
    /** Plotly's config. */
    config: z.record(z.string(), anything),
    /** In pixels, or any CSS length. */
    height: z.union([z.number(), z.string()]),
    label: z.string(),
    /** Name of the picture that the person can save. */
    fileName: z.string(),
  },
  events: {
    onClick: z.array(point),
    onHover: z.array(point),
    /** The points that are selected now; empty: the selection was given up. */
    onSelect: z.array(point),
    /** What has changed in the layout, by Plotly's paths: `xaxis.range[0]`. */
    onRelayout: z.record(z.string(), z.unknown()),
  },
  children: 'nodes',
})

/** One trace of a chart. */
export const traceElement = defineElement({
  name: 'ChartTrace',
  props: {
    ...data,
    /** Everything else of it. */
    rest: z.record(z.string(), anything),
  },
  events: {},
  children: 'none',
})

import { z } from 'zod'
import { defineElement } from './define.ts'
import { gap } from './row.ts'

/** Children in columns of the same width. */
export const gridElement = defineElement({
  name: 'Grid',
  props: {
    /** Number of columns. Default: as many as fit, each at least `minWidth` wide. */
    columns: z.number().int().min(1).max(24).optional(),
    /** Pixels that a column has at least, where `columns` is not given. Default 240. */
    minWidth: z.number().positive().default(240),
    /** Space between children. Default 'md' (16 px). */
    gap,
  },
  events: {},
  children: 'nodes',
})

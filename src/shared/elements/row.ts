import { z } from 'zod'
import { defineElement } from './define.ts'

/** Space between children: none, 4, 8, 16, 24 or 40 px. */
export const gap = z.enum(['none', 'xs', 'sm', 'md', 'lg', 'xl']).default('md')

/** The space between children, and how they lie across the direction; of Row and Column alike. */
export const stackProps = {
  /** Space between children. Default 'md' (16 px). */
  gap,
  /** Where children lie across the direction. Default: 'center' in a Row, 'stretch' in a Column. */
  align: z.enum(['start', 'center', 'end', 'stretch', 'baseline']).optional(),
  /** Where children lie along the direction. Default 'start'. */
  justify: z.enum(['start', 'center', 'end', 'between']).default('start'),
}

/** Children side by side. */
export const rowElement = defineElement({
  name: 'Row',
  props: {
    ...stackProps,
    /** Children that have no room go to a new line. Default true. */
    wrap: z.boolean().default(true),
    /** All children are equally wide. Default false. */
    grow: z.boolean().default(false),
  },
  events: {},
  children: 'nodes',
})

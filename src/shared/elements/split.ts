import { z } from 'zod'
import { defineElement } from './define.ts'

/** Two panes with an edge between them that a person moves: the first child, and the rest. */
export const splitElement = defineElement({
  name: 'Split',
  props: {
    /** Side by side, or one below the other. Default 'horizontal'. */
    orientation: z.enum(['horizontal', 'vertical']).default('horizontal'),
    /** Percent that the first pane has. Without it the page keeps that, beginning with `defaultSize`. */
    size: z.number().min(0).max(100).optional(),
    /** Percent that the first pane has at first, where there is no `size`. Default 50. */
    defaultSize: z.number().min(0).max(100).default(50),
    /** Percent that each pane has at least. Default 10. */
    minSize: z.number().min(0).max(50).default(10),
    /** Pixels. Default: as the content needs; a vertical one is 400 high. */
    height: z.number().positive().optional(),
    /** What the edge is called when it is read aloud. Default 'Edge between the panes'. */
    label: z.string().default('Edge between the panes'),
  },
  events: {
    /** Percent that the first pane has, while the edge is moved. */
    onResize: z.number(),
  },
  children: 'nodes',
})

import { z } from 'zod'
import { defineElement } from './define.ts'

/** A line that shows and hides what belongs to it. */
export const expanderElement = defineElement({
  name: 'Expander',
  props: {
    /** The line. */
    label: z.string(),
    /** Whether it is open. Without it the page keeps that, beginning with `defaultOpen`. */
    open: z.boolean().optional(),
    /** Whether it is open at first, where there is no `open`. Default false. */
    defaultOpen: z.boolean().default(false),
  },
  events: {
    /** Whether it is open now. */
    onToggle: z.boolean(),
  },
  children: 'nodes',
})

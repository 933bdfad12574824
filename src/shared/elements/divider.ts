import { z } from 'zod'
import { defineElement } from './define.ts'

/** A line between one thing and the next. */
export const dividerElement = defineElement({
  name: 'Divider',
  props: {
    /** In the line. Default: none. */
    label: z.string().optional(),
    /** 'vertical' is for a Row. Default 'horizontal'. */
    orientation: z.enum(['horizontal', 'vertical']).default('horizontal'),
  },
  events: {},
  children: 'none',
})

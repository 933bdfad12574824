import { z } from 'zod'
import { defineElement } from './define.ts'

/** How far something is. */
export const progressElement = defineElement({
  name: 'Progress',
  props: {
    /** From 0 to `max`. Without it: only that it goes on. */
    value: z.number().optional(),
    /** What `value` is when it is done. Default 100. */
    max: z.number().positive().default(100),
    /** What it is that goes on. Default 'Progress'. */
    label: z.string().default('Progress'),
    /** The label is read aloud and not shown. Default false. */
    hideLabel: z.boolean().default(false),
  },
  events: {},
  children: 'none',
})

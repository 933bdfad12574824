import { z } from 'zod'
import { defineElement } from './define.ts'

/** One number that matters, large, with what it is and how it has changed. */
export const metricElement = defineElement({
  name: 'Metric',
  props: {
    /** What the number is. */
    label: z.string(),
    /** Numbers are written in the person's own way. */
    value: z.union([z.string(), z.number()]),
    /** Stands behind the number, such as '€' or 'kg'. */
    unit: z.string().optional(),
    /** How it has changed, signed; text is shown as it is. Default: not shown. */
    delta: z.union([z.string(), z.number()]).optional(),
    /** Which change is good news: a higher number, a lower one, or neither. Default 'up'. */
    good: z.enum(['up', 'down', 'none']).default('up'),
    /** More about it, below. */
    help: z.string().optional(),
  },
  events: {},
  children: 'none',
})

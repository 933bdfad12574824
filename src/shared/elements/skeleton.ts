import { z } from 'zod'
import { defineElement } from './define.ts'

/** Stands where something will be. */
export const skeletonElement = defineElement({
  name: 'Skeleton',
  props: {
    /** Lines of text that it looks like. Default 3. */
    lines: z.number().int().min(1).max(100).default(3),
    /** Pixels; then it is one block instead of lines. */
    height: z.number().positive().optional(),
    /** What is read aloud. Default 'Loading…'. */
    label: z.string().default('Loading…'),
  },
  events: {},
  children: 'none',
})

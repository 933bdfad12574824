import { z } from 'zod'
import { defineElement } from './define.ts'

/** Something goes on, and nobody knows how long. */
export const spinnerElement = defineElement({
  name: 'Spinner',
  props: {
    /** What goes on. Default 'Loading…'. */
    label: z.string().default('Loading…'),
    /** The label is read aloud and not shown. Default false. */
    hideLabel: z.boolean().default(false),
    /** Default 'md'. */
    size: z.enum(['sm', 'md', 'lg']).default('md'),
  },
  events: {},
  children: 'none',
})

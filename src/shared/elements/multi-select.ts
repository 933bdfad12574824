import { z } from 'zod'
import { defineElement } from './define.ts'
import { listProps } from './select.ts'

/** Any number of choices of a list that opens. */
export const multiSelectElement = defineElement({
  name: 'MultiSelect',
  props: {
    ...listProps,
    /** What is chosen. Without it the page keeps the choice, beginning with `defaultValue`. */
    value: z.array(z.string()).optional(),
    /** What is chosen at first, where there is no `value`. Default []. */
    defaultValue: z.array(z.string()).default([]),
    /** Choices at most. Default: no limit. */
    maxValues: z.number().int().positive().optional(),
  },
  events: {
    /** All that is chosen, in the order in which it was. */
    onChange: z.array(z.string()),
  },
  children: 'none',
})

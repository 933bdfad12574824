import { z } from 'zod'
import { defineElement } from './define.ts'
import { fieldProps, optionsProps } from './field.ts'

/** One choice of a few that are all shown. */
export const radioGroupElement = defineElement({
  name: 'RadioGroup',
  props: {
    ...fieldProps,
    ...optionsProps,
    /** What is chosen; null: nothing. Without it the page keeps the choice, beginning with `defaultValue`. */
    value: z.string().nullable().optional(),
    /** What is chosen at first, where there is no `value`. Default null. */
    defaultValue: z.string().nullable().default(null),
    /** One below the other, or side by side. Default 'vertical'. */
    orientation: z.enum(['horizontal', 'vertical']).default('vertical'),
  },
  events: {
    /** The choice. */
    onChange: z.string(),
  },
  children: 'none',
})

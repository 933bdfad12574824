import { z } from 'zod'
import { defineElement } from './define.ts'
import { typedProps } from './field.ts'

/** A colour, typed or chosen. */
export const colorInputElement = defineElement({
  name: 'ColorInput',
  props: {
    ...typedProps,
    /** The colour, `#rrggbb`; '' for none. Without it the page keeps it, beginning with `defaultValue`. */
    value: z.string().optional(),
    /** The colour at first, where there is no `value`. Default ''. */
    defaultValue: z.string().default(''),
    /** Colours that are offered, `#rrggbb`. Default: none. */
    swatches: z.array(z.string()).optional(),
  },
  events: {
    /** The colour, `#rrggbb`, or '' when it was emptied. Half-typed ones are not told. */
    onChange: z.string(),
  },
  children: 'none',
})

import { z } from 'zod'
import { defineElement } from './define.ts'

/** A button that a person presses; what is between its tags is its label. */
export const buttonElement = defineElement({
  name: 'Button',
  props: {
    /** How much it stands out: `primary` for the one thing to do next, `plain` for the least. Default 'default'. */
    variant: z.enum(['default', 'primary', 'plain', 'danger']).default('default'),
    /** In a Form: 'submit' sends it, 'reset' empties it. Default 'button'. */
    type: z.enum(['button', 'submit', 'reset']).default('button'),
    /** As wide as there is room. Default false. */
    wide: z.boolean().default(false),
    /** Can be seen and not pressed. Default false. */
    disabled: z.boolean().default(false),
    /** Shown as busy, and not to be pressed. While a handler runs it is so by itself. Default false. */
    loading: z.boolean().default(false),
  },
  events: {
    /** It was pressed, with the pointer or a key. */
    onClick: z.null(),
  },
  children: 'nodes',
})

import { z } from 'zod'
import { defineElement } from './define.ts'
import { typedProps } from './field.ts'

/** A text that is not shown while it is typed, unless the person asks for it. */
export const passwordInputElement = defineElement({
  name: 'PasswordInput',
  props: {
    ...typedProps,
    /** What it holds. Without it the field keeps what is typed. */
    value: z.string().optional(),
    /** What it holds at first, where there is no `value`. Default ''. */
    defaultValue: z.string().default(''),
    /** What password programs are told: 'current-password' or 'new-password'. Default 'off'. */
    autoComplete: z.enum(['off', 'current-password', 'new-password']).default('off'),
  },
  events: {
    /** The text, after each change. */
    onChange: z.string(),
    /** The text, when Enter is pressed. */
    onSubmit: z.string(),
    /** The text, when the field is left. */
    onBlur: z.string(),
  },
  children: 'none',
})

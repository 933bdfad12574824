import { z } from 'zod'
import { defineElement } from './define.ts'
import { typedProps } from './field.ts'

/** One line of text that a person types. */
export const textInputElement = defineElement({
  name: 'TextInput',
  props: {
    ...typedProps,
    /** What it holds. Without it the field keeps what is typed, beginning with `defaultValue`. */
    value: z.string().optional(),
    /** What it holds at first, where there is no `value`. Default ''. */
    defaultValue: z.string().default(''),
    /** What kind of text: keyboards, programs that fill in and the browser's own check go by it. Default 'text'. */
    type: z.enum(['text', 'email', 'url', 'tel', 'search']).default('text'),
    /** Characters that it takes at most. Default: no limit. */
    maxLength: z.number().int().positive().optional(),
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

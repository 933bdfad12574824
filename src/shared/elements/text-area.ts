import { z } from 'zod'
import { defineElement } from './define.ts'
import { typedProps } from './field.ts'

/** Text of several lines that a person types. */
export const textAreaElement = defineElement({
  name: 'TextArea',
  props: {
    ...typedProps,
    /** What it holds. Without it the field keeps what is typed, beginning with `defaultValue`. */
    value: z.string().optional(),
    /** What it holds at first, where there is no `value`. Default ''. */
    defaultValue: z.string().default(''),
    /** Lines that are shown at least. Default 3. */
    rows: z.number().int().min(1).max(100).default(3),
    /** Lines that it grows to while text is typed. Default: it does not grow. */
    maxRows: z.number().int().min(1).max(200).optional(),
    /** Characters that it takes at most. Default: no limit. */
    maxLength: z.number().int().positive().optional(),
  },
  events: {
    /** The text, after each change. */
    onChange: z.string(),
    /** The text, when the field is left. */
    onBlur: z.string(),
  },
  children: 'none',
})

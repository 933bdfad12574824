import { z } from 'zod'
import { defineElement } from './define.ts'

/** One line of text that a person types. */
export const textInputElement = defineElement({
  name: 'TextInput',
  props: {
    /** What to enter, above the field. */
    label: z.string().optional(),
    /** More about it, below the label. */
    description: z.string().optional(),
    /** What is wrong with it, below the field. Default: nothing. */
    error: z.string().optional(),
    /** What it holds. Without it the field keeps what is typed, beginning with `defaultValue`. */
    value: z.string().optional(),
    /** What it holds at first, where there is no `value`. Default ''. */
    defaultValue: z.string().default(''),
    /** Shown while it is empty. */
    placeholder: z.string().optional(),
    /** Default false. */
    disabled: z.boolean().default(false),
    /** Can be read and copied, not changed. Default false. */
    readOnly: z.boolean().default(false),
    /** Marked as to be filled in. Default false. */
    required: z.boolean().default(false),
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

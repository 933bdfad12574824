import { z } from 'zod'
import { defineElement } from './define.ts'
import { typedProps } from './field.ts'

/** A number that a person types, or steps to with the arrow keys. */
export const numberInputElement = defineElement({
  name: 'NumberInput',
  props: {
    ...typedProps,
    /** What it holds; null: nothing. Without it the field keeps what is entered, beginning with `defaultValue`. */
    value: z.number().nullable().optional(),
    /** What it holds at first, where there is no `value`. Default null. */
    defaultValue: z.number().nullable().default(null),
    /** The least. What is below becomes it when the field is left. Default: no limit. */
    min: z.number().optional(),
    /** The most. What is above becomes it when the field is left. Default: no limit. */
    max: z.number().optional(),
    /** What an arrow adds or takes. Default 1. */
    step: z.number().positive().default(1),
    /** Digits behind the point at most; 0 for whole numbers. Default: no limit. */
    decimals: z.number().int().min(0).max(15).optional(),
    /** Stands before the number, such as '€ '. */
    prefix: z.string().optional(),
    /** Stands behind the number, such as ' kg'. */
    suffix: z.string().optional(),
  },
  events: {
    /** The number after each change, null while there is none. */
    onChange: z.number().nullable(),
    /** The number when the field is left. */
    onBlur: z.number().nullable(),
  },
  children: 'none',
})

import { z } from 'zod'
import { defineElement } from './define.ts'
import { fieldProps, optionsProps } from './field.ts'

/** Of Select and MultiSelect. */
export const listProps = {
  ...fieldProps,
  ...optionsProps,
  /** Shown while nothing is chosen. */
  placeholder: z.string().optional(),
  /** Options can be found by typing. Default: where there are more than ten. */
  searchable: z.boolean().optional(),
  /** With a cross that takes the choice back. Default false. */
  clearable: z.boolean().default(false),
}

/** One choice of a list that opens. */
export const selectElement = defineElement({
  name: 'Select',
  props: {
    ...listProps,
    /** What is chosen; null: nothing. Without it the page keeps the choice, beginning with `defaultValue`. */
    value: z.string().nullable().optional(),
    /** What is chosen at first, where there is no `value`. Default null. */
    defaultValue: z.string().nullable().default(null),
  },
  events: {
    /** The choice; null when it was taken back. */
    onChange: z.string().nullable(),
  },
  children: 'none',
})

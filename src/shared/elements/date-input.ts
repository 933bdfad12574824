import { z } from 'zod'
import { defineElement } from './define.ts'
import { isoDate, typedProps } from './field.ts'

/** Of DateInput and DateRangeInput. */
export const calendarProps = {
  ...typedProps,
  /** The first day that can be chosen, `yyyy-mm-dd`. Default: no limit. */
  min: isoDate.optional(),
  /** The last day that can be chosen, `yyyy-mm-dd`. Default: no limit. */
  max: isoDate.optional(),
  /** With a cross that empties it. Default false. */
  clearable: z.boolean().default(false),
}

/** A day, typed or chosen from a calendar. */
export const dateInputElement = defineElement({
  name: 'DateInput',
  props: {
    ...calendarProps,
    /** The day, `yyyy-mm-dd`; null: none. Without it the page keeps it, beginning with `defaultValue`. */
    value: isoDate.nullable().optional(),
    /** The day at first, where there is no `value`. Default null. */
    defaultValue: isoDate.nullable().default(null),
  },
  events: {
    /** The day, `yyyy-mm-dd`; null when it was emptied. */
    onChange: isoDate.nullable(),
  },
  children: 'none',
})

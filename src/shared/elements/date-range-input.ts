import { z } from 'zod'
import { calendarProps } from './date-input.ts'
import { defineElement } from './define.ts'
import { isoDate } from './field.ts'

const days = z.tuple([isoDate.nullable(), isoDate.nullable()])

/** The days from one to another, chosen from a calendar. */
export const dateRangeInputElement = defineElement({
  name: 'DateRangeInput',
  props: {
    ...calendarProps,
    /** First and last day, each `yyyy-mm-dd` or null. Without it the page keeps them, beginning with `defaultValue`. */
    value: days.optional(),
    /** First and last day at first, where there is no `value`. Default `[null, null]`. */
    defaultValue: days.default([null, null]),
  },
  events: {
    /** Both days; the last is null while only the first is chosen. */
    onChange: days,
  },
  children: 'none',
})

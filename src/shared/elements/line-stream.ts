import { z } from 'zod'
import { defineElement } from './define.ts'

/** Lines that move along with what is measured. Scripts write the component around it. */
export const lineStreamElement = defineElement({
  name: 'LineStream',
  props: {
    /** The record with the points. */
    record: z.string(),
    /** Names of the lines. */
    lines: z.array(z.string()),
    /** Whether x is a time, in ms since 1970; else it is any number. */
    time: z.boolean(),
    /** In pixels. */
    height: z.number().positive(),
    label: z.string(),
    /** What stands beside the upright axis. */
    unit: z.string(),
    /** Lower and upper end of the upright axis; null: by what is in it. */
    min: z.number().nullable(),
    max: z.number().nullable(),
    /** CSS colours of the lines; what is missing is the theme's. */
    colors: z.array(z.string()),
  },
  events: {},
  children: 'none',
})

import { z } from 'zod'
import { defineElement } from './define.ts'

const line = z.union([
  z.string(),
  z.strictObject({
    text: z.string(),
    /** Default 'info'. */
    level: z.enum(['debug', 'info', 'warning', 'error']).optional(),
  }),
])

/** Lines of text, the newest at the end and in view unless the person has scrolled back. */
export const logElement = defineElement({
  name: 'Log',
  props: {
    /** Texts, or `{ text, level }`. */
    lines: z.array(line),
    /** What it is, read aloud. Default 'Log'. */
    label: z.string().default('Log'),
    /** Pixels that it is high at most. Default 240. */
    height: z.number().positive().default(240),
    /** The newest lines that are shown. Default 1000. */
    maxLines: z.number().int().positive().default(1000),
    /** Long lines go on below instead of being scrolled to. Default true. */
    wrap: z.boolean().default(true),
  },
  events: {},
  children: 'none',
})

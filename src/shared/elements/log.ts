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

/** The newest lines as a page shows them; scripts use `Log` of oriel/ui, which has more. */
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
    /** How many lines there were before. */
    earlier: z.number().int().min(0).default(0),
    /** Long lines go on below instead of being scrolled to. Default true. */
    wrap: z.boolean().default(true),
  },
  events: {},
  children: 'none',
})

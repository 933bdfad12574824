import { z } from 'zod'
import { defineElement } from './define.ts'

/** A paragraph of text. */
export const textElement = defineElement({
  name: 'Text',
  props: {
    /** Default 'md'. */
    size: z.enum(['sm', 'md', 'lg']).default('md'),
    /** What it is: `muted` steps back, the others are said in colour. Default 'normal'. */
    tone: z.enum(['normal', 'muted', 'accent', 'success', 'warning', 'danger']).default('normal'),
    /** Default false. */
    bold: z.boolean().default(false),
    /** In letters of one width. Default false. */
    mono: z.boolean().default(false),
    /** A part of a line instead of a paragraph. Default false. */
    inline: z.boolean().default(false),
    /** Lines that are shown at most; the rest is cut off with an ellipsis. Default: all. */
    lines: z.number().int().positive().optional(),
    /** Default 'start'. */
    align: z.enum(['start', 'center', 'end']).default('start'),
  },
  events: {},
  children: 'nodes',
})

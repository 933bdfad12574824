import { z } from 'zod'
import { defineElement } from './define.ts'

/** A paragraph of text. */
export const textElement = defineElement({
  name: 'Text',
  props: {
    /** Default 'md'. */
    size: z.enum(['sm', 'md', 'lg']).default('md'),
    /** What it is: `muted` steps back, the others are said in colour. Default 'normal'. */
    tone: z.enum(['normal', 'muted', 'success', 'warning', 'danger']).default('normal'),
    /** Default false. */
    bold: z.boolean().default(false),
  },
  events: {},
  children: 'nodes',
})

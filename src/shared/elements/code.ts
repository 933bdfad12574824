import { z } from 'zod'
import { defineElement } from './define.ts'

/** A block of code. */
export const codeElement = defineElement({
  name: 'Code',
  props: {
    /** What it is written in, such as 'ts', 'sql' or 'json': coloured if it is one of the common languages. */
    language: z.string().optional(),
    /** What it is, read aloud. Default 'Code'. */
    label: z.string().default('Code'),
    /** Long lines go on below instead of being scrolled to. Default false. */
    wrap: z.boolean().default(false),
    /** With a button that copies it. Default true. */
    copy: z.boolean().default(true),
  },
  events: {},
  children: 'nodes',
})

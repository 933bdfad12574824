import { z } from 'zod'
import { defineElement } from './define.ts'

/** Text in Markdown (GitHub's). HTML in it is kept as far as it only formats text; it never runs, loads or restyles anything. */
export const markdownElement = defineElement({
  name: 'Markdown',
  props: {
    /** A line break in the text is one on the page, as in chats. Default false: only an empty line begins a new paragraph. */
    breaks: z.boolean().default(false),
  },
  events: {},
  children: 'nodes',
})

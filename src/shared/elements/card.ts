import { z } from 'zod'
import { defineElement } from './define.ts'

/** A sheet of its own for what belongs together. */
export const cardElement = defineElement({
  name: 'Card',
  props: {
    /** Above the content. Default: none. */
    title: z.string().optional(),
    /** A line below the title. Default: none. */
    description: z.string().optional(),
  },
  events: {},
  children: 'nodes',
})

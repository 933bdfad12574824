import { z } from 'zod'
import { defineElement } from './define.ts'

/** A heading of what follows. */
export const headingElement = defineElement({
  name: 'Heading',
  props: {
    /** 1 for the page, 2 for its parts, and so on down to 6. Default 2. */
    level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]).default(2),
  },
  events: {},
  children: 'nodes',
})

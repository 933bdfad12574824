import { z } from 'zod'
import { defineElement } from './define.ts'

/** A word or two about a thing. */
export const badgeElement = defineElement({
  name: 'Badge',
  props: {
    /** Default 'neutral'. */
    tone: z.enum(['neutral', 'accent', 'success', 'warning', 'danger']).default('neutral'),
  },
  events: {},
  children: 'nodes',
})

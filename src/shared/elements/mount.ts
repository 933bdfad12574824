import { z } from 'zod'
import { defineElement } from './define.ts'

/** A place among elements that shows a component of `oriel/components`. Scripts write the component around it. */
export const mountElement = defineElement({
  name: 'Mount',
  props: {
    /** Name of the component, which its events and its record have. */
    component: z.string(),
  },
  events: {},
  children: 'none',
})

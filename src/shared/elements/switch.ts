import { z } from 'zod'
import { toggleProps } from './checkbox.ts'
import { defineElement } from './define.ts'

/** Something that is on or off, at once. */
export const switchElement = defineElement({
  name: 'Switch',
  props: toggleProps,
  events: {
    /** Whether it is on now. */
    onChange: z.boolean(),
  },
  children: 'none',
})

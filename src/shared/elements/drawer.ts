import { z } from 'zod'
import { defineElement } from './define.ts'
import { overProps } from './modal.ts'

/** A Modal at one side of the window. */
export const drawerElement = defineElement({
  name: 'Drawer',
  props: {
    ...overProps,
    /** Where it comes from. Default 'end'. */
    side: z.enum(['start', 'end', 'top', 'bottom']).default('end'),
  },
  events: {
    /** The person wants it closed: the cross, Escape, a click beside it. Without a handler it has no cross. */
    onClose: z.null(),
  },
  children: 'nodes',
})

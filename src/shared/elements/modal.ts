import { z } from 'zod'
import { defineElement } from './define.ts'

/** What Modal and Drawer have in common. */
export const overProps = {
  /** Whether it is shown. `onClose` asks for it to be false. */
  open: z.boolean(),
  /** Above the content; what is read aloud when it opens. */
  title: z.string(),
  /** Default 'md'. */
  size: z.enum(['sm', 'md', 'lg', 'full']).default('md'),
}

/** Lies over everything else. The focus stays inside and is back where it was afterwards. */
export const modalElement = defineElement({
  name: 'Modal',
  props: overProps,
  events: {
    /** The person wants it closed: the cross, Escape, a click beside it. Without a handler it has no cross. */
    onClose: z.null(),
  },
  children: 'nodes',
})

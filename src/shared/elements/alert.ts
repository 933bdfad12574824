import { z } from 'zod'
import { defineElement } from './define.ts'

/** What a message is about. */
export const kind = z.enum(['info', 'success', 'warning', 'error'])
export type Kind = z.output<typeof kind>

/** A message in its place on the page. Warnings and errors are read aloud at once. */
export const alertElement = defineElement({
  name: 'Alert',
  props: {
    /** Default 'info'. */
    kind: kind.default('info'),
    /** Above the text. Default: none. */
    title: z.string().optional(),
  },
  events: {
    /** The cross was pressed. Without a handler there is none. */
    onClose: z.null(),
  },
  children: 'nodes',
})

import { z } from 'zod'
import { kind } from './alert.ts'
import { defineElement } from './define.ts'

/** A message in the corner of the window, for as long as it is rendered or until its time is over. */
export const toastElement = defineElement({
  name: 'Toast',
  props: {
    /** Errors are read aloud at once. Default 'info'. */
    kind: kind.default('info'),
    /** Above the text. Default: none. */
    title: z.string().optional(),
    /** After this it goes by itself, unless it is pointed at; 0: never. Default 5000. */
    durationMs: z.number().min(0).default(5000),
  },
  events: {
    /** It has gone: its time was over, or the cross was pressed. */
    onClose: z.null(),
  },
  children: 'nodes',
})

import { z } from 'zod'
import { defineElement } from './define.ts'

/** One tab of `Tabs`, with what it shows. It stays in the page once it was shown. */
export const tabElement = defineElement({
  name: 'Tab',
  props: {
    /** What the tab is called. */
    label: z.string(),
    /** What `Tabs` and `onChange` call it; different for each tab. Default: the label. */
    value: z.string().optional(),
    /** Cannot be chosen. Default false. */
    disabled: z.boolean().default(false),
  },
  events: {},
  children: 'nodes',
})

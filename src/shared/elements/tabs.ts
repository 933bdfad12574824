import { z } from 'zod'
import { defineElement } from './define.ts'

/** Shows one of its `Tab`s at a time. */
export const tabsElement = defineElement({
  name: 'Tabs',
  props: {
    /** Value of the tab that is shown. Without it the page keeps which one is, beginning with `defaultValue`. */
    value: z.string().optional(),
    /** Value of the tab that is shown at first, where there is no `value`. Default: the first. */
    defaultValue: z.string().optional(),
    /** What the tabs are for, read aloud. Default: nothing. */
    label: z.string().optional(),
    /** The tabs stand above the panels, or beside them. Default 'horizontal'. */
    orientation: z.enum(['horizontal', 'vertical']).default('horizontal'),
  },
  events: {
    /** Value of the tab that was chosen. */
    onChange: z.string(),
  },
  children: 'nodes',
})

import { defineElement } from './define.ts'
import { stackProps } from './row.ts'

/** Children one below the other. */
export const columnElement = defineElement({ name: 'Column', props: stackProps, events: {}, children: 'nodes' })

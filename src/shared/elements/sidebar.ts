import { z } from 'zod'
import { defineElement } from './define.ts'

/** Stands at the edge of the window beside everything else, wherever in the tree it is. One for each side. */
export const sidebarElement = defineElement({
  name: 'Sidebar',
  props: {
    /** What it is for, read aloud. Default 'Sidebar'. */
    label: z.string().default('Sidebar'),
    /** The edge: where lines begin, or where they end. Default 'start'. */
    side: z.enum(['start', 'end']).default('start'),
    /** Pixels. Default 280. */
    width: z.number().min(120).max(800).default(280),
    /** Whether it is open. Without it the page keeps that, beginning with `defaultOpen`. */
    open: z.boolean().optional(),
    /** Whether it is open at first, where there is no `open`. Default: true, in narrow windows false. */
    defaultOpen: z.boolean().optional(),
  },
  events: {
    /** Whether it is open now. */
    onToggle: z.boolean(),
  },
  children: 'nodes',
})

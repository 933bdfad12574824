import { z } from 'zod'
import { defineElement } from './define.ts'
import type { Value } from '../value.ts'

/** A value as a tree whose branches open and close. */
export const jsonElement = defineElement({
  name: 'Json',
  props: {
    /** Any value that can be sent to a window. */
    value: z.custom<Value>(() => true),
    /** Levels that are open at first. Default 1. */
    depth: z.number().int().min(0).default(1),
    /** What it is, read aloud. Default 'Value'. */
    label: z.string().default('Value'),
  },
  events: {},
  children: 'none',
})

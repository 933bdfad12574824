import { z } from 'zod'
import type { Value } from '../value.ts'
import { defineElement } from './define.ts'

/** A form as a page draws it; scripts use `Form` of oriel/ui, which checks by a schema. */
export const formElement = defineElement({
  name: 'Form',
  props: {
    /** What it is for, read aloud. Default: nothing. */
    label: z.string().optional(),
    /** Its inputs hold again what they held at first once it was taken. Default false. */
    resetOnSuccess: z.boolean().default(false),
  },
  events: {
    /** What its inputs hold, by their names. */
    onSubmit: z.record(z.string(), z.custom<Value>()),
  },
  children: 'nodes',
})

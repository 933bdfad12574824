import { z } from 'zod'
import { defineElement } from './define.ts'
import { fieldProps } from './field.ts'

/** Of Checkbox and Switch. */
export const toggleProps = {
  ...fieldProps,
  /** Whether it is on. Without it the page keeps that, beginning with `defaultChecked`. */
  checked: z.boolean().optional(),
  /** Whether it is on at first, where there is no `checked`. Default false. */
  defaultChecked: z.boolean().default(false),
}

/** Yes or no. */
export const checkboxElement = defineElement({
  name: 'Checkbox',
  props: {
    ...toggleProps,
    /** Shown as neither: some of what it stands for is on. Default false. */
    indeterminate: z.boolean().default(false),
  },
  events: {
    /** Whether it is on now. */
    onChange: z.boolean(),
  },
  children: 'none',
})

import { z } from 'zod'
import { defineElement } from './define.ts'
import { trackProps } from './slider.ts'

const range = z.tuple([z.number(), z.number()])

/** A range of numbers, both ends of which a person drags. */
export const rangeSliderElement = defineElement({
  name: 'RangeSlider',
  props: {
    ...trackProps,
    /** Its ends. Without it the page keeps them, beginning with `defaultValue`. */
    value: range.optional(),
    /** Its ends at first, where there is no `value`. Default: `[min, max]`. */
    defaultValue: range.optional(),
    /** How far apart the ends are at least. Default: one step. */
    minRange: z.number().min(0).optional(),
  },
  events: {
    /** Both ends, while one is dragged. */
    onChange: range,
    /** Both ends, when one is let go. */
    onChangeEnd: range,
  },
  children: 'none',
})

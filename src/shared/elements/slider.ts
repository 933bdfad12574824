import { z } from 'zod'
import { defineElement } from './define.ts'
import { fieldProps } from './field.ts'

/** Of Slider and RangeSlider. */
export const trackProps = {
  ...fieldProps,
  /** The number at its beginning. Default 0. */
  min: z.number().default(0),
  /** The number at its end. Default 100. */
  max: z.number().default(100),
  /** What it moves by. Default 1. */
  step: z.number().positive().default(1),
  /** Stands behind the number, such as ' °C'. */
  suffix: z.string().default(''),
  /** Places on it, with a word below or without: `{ value, label }`. */
  marks: z.array(z.strictObject({ value: z.number(), label: z.string().optional() })).optional(),
}

/** A number that a person drags. */
export const sliderElement = defineElement({
  name: 'Slider',
  props: {
    ...trackProps,
    /** Where it stands. Without it the page keeps that, beginning with `defaultValue`. */
    value: z.number().optional(),
    /** Where it stands at first, where there is no `value`. Default: `min`. */
    defaultValue: z.number().optional(),
  },
  events: {
    /** The number, while it is dragged. */
    onChange: z.number(),
    /** The number, when it is let go. */
    onChangeEnd: z.number(),
  },
  children: 'none',
})

import type { rangeSliderElement } from '../../../shared/elements/range-slider.ts'
import type { ElementViewProps } from './view.ts'

type TrackProps = Pick<ElementViewProps<typeof rangeSliderElement>, 'min' | 'max' | 'step' | 'marks' | 'disabled'>

/** What Slider and RangeSlider have of Mantine alike. Their number stands beside the label, so none floats over the handle. */
export function trackProps({ min, max, step, marks, disabled }: TrackProps) {
  return {
    ...{ min, max, step, disabled },
    label: null,
    ...(marks && { marks: marks.map(({ value, label }) => ({ value, ...(label !== undefined && { label }) })) }),
  }
}

/** Years keep their four digits together. */
const NUMBER = { maximumFractionDigits: 6, useGrouping: 'min2' } as const

/** A number as it is written, without what the step's fractions leave behind it. */
export const thumbNumber = (value: number): string => value.toLocaleString(undefined, NUMBER)

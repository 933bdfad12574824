import { useId } from 'react'
import { Input, RangeSlider as MantineRangeSlider } from '@mantine/core'
import type { rangeSliderElement } from '../../../shared/elements/range-slider.ts'
import { useField } from './field.ts'
import { descriptionOf } from './input-props.ts'
import { TrackLabel } from './TrackLabel.tsx'
import { thumbNumber, trackProps } from './track.ts'
import type { ElementViewProps } from './view.ts'

/** A track with two handles. */
export function RangeSlider(props: ElementViewProps<typeof rangeSliderElement>) {
  const { label, help, name, min, max, step, minRange, suffix, onChangeEnd } = props
  const { value, change, error, ref, busy } = useField<[number, number]>({
    ...props,
    defaultValue: props.defaultValue ?? [min, max],
  })
  const id = useId()
  const [from, to] = value
  return (
    <Input.Wrapper
      id={id}
      className="ui-track"
      description={help}
      error={error}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
    >
      <TrackLabel {...props} value={`${thumbNumber(from)} – ${thumbNumber(to)}${suffix}`} />
      <MantineRangeSlider
        {...busy}
        {...trackProps(props)}
        ref={(root: HTMLDivElement | null) => {
          ref.current = root?.querySelector<HTMLInputElement>('[role=slider]') ?? null
        }}
        name={name}
        value={[from, to]}
        minRange={minRange ?? step}
        thumbFromLabel={`${label}: from`}
        thumbToLabel={`${label}: to`}
        thumbProps={() => descriptionOf(id, help, error)}
        thumbValueText={(at) => thumbNumber(at) + suffix}
        onChange={change}
        onChangeEnd={(at) => onChangeEnd?.(at)}
      />
    </Input.Wrapper>
  )
}

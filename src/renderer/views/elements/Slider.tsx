import { useId } from 'react'
import { Input, Slider as MantineSlider } from '@mantine/core'
import type { sliderElement } from '../../../shared/elements/slider.ts'
import { useField } from './field.ts'
import { descriptionOf } from './input-props.ts'
import { TrackLabel } from './TrackLabel.tsx'
import { thumbNumber, trackProps } from './track.ts'
import type { ElementViewProps } from './view.ts'

/** A track with one handle. */
export function Slider(props: ElementViewProps<typeof sliderElement>) {
  const { label, help, name, min, max, suffix, onChangeEnd } = props
  const { value, change, error, ref, busy } = useField({ ...props, defaultValue: props.defaultValue ?? min })
  const id = useId()
  const shown = Math.min(max, Math.max(min, value))
  return (
    <Input.Wrapper
      id={id}
      className="ui-track"
      description={help}
      error={error}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
    >
      <TrackLabel {...props} value={thumbNumber(shown) + suffix} />
      <MantineSlider
        {...busy}
        {...trackProps(props)}
        ref={(root: HTMLDivElement | null) => {
          ref.current = root?.querySelector<HTMLInputElement>('[role=slider]') ?? null
        }}
        name={name}
        value={shown}
        thumbLabel={label}
        thumbProps={descriptionOf(id, help, error)}
        thumbValueText={(at) => thumbNumber(at) + suffix}
        onChange={change}
        onChangeEnd={(at) => onChangeEnd?.(at)}
      />
    </Input.Wrapper>
  )
}

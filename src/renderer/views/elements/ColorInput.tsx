import { ColorInput as MantineColorInput } from '@mantine/core'
import { useState } from 'react'
import type { colorInputElement } from '../../../shared/elements/color-input.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** A field for a colour, with a picker that opens below it. */
export function ColorInput(props: ElementViewProps<typeof colorInputElement>) {
  const { name, placeholder, readOnly, swatches } = props
  const { value, change, error, ref, part } = useField(props)
  /** Typed, and no colour yet. */
  const [half, setHalf] = useState<string | null>(null)
  return (
    <MantineColorInput
      {...part}
      {...inputProps(props, error)}
      {...{ ref, name, readOnly, swatches }}
      placeholder={placeholder ?? '#rrggbb'}
      format="hex"
      value={half ?? value}
      withEyeDropper={false}
      onChange={(next) => {
        const isWhole = next === '' || /^#[0-9a-f]{6}$/i.test(next)
        setHalf(isWhole ? null : next)
        if (isWhole && next !== value) change(next)
      }}
      onBlur={() => {
        part.onBlur()
        setHalf(null)
      }}
    />
  )
}

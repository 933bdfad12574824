import { NumberInput as MantineNumberInput } from '@mantine/core'
import { useState } from 'react'
import type { numberInputElement } from '../../../shared/elements/number-input.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** A number with buttons to step. */
export function NumberInput(props: ElementViewProps<typeof numberInputElement>) {
  const { name, placeholder, readOnly, min, max, step, decimals, prefix, suffix, onBlur } = props
  const { value, change, error, ref, part } = useField(props)
  /** What is typed and no number yet, or not written as one: a sign, a point at the end. */
  const [half, setHalf] = useState<string | null>(null)
  return (
    <MantineNumberInput
      {...part}
      {...inputProps(props, error)}
      {...{ ref, name, placeholder, readOnly, min, max, step, prefix, suffix }}
      {...(decimals === 0 ? { allowDecimal: false } : { decimalScale: decimals })}
      allowedDecimalSeparators={SEPARATORS}
      value={half ?? value ?? ''}
      onChange={(next) => {
        setHalf(typeof next === 'string' && next !== '' ? next : null)
        const number = toNumber(next)
        if (number !== value) change(number)
      }}
      onBlur={() => {
        part.onBlur()
        setHalf(null)
        void onBlur?.(value)
      }}
    />
  )
}

const SEPARATORS = ['.', ',']

function toNumber(entered: number | string): number | null {
  const number = typeof entered === 'number' ? entered : entered.trim() === '' ? Number.NaN : Number(entered)
  return Number.isFinite(number) ? number : null
}

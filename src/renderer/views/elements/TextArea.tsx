import { Textarea } from '@mantine/core'
import type { Ref } from 'react'
import type { textAreaElement } from '../../../shared/elements/text-area.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** Several lines of text. */
export function TextArea(props: ElementViewProps<typeof textAreaElement>) {
  const { name, placeholder, readOnly, rows, maxRows, maxLength, onBlur } = props
  const { value, change, error, ref, part } = useField(props)
  return (
    <Textarea
      {...part}
      {...inputProps(props, error)}
      {...{ name, placeholder, readOnly, maxLength, value }}
      {...(maxRows === undefined ? { rows } : { autosize: true, minRows: rows, maxRows: Math.max(rows, maxRows) })}
      ref={ref as Ref<never>}
      resize="vertical"
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={(event) => {
        part.onBlur()
        void onBlur?.(event.currentTarget.value)
      }}
    />
  )
}

import { TextInput as MantineTextInput } from '@mantine/core'
import type { textInputElement } from '../../../shared/elements/text-input.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** One line of text. */
export function TextInput(props: ElementViewProps<typeof textInputElement>) {
  const { name, type, placeholder, readOnly, maxLength, onSubmit, onBlur } = props
  const { value, change, error, ref, part } = useField(props)
  return (
    <MantineTextInput
      {...part}
      {...inputProps(props, error)}
      {...{ ref, name, type, placeholder, readOnly, maxLength, value }}
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={(event) => {
        part.onBlur()
        void onBlur?.(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) void onSubmit?.(event.currentTarget.value)
      }}
    />
  )
}

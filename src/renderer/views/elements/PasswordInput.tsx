import { PasswordInput as MantinePasswordInput } from '@mantine/core'
import type { passwordInputElement } from '../../../shared/elements/password-input.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** A text in dots, with a button that shows it. */
export function PasswordInput(props: ElementViewProps<typeof passwordInputElement>) {
  const { name, placeholder, readOnly, autoComplete, onSubmit, onBlur } = props
  const { value, change, error, ref, part } = useField(props)
  return (
    <MantinePasswordInput
      {...part}
      {...inputProps(props, error)}
      {...{ ref, name, placeholder, readOnly, autoComplete, value }}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
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

import { TextInput as MantineTextInput } from '@mantine/core'
import type { textInputElement } from '../../../shared/elements/text-input.ts'
import { useEntered } from './use-entered.ts'
import type { ElementViewProps } from './view.ts'

export function TextInput(props: ElementViewProps<typeof textInputElement>) {
  const { value, defaultValue, onChange, onSubmit, onBlur, node: _, children: __, ...rest } = props
  const field = useEntered<string>({ value, defaultValue, onChange })
  return (
    <MantineTextInput
      {...rest}
      type="text"
      value={field.shown}
      aria-busy={field.busy}
      data-loading={field.busy || undefined}
      onChange={(event) => field.enter(event.currentTarget.value)}
      onFocus={field.focus}
      onBlur={(event) => {
        field.leave()
        void onBlur?.(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) void onSubmit?.(event.currentTarget.value)
      }}
    />
  )
}

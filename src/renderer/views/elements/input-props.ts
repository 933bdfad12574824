import type { InputWrapperProps } from '@mantine/core'

interface FieldLook {
  label: string
  hideLabel: boolean
  help?: string | undefined
  required: boolean
  disabled: boolean
}

/** Label, help, error and marks of an input, as Mantine's inputs take them. */
export function inputProps({ label, hideLabel, help, required, disabled }: FieldLook, error: string | undefined) {
  return {
    ...(hideLabel ? { 'aria-label': label } : { label }),
    description: help,
    error,
    disabled,
    // Not `required`: what is missing is said by the script, in its words, and not by the browser in its own.
    withAsterisk: required,
    'aria-required': required || undefined,
    inputWrapperOrder: ORDER,
  }
}

const ORDER: InputWrapperProps['inputWrapperOrder'] = ['label', 'input', 'error', 'description']

/** What describes a part that Mantine does not know for the field: the lines below it, as Input.Wrapper of this id names them. */
export function descriptionOf(id: string, help?: string, error?: string): { 'aria-describedby': string | undefined } {
  const lines = [error && `${id}-error`, help && `${id}-description`].filter(Boolean)
  return { 'aria-describedby': lines.join(' ') || undefined }
}

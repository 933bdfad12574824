import { Button as MantineButton } from '@mantine/core'
import { useContext } from 'react'
import type { buttonElement } from '../../../shared/elements/button.ts'
import { FormContext } from './form-context.ts'
import { useBusy } from './use-busy.ts'
import type { ElementViewProps } from './view.ts'

const VARIANTS = {
  default: { variant: 'light' },
  primary: { variant: 'filled' },
  plain: { variant: 'subtle' },
  danger: { variant: 'light', color: 'danger' },
} as const

/** Pressed with the pointer, Enter or the space bar; marked while the script has not answered. */
export function Button({
  variant,
  type,
  wide,
  disabled,
  loading,
  onClick,
  children,
}: ElementViewProps<typeof buttonElement>) {
  const form = useContext(FormContext)
  const [isBusy, press] = useBusy(onClick)
  const isSending = type === 'submit' && form?.isSending === true
  return (
    <MantineButton
      {...VARIANTS[variant]}
      type={type}
      fullWidth={wide}
      disabled={disabled}
      loading={loading || isSending}
      aria-busy={isBusy || loading || isSending || undefined}
      data-loading={isBusy || loading || isSending || undefined}
      onClick={() => press(null)}
    >
      {children}
    </MantineButton>
  )
}

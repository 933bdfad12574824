import { Button as MantineButton } from '@mantine/core'
import type { buttonElement } from '../../../shared/elements/button.ts'
import { useBusy } from './use-busy.ts'
import type { ElementViewProps } from './view.ts'

const LOOKS = {
  default: { variant: 'default' },
  primary: { variant: 'filled' },
  plain: { variant: 'subtle' },
  danger: { variant: 'light', color: 'red' },
} as const

export function Button({ variant, disabled, loading, onClick, children }: ElementViewProps<typeof buttonElement>) {
  const [busy, press] = useBusy(onClick)
  return (
    <MantineButton
      {...LOOKS[variant]}
      type="button"
      disabled={disabled}
      loading={loading}
      aria-busy={busy || loading}
      data-loading={busy || undefined}
      onClick={() => press(null)}
    >
      {children}
    </MantineButton>
  )
}

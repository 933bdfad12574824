import { Text as MantineText } from '@mantine/core'
import type { textElement } from '../../../shared/elements/text.ts'
import type { ElementViewProps } from './view.ts'

const COLORS = {
  normal: undefined,
  muted: 'var(--oriel-muted)',
  success: 'var(--oriel-success)',
  warning: 'var(--oriel-warning)',
  danger: 'var(--oriel-danger)',
}

export function Text({ size, tone, bold, children }: ElementViewProps<typeof textElement>) {
  return (
    <MantineText size={size} c={COLORS[tone]} fw={bold ? 650 : undefined}>
      {children}
    </MantineText>
  )
}

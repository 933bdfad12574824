import { Stack } from '@mantine/core'
import type { columnElement } from '../../../shared/elements/column.ts'
import { GAPS, JUSTIFY, place } from './stack.ts'
import type { ElementViewProps } from './view.ts'

export function Column({ gap, align, justify, children }: ElementViewProps<typeof columnElement>) {
  return (
    <Stack gap={GAPS[gap]} align={place(align ?? 'stretch')} justify={JUSTIFY[justify]}>
      {children}
    </Stack>
  )
}

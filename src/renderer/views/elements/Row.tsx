import { Group } from '@mantine/core'
import type { rowElement } from '../../../shared/elements/row.ts'
import { GAPS, JUSTIFY, place } from './stack.ts'
import type { ElementViewProps } from './view.ts'

export function Row({ gap, align, justify, wrap, grow, children }: ElementViewProps<typeof rowElement>) {
  return (
    <Group
      gap={GAPS[gap]}
      align={place(align ?? 'center')}
      justify={JUSTIFY[justify]}
      wrap={wrap ? 'wrap' : 'nowrap'}
      grow={grow}
    >
      {children}
    </Group>
  )
}

import { Group, Stack, Text } from '@mantine/core'
import type { metricElement } from '../../../shared/elements/metric.ts'
import type { ElementViewProps } from './view.ts'

export function Metric({ label, value, delta, good }: ElementViewProps<typeof metricElement>) {
  const change = typeof delta === 'number' ? delta : Number.parseFloat(delta ?? '')
  const isGood = good === 'none' || !change ? null : change > 0 === (good === 'up')
  const color = isGood === null ? 'muted' : isGood ? 'success' : 'danger'
  return (
    <Stack gap={2} role="group" aria-label={label}>
      <Text size="sm" c="var(--oriel-muted)">
        {label}
      </Text>
      <Group gap="xs" align="baseline">
        <Text fz={30} fw={650} lh={1.15} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {written(value)}
        </Text>
        {delta !== undefined && (
          <Text size="sm" fw={550} c={`var(--oriel-${color})`}>
            {change > 0 ? '▲ ' : change < 0 ? '▼ ' : ''}
            {written(delta)}
          </Text>
        )}
      </Group>
    </Stack>
  )
}

const written = (value: string | number): string =>
  typeof value === 'number' ? value.toLocaleString(undefined, { maximumFractionDigits: 3 }) : value

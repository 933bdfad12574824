import type { RecordViewProps } from './record.tsx'

/** `text`: { value }. */
export function TextView({ record }: RecordViewProps) {
  const { value } = record.props
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

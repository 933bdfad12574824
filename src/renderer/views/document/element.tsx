import { useMemo } from 'react'
import type { DocumentRecord } from '../../../shared/document/types.ts'
import { safeAttributes } from './attributes.ts'
import { Children } from './record.tsx'
import type { RecordViewProps } from './record.tsx'
import { mayHold } from './tags.ts'
import { useBinding } from './use-binding.ts'

/** A plain HTML element: the record's type is its tag, `text` comes before its children. */
export function ElementView({ record, trail }: RecordViewProps) {
  const attributes = useAttributes(record)
  const ref = useBinding<HTMLDivElement>(record)
  const Tag = record.type as 'div'
  if (!mayHold(record.type)) return <Tag {...attributes} ref={ref} />
  return (
    <Tag {...attributes} ref={ref}>
      {textOf(record)}
      <Children record={record} trail={trail} />
    </Tag>
  )
}

/** The attributes that the record may set. What it may not is told once on the console. */
export function useAttributes({ type, props }: Readonly<DocumentRecord>): Record<string, unknown> {
  return useMemo(() => safeAttributes(type, props, (name) => warnOnce(type, name)), [type, props])
}

function textOf({ props: { text } }: Readonly<DocumentRecord>): string | null {
  return typeof text === 'string' || typeof text === 'number' ? String(text) : null
}

const warned = new Set<string>()

/** Says on the console, once, what an element cannot have. */
export function warnOnce(type: string, name: string): void {
  const key = `${type} ${name}`
  if (warned.has(key) || warned.size > 100) return
  warned.add(key)
  console.warn(`oriel: <${type}> cannot have "${name}" with this value; it was left out.`)
}

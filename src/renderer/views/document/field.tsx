import { useCallback, useLayoutEffect, useRef } from 'react'
import { useAttributes } from './element.tsx'
import { FieldSync, wantedOf } from './field-sync.ts'
import { Children } from './record.tsx'
import type { RecordViewProps } from './record.tsx'
import { mayHold } from './tags.ts'
import { useBinding } from './use-binding.ts'

/** `input`, `select`, `textarea`: the record's `value` or `checked` is followed, and what the person types is theirs. */
export function FieldView({ record, trail }: RecordViewProps) {
  const sync = useRef<FieldSync>(null)
  const attributes = useAttributes(record)
  const ref = useBinding<HTMLSelectElement>(
    record,
    useCallback((answer: Promise<unknown>) => sync.current?.onSent(answer), []),
  )
  useLayoutEffect(() => {
    const own = new FieldSync(ref.current!)
    sync.current = own
    return () => own.stop()
  }, [ref])
  useLayoutEffect(() => sync.current?.want(wantedOf(record.type, record.props)))
  const Tag = record.type as 'select'
  if (!mayHold(record.type)) return <Tag {...attributes} ref={ref} />
  return (
    <Tag {...attributes} ref={ref}>
      <Children record={record} trail={trail} />
    </Tag>
  )
}

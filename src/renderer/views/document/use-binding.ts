import { useLayoutEffect, useRef } from 'react'
import type { RefObject } from 'react'
import { isPlainObject } from '../../../shared/document/kinds.ts'
import type { DocumentRecord } from '../../../shared/document/types.ts'
import { bindElement } from '../../html/bindings.ts'
import type { Binding } from '../../html/bindings.ts'

/** Has the element send what the record's `on` says, with the record's id. Give the ref to the element. */
export function useBinding<E extends Element>(
  record: Readonly<DocumentRecord>,
  onSent?: Binding['onSent'],
): RefObject<E | null> {
  const ref = useRef<E>(null)
  const { id, props } = record
  useLayoutEffect(() => {
    const element = ref.current!
    const events = eventsOf(props.on)
    const payload = { id, ...(isPlainObject(props.payload) ? props.payload : null) }
    bindElement(element, events || onSent ? { events: events ?? {}, payload, ...(onSent && { onSent }) } : null)
  }, [id, props, onSent])
  return ref
}

function eventsOf(on: unknown): Record<string, string> | null {
  if (!isPlainObject(on)) return null
  return Object.fromEntries(
    Object.entries(on).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

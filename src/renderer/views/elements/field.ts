import { useContext, useLayoutEffect, useRef } from 'react'
import type { RefObject } from 'react'
import type { Value } from '../../../shared/value.ts'
import { FormContext } from './form-context.ts'
import { useEntered } from './use-entered.ts'

interface FieldOptions<V> {
  name?: string | undefined
  error?: string | undefined
  value?: V | undefined
  defaultValue: V
  onChange?: ((value: V) => Promise<Value>) | undefined
}

/** An input with its value and its place in a form, if it stands in one. */
export interface Field<V> {
  value: V
  change: (value: V) => void
  error: string | undefined
  /** For the part that takes the focus. */
  ref: RefObject<HTMLInputElement | null>
  /** For the same part: marked while the script has not answered. */
  busy: Busy
  /** In place of `busy` where a person types: that they are at it, too. */
  part: Busy & { onFocus: () => void; onBlur: () => void }
}

interface Busy {
  'aria-busy': true | undefined
  'data-loading': true | undefined
}

/** What every input is built on: its value (useEntered), and what a Form around it needs. */
export function useField<V extends Value>({ name, error, value, defaultValue, onChange }: FieldOptions<V>): Field<V> {
  const form = useContext(FormContext)
  const ref = useRef<HTMLInputElement>(null)
  const entered = useEntered<V>({ value, defaultValue, onChange })
  const now = useRef({ entered, defaultValue })
  useLayoutEffect(() => {
    now.current = { entered, defaultValue }
  })
  const join = form?.join
  useLayoutEffect(() => {
    if (!join || name === undefined) return
    return join(name, {
      read: () => now.current.entered.shown,
      reset: () => now.current.entered.enter(now.current.defaultValue),
      focus: () => ref.current?.focus(),
      place: () => ref.current,
    })
  }, [join, name])
  const change = (next: V) => {
    if (name !== undefined) form?.onEdit(name)
    entered.enter(next)
  }
  const isBusy = entered.busy || undefined
  const busy = { 'aria-busy': isBusy, 'data-loading': isBusy }
  return {
    value: entered.shown,
    change,
    error: error ?? (name === undefined ? undefined : form?.errors[name]),
    ref,
    busy,
    part: { ...busy, onFocus: entered.focus, onBlur: entered.leave },
  }
}

import { useLayoutEffect, useState, useSyncExternalStore } from 'react'
import type { Value } from '../../../shared/value.ts'
import { Entry } from './entry.ts'

export interface EnteredOptions<T> {
  /** The script's; undefined: the field is the person's alone. */
  value: T | undefined
  /** What the field holds at first where there is no `value`. */
  defaultValue: T
  /** Tells the script of an edit; undefined: it does not listen. */
  onChange: ((value: T) => Promise<Value>) | undefined
}

/** What a field shows, and what it has to tell. */
export interface Entered<T> {
  shown: T
  /** An edit has waited for its answer for some time: mark the field. */
  busy: boolean
  enter: (value: T) => void
  focus: () => void
  leave: () => void
}

/** For views of fields: the script's value and what the person enters, neither fought over. See Entry. */
export function useEntered<T extends Value>({ value, defaultValue, onChange }: EnteredOptions<T>): Entered<T> {
  const [entry] = useState(() => new Entry<T>())
  const { entered, busy } = useSyncExternalStore(entry.subscribe, entry.state)
  useLayoutEffect(() => entry.want(value), [entry, value])
  return {
    // null is a value: nothing is chosen
    shown: entered ? entered.value : value === undefined ? defaultValue : value,
    busy,
    enter: (next) => entry.enter(next, onChange),
    focus: entry.focus,
    leave: entry.leave,
  }
}

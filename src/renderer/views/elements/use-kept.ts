import { useState } from 'react'
import type { Value } from '../../../shared/value.ts'

/**
 * What is open, which is chosen, how wide: the script's if it says so (`given`), else kept by the page. `set` shows it at once
 * where the page keeps it, and tells the script.
 */
export function useKept<V extends Value>(
  given: V | undefined,
  initial: V,
  onChange?: (value: V) => Promise<Value>,
): [V, (value: V) => void] {
  const [kept, setKept] = useState(initial)
  const set = (value: V) => {
    setKept(value)
    void onChange?.(value)
  }
  return [given === undefined ? kept : given, set]
}

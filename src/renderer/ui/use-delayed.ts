import { useEffect, useState } from 'react'

/** `true` once `active` has been true for `delayMs` without a break; what is over sooner is not worth showing. */
export function useDelayed(active: boolean, delayMs: number): boolean {
  const [passed, setPassed] = useState(false)
  useEffect(() => {
    if (!active) return setPassed(false)
    const timer = setTimeout(() => setPassed(true), delayMs)
    return () => clearTimeout(timer)
  }, [active, delayMs])
  return active && passed
}

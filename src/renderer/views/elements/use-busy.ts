import { useCallback, useEffect, useRef, useState } from 'react'
import type { Value } from '../../../shared/value.ts'

/** How long an answer may take before its element is marked, in ms. */
const BUSY_AFTER_MS = 20

/** `send`, and whether it has waited for an answer for some time. */
export function useBusy<P>(send: ((payload: P) => Promise<Value>) | undefined): [boolean, (payload: P) => void] {
  const [busy, setBusy] = useState(false)
  const pending = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const press = useCallback(
    (payload: P) => {
      if (!send) return
      if (pending.current++ === 0) timer.current = setTimeout(() => setBusy(true), BUSY_AFTER_MS)
      void send(payload).finally(() => {
        if (--pending.current > 0) return
        clearTimeout(timer.current)
        setBusy(false)
      })
    },
    [send],
  )
  return [busy, press]
}

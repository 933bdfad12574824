import { useEffect, useState } from 'react'
import type { ClientState } from '../../client/types.ts'
import { useDelayed } from '../ui/use-delayed.ts'
import { Banner } from './Banner.tsx'

/** A shorter gap is not worth a word. */
const SHOW_AFTER_MS = 400
const SHOW_BACK_MS = 2000

/** Says that the connection is lost, that it is back, or that the session has ended. */
export function ConnectionBanner({ connection, ended }: { connection: ClientState; ended: string | null }) {
  const lost = useDelayed(connection === 'reconnecting', SHOW_AFTER_MS)
  // A window that is being closed is disconnected for its last moments.
  const over = useDelayed(connection === 'closed', SHOW_AFTER_MS)
  const [back, setBack] = useState(false)
  const [wasLost, setWasLost] = useState(false)
  useEffect(() => {
    if (lost) return setWasLost(true)
    if (!wasLost || connection !== 'open') return
    setWasLost(false)
    setBack(true)
  }, [lost, wasLost, connection])
  useEffect(() => {
    if (!back) return
    const timer = setTimeout(() => setBack(false), SHOW_BACK_MS)
    return () => clearTimeout(timer)
  }, [back])

  const [kind, icon, text] = over
    ? (['error', 'error', ended ?? 'This session has ended. What you see is no longer live.'] as const)
    : lost
      ? (['warning', 'warning', 'Connection lost. Reconnecting…'] as const)
      : (['info', 'check', 'Back'] as const)
  if (!over && !lost && !back) return null
  return (
    <div className="connection" data-fading={kind === 'info' || undefined}>
      <Banner level={kind} icon={icon}>
        {text}
      </Banner>
    </div>
  )
}

import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { HomeSessionProps } from '../../../shared/records.ts'
import { SessionRow } from './SessionRow.tsx'

export interface SessionListProps {
  sessions: HomeSessionProps[]
  onResume: (sessionId: string) => Promise<void>
  onRemove: (sessionId: string) => Promise<void>
}

/** Recent sessions, one stop for the Tab key: arrows, Home and End move, Enter opens, Delete asks to remove. */
export function SessionList({ sessions, onResume, onRemove }: SessionListProps) {
  const list = useRef<HTMLUListElement>(null)
  // By id: what is opened moves to the top, and what keys act on must move along.
  const [current, setCurrent] = useState<string | null>(null)
  const [asking, setAsking] = useState<string | null>(null)
  const now = useNow(30_000)
  const active = Math.max(
    0,
    sessions.findIndex(({ sessionId }) => sessionId === current),
  )

  const focusRow = (index: number) => {
    const next = Math.max(0, Math.min(index, sessions.length - 1))
    setCurrent(sessions[next]?.sessionId ?? null)
    list.current?.querySelectorAll<HTMLElement>('.session-open')[next]?.focus()
  }
  // The row's button comes back only once the question is gone.
  const focusLater = useRef<number | null>(null)
  useEffect(() => {
    if (focusLater.current === null) return
    focusRow(focusLater.current)
    focusLater.current = null
  })

  const onKeyDown = (event: KeyboardEvent) => {
    if (asking !== null) return
    const target = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: sessions.length - 1 }[event.key]
    if (target !== undefined) {
      event.preventDefault()
      focusRow(target)
    } else if (event.key === 'Delete') {
      const session = sessions[active]
      // What is open has windows to be closed first.
      if (session && session.state !== 'open') setAsking(session.sessionId)
    }
  }
  const leave = () => {
    setAsking(null)
    focusLater.current = active
  }
  return (
    <ul className="session-list" ref={list} onKeyDown={onKeyDown}>
      {sessions.map((session, index) => (
        <SessionRow
          key={session.sessionId}
          session={session}
          now={now}
          current={index === active}
          asking={asking === session.sessionId}
          onFocus={() => setCurrent(session.sessionId)}
          onResume={() => onResume(session.sessionId)}
          onAsk={() => {
            setCurrent(session.sessionId)
            setAsking(session.sessionId)
          }}
          onKeep={leave}
          onRemove={async () => {
            await onRemove(session.sessionId)
            setAsking(null)
            // The row that takes its place, or this one if it could not be removed.
            focusLater.current = index
          }}
        />
      ))}
    </ul>
  )
}

/** The time, anew each `everyMs`, so that "2 minutes ago" stays true. */
function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

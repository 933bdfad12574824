import { useLayoutEffect, useRef } from 'react'
import type { logElement } from '../../../shared/elements/log.ts'
import type { ElementViewProps } from './view.ts'

/** The newest lines, and as long as the reader is at the end, the end. */
export function Log({ lines, label, height, maxLines, wrap }: ElementViewProps<typeof logElement>) {
  const place = useRef<HTMLDivElement>(null)
  /** Whoever has scrolled back reads there. */
  const isAtEnd = useRef(true)
  useLayoutEffect(() => {
    if (isAtEnd.current) place.current!.scrollTop = place.current!.scrollHeight
  }, [lines])
  const first = Math.max(0, lines.length - maxLines)
  return (
    <div
      ref={place}
      className="ui-log"
      role="log"
      aria-label={label}
      tabIndex={0}
      style={{ maxHeight: height }}
      data-wrap={wrap || undefined}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight >= scrollHeight - 4
      }}
    >
      {first > 0 && <div className="ui-log-left-out">{first.toLocaleString()} earlier lines</div>}
      {lines.length === 0 && <div className="ui-log-left-out">Nothing yet.</div>}
      {lines.slice(first).map((line, index) => {
        const { text, level } = typeof line === 'string' ? { text: line, level: undefined } : line
        return (
          <div key={first + index} data-level={level}>
            {text || '\u200b'}
          </div>
        )
      })}
    </div>
  )
}

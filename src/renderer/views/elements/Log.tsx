import { memo, useLayoutEffect, useRef } from 'react'
import type { logElement } from '../../../shared/elements/log.ts'
import type { ElementViewProps } from './view.ts'

/** The newest lines, and as long as the reader is at the end, the end. */
export function Log({ lines, earlier, label, height, wrap }: ElementViewProps<typeof logElement>) {
  const place = useRef<HTMLDivElement>(null)
  /** Whoever has scrolled back reads there. */
  const isAtEnd = useRef(true)
  useLayoutEffect(() => {
    if (isAtEnd.current) place.current!.scrollTop = place.current!.scrollHeight
  }, [lines])
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
      {earlier > 0 && <div className="ui-log-left-out">{earlier.toLocaleString()} earlier lines</div>}
      {lines.length === 0 && <div className="ui-log-left-out">Nothing yet.</div>}
      {lines.map((line, index) =>
        typeof line === 'string' ? (
          <Line key={earlier + index} text={line} />
        ) : (
          <Line key={earlier + index} text={line.text} level={line.level} />
        ),
      )}
    </div>
  )
}

/** Drawn once: it stays the same wherever it moves to. */
const Line = memo(({ text, level }: { text: string; level?: string | undefined }) => (
  <div data-level={level}>{text || '\u200b'}</div>
))

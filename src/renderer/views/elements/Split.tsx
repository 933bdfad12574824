import { Children, useId, useRef } from 'react'
import type { CSSProperties, KeyboardEvent, PointerEvent } from 'react'
import { useKept } from './use-kept.ts'
import type { splitElement } from '../../../shared/elements/split.ts'
import type { ElementViewProps } from './view.ts'

/** Percent that an arrow key moves the edge by. */
const STEP = 2

/** Two panes with an edge between them that can be moved. */
export function Split({
  orientation,
  size,
  defaultSize,
  minSize,
  height,
  label,
  onResize,
  children,
}: ElementViewProps<typeof splitElement>) {
  const id = useId()
  const root = useRef<HTMLDivElement>(null)
  const [current, resize] = useKept(size, defaultSize, onResize)
  const within = (percent: number) => Math.round(Math.min(100 - minSize, Math.max(minSize, percent)) * 10) / 10
  const shown = within(current)
  const [first, ...rest] = Children.toArray(children)

  const toPointer = ({ clientX, clientY }: PointerEvent) => {
    const box = root.current!.getBoundingClientRect()
    if (orientation === 'vertical') return resize(within(((clientY - box.top) / box.height) * 100))
    const fromLeft = ((clientX - box.left) / box.width) * 100
    resize(within(isRightToLeft(root.current!) ? 100 - fromLeft : fromLeft))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = keyTarget(event.key, shown, isRightToLeft(root.current!))
    if (next === null) return
    event.preventDefault()
    resize(within(next))
  }
  return (
    <div
      ref={root}
      className="ui-split"
      data-orientation={orientation}
      style={{ '--ui-size': `${shown}%`, ...(height !== undefined && { height }) } as CSSProperties}
    >
      <div id={id} className="ui-pane">
        {first}
      </div>
      <div
        className="ui-split-edge"
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-controls={id}
        aria-orientation={orientation === 'horizontal' ? 'vertical' : 'horizontal'}
        aria-valuenow={Math.round(shown)}
        aria-valuemin={minSize}
        aria-valuemax={100 - minSize}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.preventDefault()
          event.currentTarget.setPointerCapture(event.pointerId)
          event.currentTarget.focus()
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) toPointer(event)
        }}
      />
      <div className="ui-pane">{rest}</div>
    </div>
  )
}

function keyTarget(key: string, size: number, rightToLeft: boolean): number | null {
  const forward = rightToLeft ? -STEP : STEP
  if (key === 'ArrowRight') return size + forward
  if (key === 'ArrowLeft') return size - forward
  if (key === 'ArrowDown') return size + STEP
  if (key === 'ArrowUp') return size - STEP
  if (key === 'Home') return 0
  return key === 'End' ? 100 : null
}

const isRightToLeft = (element: Element): boolean => getComputedStyle(element).direction === 'rtl'

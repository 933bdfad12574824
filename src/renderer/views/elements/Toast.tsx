import { useEffect, useEffectEvent, useState } from 'react'
import { createPortal } from 'react-dom'
import { CloseButton, KindIcon } from './Alert.tsx'
import type { toastElement } from '../../../shared/elements/toast.ts'
import type { ElementViewProps } from './view.ts'

/** A word in the corner for as long as it stands in the tree, `durationMs` at most; not while it is pointed at or has the focus. */
export function Toast({ kind, title, durationMs, onClose, children }: ElementViewProps<typeof toastElement>) {
  const [isHeld, setHeld] = useState(false)
  const [isGone, setGone] = useState(false)
  const close = () => {
    setGone(true)
    void onClose?.(null)
  }
  const onTime = useEffectEvent(close)
  useEffect(() => {
    if (isHeld || isGone || durationMs === 0) return
    const timer = setTimeout(onTime, durationMs)
    return () => clearTimeout(timer)
  }, [isHeld, isGone, durationMs])
  if (isGone) return null
  return createPortal(
    <div
      className="ui-toast"
      data-kind={kind}
      role={kind === 'error' ? 'alert' : 'status'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <KindIcon kind={kind} />
      <div className="ui-alert-text">
        {title && <strong>{title}</strong>}
        <div>{children}</div>
      </div>
      <CloseButton onClose={close} />
    </div>,
    corner(),
  )
}

/** Where toasts stand, one below the other. */
function corner(): Element {
  const found = document.querySelector('.ui-toasts')
  if (found) return found
  const made = document.createElement('div')
  made.className = 'ui-toasts'
  document.body.append(made)
  return made
}

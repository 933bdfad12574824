import { useEffect, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import type { Toast } from './model.ts'

const SHOW_MS = { info: 5000, success: 5000, warning: 10_000, error: 10_000 } as const
/** With a button there is something to decide. */
const SHOW_WITH_ACTION_MS = 10_000
const ICONS = { info: 'info', success: 'check', warning: 'warning', error: 'error' } as const

export interface ToastsProps {
  toasts: readonly Toast[]
  /** Must stay the same function: another one lets every toast wait anew. */
  onDismiss: (id: number, pressed?: boolean) => void
}

/** Things said in passing, in a corner. They leave by themselves, but not while pointed at. */
export function Toasts({ toasts, onDismiss }: ToastsProps) {
  return (
    <div className="toasts" role="log" aria-label="Messages">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onDismiss={onDismiss} />
      ))}
    </div>
  )
}

function ToastCard({ toast, onDismiss }: { toast: Toast; onDismiss: ToastsProps['onDismiss'] }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const { durationMs, action, level } = toast
    const showMs = durationMs ?? Math.max(SHOW_MS[level], action === null ? 0 : SHOW_WITH_ACTION_MS)
    const timer = setTimeout(() => onDismiss(toast.id), showMs)
    return () => clearTimeout(timer)
    // The count too: said again, it stays again.
  }, [held, toast, onDismiss])
  return (
    <div
      className="toast"
      data-level={toast.level}
      role={toast.level === 'error' ? 'alert' : 'status'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon name={ICONS[toast.level]} />
      <p>
        {toast.text}
        {toast.count > 1 && <span className="toast-count"> ×{toast.count}</span>}
      </p>
      {toast.action !== null && (
        <button type="button" className="toast-action" onClick={() => onDismiss(toast.id, true)}>
          {toast.action}
        </button>
      )}
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => onDismiss(toast.id)}>
        <Icon name="close" />
      </button>
    </div>
  )
}

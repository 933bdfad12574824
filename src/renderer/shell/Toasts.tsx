import { useEffect, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import type { Toast } from './model.ts'

const SHOW_MS = { info: 5000, error: 10_000 } as const

export interface ToastsProps {
  toasts: readonly Toast[]
  /** Must stay the same function: another one lets every toast wait anew. */
  onDismiss: (id: number) => void
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
    const timer = setTimeout(() => onDismiss(toast.id), SHOW_MS[toast.level])
    return () => clearTimeout(timer)
    // The count too: said again, it stays again.
  }, [held, toast.id, toast.count, toast.level, onDismiss])
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
      <Icon name={toast.level} />
      <p>
        {toast.text}
        {toast.count > 1 && <span className="toast-count"> ×{toast.count}</span>}
      </p>
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => onDismiss(toast.id)}>
        <Icon name="close" />
      </button>
    </div>
  )
}

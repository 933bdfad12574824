import { useId, useLayoutEffect, useRef } from 'react'
import type { ReactNode } from 'react'

export interface ModalProps {
  title: ReactNode
  /** `alertdialog` where an answer is needed. Default `dialog`. */
  role?: 'dialog' | 'alertdialog'
  className?: string
  /** Escape was pressed. */
  onCancel: () => void
  children: ReactNode
}

/** A real dialog: over everything, the focus stays inside and goes back where it was. The element with `data-first` gets it first. */
export function Modal({ title, role = 'dialog', className = '', onCancel, children }: ModalProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useLayoutEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    dialog.showModal()
    dialog.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => dialog.close()
  }, [])
  return (
    <dialog
      ref={ref}
      role={role}
      className={`modal ${className}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onCancel()
      }}
    >
      <h1 id={titleId}>{title}</h1>
      {children}
    </dialog>
  )
}

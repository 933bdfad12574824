import { Modal } from '../ui/Modal.tsx'
import type { Question } from './model.ts'

/** Asks the person before an event is sent (`data-confirm`). Escape is a no. */
export function ConfirmDialog({ question: { text, answer } }: { question: Question }) {
  return (
    <Modal role="alertdialog" title={text} onCancel={() => answer(false)}>
      <div className="actions">
        <button type="button" className="primary" data-first onClick={() => answer(true)}>
          OK
        </button>
        <button type="button" onClick={() => answer(false)}>
          Cancel
        </button>
      </div>
    </Modal>
  )
}

import { useState } from 'react'
import type { ScriptProblem } from '../../shared/records.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Modal } from '../ui/Modal.tsx'
import { ProblemDetails } from '../ui/ProblemDetails.tsx'
import { describeProblem, headProblem } from '../ui/describe-problem.ts'

export interface FailedDialogProps {
  /** File name of the script. */
  name: string
  problem: ScriptProblem
  /** Whether the error ended the script; otherwise it runs on. */
  hasEnded: boolean
  onRestart: () => Promise<void>
  onClose: () => void
}

/** A script's error in full, over the page that it left behind or goes on with. */
export function FailedDialog({ name, problem, hasEnded, onRestart, onClose }: FailedDialogProps) {
  const [busy, setBusy] = useState(false)
  const restart = async () => {
    setBusy(true)
    await onRestart()
    setBusy(false)
  }
  return (
    <Modal
      className="wide"
      onCancel={onClose}
      title={
        <>
          <span className="eyebrow">{name}</span>
          {hasEnded ? headProblem(problem) : 'Something went wrong'}
        </>
      }
    >
      <ProblemDetails problem={problem} />
      <div className="actions">
        {!hasEnded && (
          <button type="button" className="primary" data-first onClick={onClose}>
            Close
          </button>
        )}
        <button
          type="button"
          className={hasEnded ? 'primary' : ''}
          data-first={hasEnded || undefined}
          disabled={busy}
          onClick={() => void restart()}
        >
          {busy ? 'Restarting…' : 'Restart'}
        </button>
        <CopyButton label="Copy details" text={() => describeProblem(problem)} />
        {hasEnded && (
          <button type="button" className="plain" onClick={onClose}>
            Look at the page
          </button>
        )}
      </div>
    </Modal>
  )
}

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
  onRestart: () => Promise<void>
  onClose: () => void
}

/** A script's error in full, over the page that it left behind. */
export function FailedDialog({ name, problem, onRestart, onClose }: FailedDialogProps) {
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
          {headProblem(problem)}
        </>
      }
    >
      <ProblemDetails problem={problem} />
      <div className="actions">
        <button type="button" className="primary" data-first disabled={busy} onClick={() => void restart()}>
          {busy ? 'Restarting…' : 'Restart'}
        </button>
        <CopyButton label="Copy details" text={() => describeProblem(problem)} />
        <button type="button" className="plain" onClick={onClose}>
          Look at the page
        </button>
      </div>
    </Modal>
  )
}

import { useState } from 'react'
import { Modal } from '../ui/Modal.tsx'

export interface ScriptDialogProps {
  kind: 'stalled' | 'stopped'
  /** File name of the script. */
  name: string
  onStop: () => Promise<void>
  onRestart: () => Promise<void>
  onClose: () => void
}

/** Asks what is to become of a script that does not answer, or no longer runs. */
export function ScriptDialog({ kind, name, onStop, onRestart, onClose }: ScriptDialogProps) {
  const [busy, setBusy] = useState<'stop' | 'restart' | null>(null)
  const act = async (what: 'stop' | 'restart') => {
    setBusy(what)
    await (what === 'stop' ? onStop() : onRestart())
    setBusy(null)
  }
  const restart = (
    <button
      type="button"
      className={kind === 'stopped' ? 'primary' : ''}
      data-first={kind === 'stopped' || undefined}
      disabled={busy !== null}
      onClick={() => void act('restart')}
    >
      {busy === 'restart' ? 'Restarting…' : 'Restart'}
    </button>
  )
  if (kind === 'stopped') {
    return (
      <Modal title={`${name} is stopped`} onCancel={onClose}>
        <p>Nothing on this page works until it runs again. Its stored state is kept.</p>
        <div className="actions">
          {restart}
          <button type="button" className="plain" onClick={onClose}>
            Look at the page
          </button>
        </div>
      </Modal>
    )
  }
  return (
    <Modal role="alertdialog" title={`${name} is not answering`} onCancel={onClose}>
      <p>
        It may be in the middle of a long calculation, or caught in an endless loop. Stopping ends the script but keeps
        its stored state.
      </p>
      <div className="actions">
        <button type="button" className="primary" data-first onClick={onClose}>
          Keep waiting
        </button>
        {restart}
        <button type="button" className="danger" disabled={busy !== null} onClick={() => void act('stop')}>
          {busy === 'stop' ? 'Stopping…' : 'Stop'}
        </button>
      </div>
    </Modal>
  )
}

import { useState } from 'react'
import { createPortal } from 'react-dom'
import type { ScriptProps } from '../../shared/records.ts'
import { fileName } from '../ui/path.ts'
import { useDelayed } from '../ui/use-delayed.ts'
import { Banner } from './Banner.tsx'
import { FailedDialog } from './FailedDialog.tsx'
import { ProblemPanel } from './ProblemPanel.tsx'
import { ScriptDialog } from './ScriptDialog.tsx'

export interface ScriptStatusProps {
  script: ScriptProps
  /** Where the panel stands, beside the toasts; null while that is not drawn. */
  corner: Element | null
  onStop: () => Promise<void>
  onRestart: () => Promise<void>
}

/** Changes with everything that the person should hear of afresh. */
export function statusKey({ state, problem }: ScriptProps): string {
  return JSON.stringify([state, problem?.message, problem?.place?.line])
}

/** How the script is doing, where that is not simply well. What is put aside stays as one line on top, so that nothing is lost. Keyed by `statusKey`: another state of affairs starts anew. */
export function ScriptStatus({ script, corner, onStop, onRestart }: ScriptStatusProps) {
  const [aside, setAside] = useState(false)
  const [opened, setOpened] = useState(false)
  const slow = useDelayed(script.state === 'starting', 500)
  const name = fileName(script.path)
  const putAside = () => {
    setAside(true)
    setOpened(false)
  }
  const restart = (
    <button type="button" onClick={() => void onRestart()}>
      Restart
    </button>
  )

  if (script.state === 'stalled') {
    if (!aside) return <ScriptDialog kind="stalled" name={name} onClose={putAside} {...{ onStop, onRestart }} />
    return (
      <Banner
        level="warning"
        icon="hourglass"
        actions={
          <>
            <button type="button" onClick={() => void onStop()}>
              Stop
            </button>
            {restart}
          </>
        }
      >
        {name} is still not answering
      </Banner>
    )
  }
  if (script.state === 'stopped') {
    if (!aside) return <ScriptDialog kind="stopped" name={name} onClose={putAside} {...{ onStop, onRestart }} />
    return (
      <Banner level="info" icon="stop" actions={restart}>
        {name} is stopped
      </Banner>
    )
  }
  if (script.state === 'failed') {
    const { problem } = script
    if (problem && !aside) return <FailedDialog hasEnded {...{ name, problem, onRestart }} onClose={putAside} />
    return (
      <Banner
        level="error"
        actions={
          <>
            {problem && (
              <button type="button" onClick={() => setAside(false)}>
                Details
              </button>
            )}
            {restart}
          </>
        }
      >
        {name} has failed and no longer runs
      </Banner>
    )
  }
  if (script.problem) {
    const { problem } = script
    if (opened) {
      return <FailedDialog hasEnded={false} {...{ name, problem, onRestart }} onClose={() => setOpened(false)} />
    }
    if (!aside && corner) {
      const panel = <ProblemPanel {...{ name, problem }} onOpen={() => setOpened(true)} onDismiss={putAside} />
      return createPortal(panel, corner)
    }
  }
  return slow ? (
    <div className="starting" role="status">
      <span>Starting {name}…</span>
    </div>
  ) : null
}

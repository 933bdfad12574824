import type { ScriptProblem } from '../../shared/records.ts'
import { Icon } from '../ui/Icon.tsx'
import { formatPlace } from '../ui/describe-problem.ts'
import { fileName } from '../ui/path.ts'

export interface ProblemPanelProps {
  /** File name of the script. */
  name: string
  problem: ScriptProblem
  onOpen: () => void
  onDismiss: () => void
}

/** An error that did not end the script: told in a corner, since the page goes on working. */
export function ProblemPanel({ name, problem, onOpen, onDismiss }: ProblemPanelProps) {
  const { place, message } = problem
  return (
    <div className="panel" role="alert">
      <header>
        <Icon name="error" />
        <strong>Something went wrong in {name}</strong>
        <button type="button" className="icon-button" aria-label="Dismiss" onClick={onDismiss}>
          <Icon name="close" />
        </button>
      </header>
      <p className="panel-message">{message}</p>
      {place && <p className="panel-place">{formatPlace({ ...place, file: fileName(place.file) })}</p>}
      <div className="actions">
        <button type="button" onClick={onOpen}>
          Details
        </button>
      </div>
    </div>
  )
}

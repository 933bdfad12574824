import { useState } from 'react'
import type { ScriptProps } from '../../shared/records.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ProblemDetails } from '../ui/ProblemDetails.tsx'
import { describeProblem, headProblem } from '../ui/describe-problem.ts'
import { fileName } from '../ui/path.ts'
import { propsOf, useRecords } from '../ui/use-document.ts'
import type { ViewProps } from './index.ts'

/** A script that failed before it could show anything: what went wrong, where, and the way to try again. */
export function ErrorView({ link, onError }: Pick<ViewProps, 'link' | 'onError'>) {
  const [script] = propsOf<ScriptProps>(useRecords(link.document), 'script')
  const [busy, setBusy] = useState(false)
  if (!script) return null
  const { problem, path, state } = script
  const restart = async () => {
    setBusy(true)
    await link.call('script.restart', null).catch(onError)
    setBusy(false)
  }
  const starting = busy || state === 'starting'
  return (
    <div className="error-view">
      <header>
        <p className="eyebrow" title={path}>
          {fileName(path)}
        </p>
        <h1 role="alert">{problem ? headProblem(problem) : 'The script is not running'}</h1>
      </header>
      {problem && <ProblemDetails problem={problem} />}
      <div className="actions">
        <button type="button" className="primary" disabled={starting} onClick={() => void restart()}>
          {starting ? 'Restarting…' : 'Restart'}
        </button>
        {problem && <CopyButton label="Copy details" text={() => describeProblem(problem)} />}
      </div>
    </div>
  )
}

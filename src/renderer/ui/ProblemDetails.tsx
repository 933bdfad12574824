import type { ScriptProblem, SourcePlace } from '../../shared/records.ts'
import { PathText } from './PathText.tsx'
import { caretLine, formatPlace } from './describe-problem.ts'

/** What went wrong in a script and where: message, place, source excerpt and the stack, folded. */
export function ProblemDetails({ problem }: { problem: ScriptProblem }) {
  return (
    <div className="problem">
      <p className="problem-message">{problem.message}</p>
      {problem.place && <Excerpt place={problem.place} />}
      {problem.stack.length > 0 && (
        <details className="problem-stack">
          <summary>Stack</summary>
          <pre tabIndex={0}>{problem.stack.join('\n')}</pre>
        </details>
      )}
    </div>
  )
}

function Excerpt({ place }: { place: SourcePlace }) {
  return (
    <figure className="excerpt">
      <figcaption>
        <PathText path={formatPlace(place)} />
      </figcaption>
      {place.excerpt.length > 0 && (
        <div className="excerpt-lines" tabIndex={0} role="group" aria-label={`Source around line ${place.line}`}>
          {place.excerpt.map(({ line, text }) => (
            <div key={line} className="excerpt-line" data-failing={line === place.line || undefined}>
              <span className="excerpt-number">{line}</span>
              <code>
                {text || ' '}
                {line === place.line && (
                  <span className="excerpt-caret" aria-hidden="true">
                    {`\n${caretLine(text, place.column)}`}
                  </span>
                )}
              </code>
            </div>
          ))}
        </div>
      )}
    </figure>
  )
}

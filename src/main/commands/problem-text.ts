import path from 'node:path'
import type { ScriptProblem } from '../../shared/records.ts'

/** A script's problem for the terminal: `file:line:column: message`, the lines around it and the stack. */
export function problemText(problem: ScriptProblem, cwd: string): string {
  const { place } = problem
  if (!place) return `${problem.message}${problem.stack.length > 0 ? `\n${stackText(problem)}` : ''}\n`
  const relative = path.relative(cwd, place.file)
  const file = relative.startsWith('..') || relative === '' ? place.file : relative
  const width = String(place.excerpt.at(-1)?.line ?? place.line).length
  const lines = place.excerpt.flatMap(({ line, text }) => {
    const marked = line === place.line
    const shown = `${marked ? '>' : ' '} ${String(line).padStart(width)} | ${text}`
    return marked ? [shown, `  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, place.column - 1))}^`] : [shown]
  })
  return (
    [`${file}:${place.line}:${place.column}: ${problem.message}`, '', ...lines, '', stackText(problem)]
      .join('\n')
      .trimEnd() + '\n'
  )
}

function stackText(problem: ScriptProblem): string {
  return problem.stack.map((frame) => `    at ${frame}`).join('\n')
}

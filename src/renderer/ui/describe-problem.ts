import type { ScriptProblem, SourcePlace } from '../../shared/records.ts'

const HEADINGS: { readonly [code: string]: string } = {
  script_syntax: 'The script could not be read',
  script_missing: 'The script file is missing',
  script_unreadable: 'The script file could not be read',
  script_type: 'This file is not a script',
  script_memory: 'The script ran out of memory',
  script_stopped: 'The script was stopped',
}

/** What kind of problem it is, in a few words. */
export function headProblem(problem: ScriptProblem): string {
  return HEADINGS[problem.code] ?? 'The script failed'
}

/** `file:line:column`, as editors and terminals know it. */
export function formatPlace({ file, line, column }: SourcePlace): string {
  return `${file}:${line}:${column}`
}

/** The line under the failing one, with a caret below the failing column. Tabs stay tabs, so that it lines up. */
export function caretLine(text: string, column: number): string {
  return `${text.slice(0, Math.max(0, column - 1)).replace(/[^\t]/g, ' ')}^`
}

/** All of a problem as text, to be pasted into a message to someone. */
export function describeProblem(problem: ScriptProblem): string {
  const lines = [`${headProblem(problem)} (${problem.code})`, '', problem.message]
  if (problem.place) {
    const { line: failing, column, excerpt } = problem.place
    const width = String(excerpt.at(-1)?.line ?? failing).length
    lines.push('', `at ${formatPlace(problem.place)}`, '')
    for (const { line, text } of excerpt) {
      lines.push(`${line === failing ? '>' : ' '} ${String(line).padStart(width)} | ${text}`)
      if (line === failing) lines.push(`  ${' '.repeat(width)} | ${caretLine(text, column)}`)
    }
  }
  if (problem.stack.length > 0) lines.push('', ...problem.stack)
  return lines.join('\n')
}

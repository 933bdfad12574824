import type { SourcePlace } from '../../shared/records.ts'

/** Lines shown before and after the failing one. */
const CONTEXT_LINES = 3
/** Characters of a line; minified code has lines without end. */
const MAX_LINE_LENGTH = 300

/** The lines around `line` (from 1) of `text`, fewer at its ends. */
export function excerptOf(text: string, line: number): SourcePlace['excerpt'] {
  const lines = text.split(/\r\n|\n|\r/)
  const from = Math.max(1, line - CONTEXT_LINES)
  return lines
    .slice(from - 1, line + CONTEXT_LINES)
    .map((content, index) => ({ line: from + index, text: content.slice(0, MAX_LINE_LENGTH) }))
}

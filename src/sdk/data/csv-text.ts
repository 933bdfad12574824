/*
 * Looks at CSV text as a person would: which delimiter, and where the first line is that does not fit. DuckDB reads the rows;
 * its own guess skips over damaged lines without a word.
 */

const DELIMITERS = [',', ';', '\t', '|'] as const
/** How many records are enough to tell. */
const SAMPLE_RECORDS = 500

/** One value of a record and where it begins. */
export interface CsvField {
  readonly text: string
  readonly line: number
  /** Counted from 1. */
  readonly column: number
}

/** What does not fit in a text. */
export interface CsvProblem {
  readonly reason: string
  readonly line: number
  readonly column: number
}

/** What `records` gives: a record, or the problem that ends the text. */
type CsvStep = { readonly record: CsvField[] } | { readonly problem: CsvProblem }

/** The delimiter with which the records of `head` agree best on their number of fields. `isCut`: the last record may be incomplete. */
export function detectDelimiter(head: string, isCut: boolean): string {
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 }
  for (const delimiter of DELIMITERS) {
    const counts = fieldCounts(head, delimiter, isCut)
    const most = mostFrequent(counts)
    if (most === undefined || most < 2) continue
    const agreeing = counts.filter((count) => count === most).length / counts.length
    // Agreement first; between two that agree alike, the one that divides more.
    const score = agreeing + most / 10_000
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** Whether numbers are written with a decimal comma, as in `1,5`, where `;` stands between the fields. */
export function detectDecimalComma(head: string, delimiter: string): boolean {
  if (delimiter === ',') return false
  const fields = sampleRecords(head, delimiter).flat()
  const matching = (pattern: RegExp): number => fields.filter(({ text }) => pattern.test(text)).length
  return matching(/^[+-]?\d+,\d+$/) > 0 && matching(/^[+-]?\d+\.\d+$/) === 0
}

/** The first thing in `text` that is no record like the first one; null if all is well. */
export function findCsvProblem(text: string, delimiter: string): CsvProblem | null {
  let expected: number | null = null
  for (const step of records(text, delimiter)) {
    if ('problem' in step) return step.problem
    const { record } = step
    expected ??= record.length
    if (record.length === expected || isBlank(record)) continue
    const at = record[Math.min(expected, record.length - 1)]!
    const reason = `it has ${values(record.length)} where the first line has ${expected}`
    return { reason, line: record[0]!.line, column: at.column }
  }
  return null
}

/** The record that begins in line `line`, or goes over it; null if there is none. */
export function recordAt(text: string, delimiter: string, line: number): CsvField[] | null {
  let last: CsvField[] | null = null
  for (const step of records(text, delimiter)) {
    if ('problem' in step || step.record[0]!.line > line) break
    last = step.record
  }
  return last
}

/** Splits `text` by the rules of RFC 4180, with any delimiter and any kind of line end. Stops at what breaks them. */
function* records(text: string, delimiter: string): Generator<CsvStep> {
  let at = 0
  let line = 1
  let lineStart = 0
  while (at < text.length) {
    const record: CsvField[] = []
    for (;;) {
      const start = { line, column: at - lineStart + 1 }
      let value: string
      if (text[at] === '"') {
        const begin = at
        let end = at + 1
        for (;;) {
          end = text.indexOf('"', end)
          if (end < 0) return yield { problem: { reason: 'a quote is opened there and never closed', ...start } }
          if (text[end + 1] !== '"') break
          end += 2
        }
        value = text.slice(begin + 1, end).replaceAll('""', '"')
        for (let next = text.indexOf('\n', begin); next >= 0 && next < end; next = text.indexOf('\n', next + 1)) {
          line += 1
          lineStart = next + 1
        }
        at = end + 1
        if (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') {
          const reason = `after a closing quote there is ${JSON.stringify(text[at])} instead of a delimiter`
          return yield { problem: { reason, line, column: at - lineStart + 1 } }
        }
      } else {
        let end = at
        while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1
        value = text.slice(at, end)
        at = end
      }
      record.push({ text: value, ...start })
      if (text[at] !== delimiter) break
      at += 1
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1
    at += 1
    line += 1
    lineStart = at
    yield { record }
  }
}

function sampleRecords(head: string, delimiter: string): CsvField[][] {
  const sample: CsvField[][] = []
  for (const step of records(head, delimiter)) {
    if ('problem' in step || sample.length === SAMPLE_RECORDS) break
    sample.push(step.record)
  }
  return sample
}

function fieldCounts(head: string, delimiter: string, isCut: boolean): number[] {
  const sample = sampleRecords(head, delimiter)
  if (isCut && sample.length > 1 && sample.length < SAMPLE_RECORDS) sample.pop()
  return sample.filter((record) => !isBlank(record)).map((record) => record.length)
}

function mostFrequent(counts: number[]): number | undefined {
  const times = new Map<number, number>()
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1)
  return [...times].toSorted(([a, timesA], [b, timesB]) => timesB - timesA || b - a)[0]?.[0]
}

function isBlank(record: CsvField[]): boolean {
  return record.length === 1 && record[0]!.text.trim() === ''
}

function values(count: number): string {
  return count === 1 ? 'one value' : `${count} values`
}

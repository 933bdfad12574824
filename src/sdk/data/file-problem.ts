import { readFile, stat } from 'node:fs/promises'
import { findCsvProblem, recordAt } from './csv-text.ts'
import { DataError } from './data-error.ts'
import type { DataPlace } from './data-error.ts'
import type { Detected } from './data-table.ts'

/** Up to this size a damaged file is read once more, whole, to say where it is damaged. */
const MOST_BYTES = 256 * 1024 * 1024

/** What is wrong with a file that DuckDB could not read, with line and column where they can be found. `text`: the file in UTF-8. */
export async function fileProblem(cause: unknown, detected: Detected, text: string): Promise<DataError> {
  const { file } = detected
  const known = cause instanceof Error ? cause.message : String(cause)
  const small = (await stat(text)).size <= MOST_BYTES
  if (small && detected.delimiter !== undefined) return csvProblem(cause, known, detected, text)
  if (small && detected.format === 'jsonl') return jsonLinesProblem(cause, known, file, text)
  if (small && detected.format === 'json') return jsonProblem(cause, known, file, text)
  return damaged(file, {}, plain(known), cause)
}

async function csvProblem(error: unknown, known: string, detected: Detected, from: string): Promise<DataError> {
  const { file, delimiter = ',' } = detected
  const text = await readFile(from, 'utf8')
  const found = findCsvProblem(text, delimiter)
  if (found) return damaged(file, found, found.reason, error)
  const line = Number(/CSV Error on Line: (\d+)/.exec(known)?.[1])
  const conversion = /converting column "(.*)"\. (Could not convert string "(.*)" to '([^']+)')/s.exec(known)
  if (!line || !conversion) return damaged(file, line ? { line } : {}, plain(known), error)
  const [, column, , value, type] = conversion
  const record = recordAt(text, delimiter, line)
  const index = record?.findIndex((field) => field.text === value) ?? -1
  const place = record && index >= 0 ? { line: record[index]!.line, column: record[index]!.column } : { line }
  const reason = `${JSON.stringify(value)} is no ${type}, as the values of column "${column}" seemed to be. If it is right, read the column as text: types: { ${JSON.stringify(column)}: 'text' }`
  return damaged(file, place, reason, error)
}

async function jsonProblem(error: unknown, known: string, file: string, from: string): Promise<DataError> {
  const wrong = parseProblem((await readFile(from, 'utf8')).replace(/^\uFEFF/, ''))
  return wrong ? damaged(file, wrong, wrong.reason, error) : damaged(file, {}, plain(known), error)
}

async function jsonLinesProblem(error: unknown, known: string, file: string, from: string): Promise<DataError> {
  const lines = (await readFile(from, 'utf8')).replace(/^\uFEFF/, '').split('\n')
  for (const [i, text] of lines.entries()) {
    const wrong = text.trim() === '' ? null : parseProblem(text)
    if (wrong) return damaged(file, { line: i + 1, column: wrong.column }, wrong.reason, error)
  }
  return damaged(file, {}, plain(known), error)
}

/** Where `text` stops being JSON, as the engine says it. */
function parseProblem(text: string): { reason: string; line: number; column: number } | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    const { message } = error as Error
    const given = /at position (\d+)/.exec(message)?.[1]
    // Without a position the text ended too early.
    const before = text.slice(0, given === undefined ? text.length : Number(given))
    const line = before.split('\n').length
    const reason = message.replace(/ in JSON at position.*$/s, '').replace(/, "[^]*$/, '')
    return { reason: `it is no JSON there: ${reason}`, line, column: before.length - before.lastIndexOf('\n') }
  }
}

function damaged(file: string, place: DataPlace, reason: string, cause: unknown): DataError {
  const { line, column } = place
  const where =
    line === undefined ? file : `${file}, line ${line}${column === undefined ? '' : `, character ${column}`}`
  const known = line === undefined ? {} : column === undefined ? { line } : { line, column }
  return new DataError('file_damaged', `${where}: ${reason}.`, { file, ...known }, cause)
}

/** The first sentence of what DuckDB says. */
function plain(message: string): string {
  const [first = ''] = message.replace(/^[A-Za-z ]+ Error: /, '').split('\n')
  return first.replace(/\.\s*$/, '')
}

import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { ColumnType } from '../../shared/data/column.ts'
import { detectDecimalComma, detectDelimiter } from './csv-text.ts'
import type { Connection } from './database.ts'
import { DataError } from './data-error.ts'
import type { Detected, FileFormat } from './data-table.ts'
import { readHead, transcode } from './encoding.ts'
import type { TextEncoding, TextHead } from './encoding.ts'
import { checkFile, formatOf, unreadable } from './file-format.ts'
import { identifier, literal, struct } from './sql.ts'

/** How to read a file. What is not given is found out, and told in `detected`. */
export interface ReadOptions {
  /** Default: by the end of the name, else by how the file begins. */
  format?: FileFormat
  /** Between the values of a CSV file: one character. */
  delimiter?: string
  /** Whether the first line of a CSV file has the names of the columns. */
  header?: boolean
  /** What stands before decimals in a CSV file. */
  decimal?: '.' | ','
  /** How the text of the file is written down. */
  encoding?: TextEncoding
  /** Types of columns that are not to be guessed. */
  types?: Readonly<Record<string, ColumnType>>
  /** Only these columns, in this order. */
  columns?: readonly string[]
  /** At most so many rows. */
  limit?: number
  /** Gives the reading up. */
  signal?: AbortSignal
}

const SQL_TYPES: Record<ColumnType, string> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'TIMESTAMP',
  instant: 'TIMESTAMP WITH TIME ZONE',
  text: 'VARCHAR',
  binary: 'BLOB',
  json: 'JSON',
}

/** A file as something that SQL can read. */
export interface FileReader {
  /** A query for all its rows. */
  readonly sql: string
  readonly detected: Detected
  /** The file that is read: the file itself, or its text as UTF-8. */
  readonly source: string
  /** Removes what was made for reading. */
  close(): Promise<void>
}

/**
 * Finds out what `file` (absolute) is and how it is read; how its text is encoded by all of it if `whole`, else by its
 * beginning. Throws DataError, and what DuckDB throws. Not for Arrow.
 */
export async function openReader(
  connection: Connection,
  file: string,
  options: ReadOptions,
  whole = true,
): Promise<FileReader> {
  await checkFile(file)
  const format = options.format ?? (await formatOf(file))
  if (format === 'parquet') {
    const sql = projected(`SELECT * FROM read_parquet(${literal(file)})`, options, true)
    return { sql, detected: { file, format }, source: file, close: async () => {} }
  }
  const head = await readHead(file, options.encoding, whole).catch((error: unknown) => {
    throw error instanceof DataError ? error : unreadable(file, error)
  })
  if (head.text.trim() === '') throw new DataError('file_damaged', `${file} is empty.`, { file })
  const text = await asUtf8(file, head)
  try {
    const base = { file, format, encoding: head.encoding }
    const read =
      format === 'csv' || format === 'tsv'
        ? await readCsv(connection, text.source, head, options, base)
        : { sql: readJson(text.source, format, options), detected: base }
    return { ...read, source: text.source, close: text.close }
  } catch (error) {
    await text.close()
    throw error
  }
}

/** DuckDB's reader for the types of columns that are given: they count before what it would guess. */
async function readCsv(
  connection: Connection,
  source: string,
  head: TextHead,
  options: ReadOptions,
  base: Detected,
): Promise<{ sql: string; detected: Detected }> {
  const delimiter = options.delimiter ?? (base.format === 'tsv' ? '\t' : detectDelimiter(head.text, head.isCut))
  const decimal = options.decimal ?? (detectDecimalComma(head.text, delimiter) ? ',' : '.')
  const detected = { ...base, delimiter, decimal }
  const dialect = [
    literal(source),
    `delim=${literal(delimiter)}`,
    // Nothing is skipped, filled or mended without a word: what does not fit is an error.
    `quote='"', escape='"', comment='', skip=0, strict_mode=true, null_padding=false, ignore_errors=false`,
    `decimal_separator=${literal(decimal)}`,
  ]
  const guess = [...dialect]
  if (options.header !== undefined) guess.push(`header=${options.header}`)
  try {
    const sniffed = await connection.run(`FROM sniff_csv(${guess.join(', ')})`)
    const found = sniffed.row(0) as {
      HasHeader: boolean
      Columns: { name: string; type: string }[]
      DateFormat: string | null
      TimestampFormat: string | null
    }
    const types = Object.fromEntries(
      found.Columns.map(({ name, type }) => [name, options.types?.[name] ? SQL_TYPES[options.types[name]] : type]),
    )
    const reader = [...dialect, 'auto_detect=false', `header=${found.HasHeader}`, `columns=${struct(types)}`]
    if (found.DateFormat) reader.push(`dateformat=${literal(found.DateFormat)}`)
    if (found.TimestampFormat) reader.push(`timestampformat=${literal(found.TimestampFormat)}`)
    const sql = projected(`SELECT * FROM read_csv(${reader.join(', ')})`, options, false)
    return { sql, detected: { ...detected, header: found.HasHeader } }
  } catch (error) {
    throw new UnreadText(error, detected, source)
  }
}

/** Reading got as far as knowing how the text is made. */
export class UnreadText extends Error {
  readonly detected: Detected
  readonly source: string

  constructor(cause: unknown, detected: Detected, source: string) {
    super('The text cannot be read.', { cause })
    this.detected = detected
    this.source = source
  }
}

function readJson(source: string, format: FileFormat, options: ReadOptions): string {
  const layout = format === 'jsonl' ? `'newline_delimited'` : `'auto'`
  return projected(`SELECT * FROM read_json(${literal(source)}, format=${layout})`, options, true)
}

/** Columns, types and rows that were asked for. */
function projected(sql: string, { columns, types, limit }: ReadOptions, casts: boolean): string {
  let result = sql
  const given = casts ? Object.entries(types ?? {}) : []
  if (given.length > 0) {
    const replaced = given.map(
      ([name, type]) => `CAST(${identifier(name)} AS ${SQL_TYPES[type]}) AS ${identifier(name)}`,
    )
    result = result.replace('SELECT *', () => `SELECT * REPLACE (${replaced.join(', ')})`)
  }
  if (columns) result = `SELECT ${columns.map(identifier).join(', ')} FROM (${result})`
  return limit === undefined ? result : `${result} LIMIT ${Math.max(0, Math.trunc(limit))}`
}

/** The file itself, or a copy of its text where DuckDB would not read it. */
async function asUtf8(file: string, { encoding }: TextHead): Promise<{ source: string; close: () => Promise<void> }> {
  if (encoding === 'utf-8') return { source: file, close: async () => {} }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'oriel-text-'))
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const source = path.join(folder, 'text')
    await transcode(file, encoding, source)
    return { source, close }
  } catch (error) {
    await close()
    throw unreadable(file, error)
  }
}

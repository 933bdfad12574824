import { OrielError } from '../../shared/errors.ts'
import { DataError } from './data-error.ts'
import { connect, interruptible } from './database.ts'
import type { Connection } from './database.ts'
import type { DataTable } from './data-table.ts'
import { absolutePath, checkFile, formatOf } from './file-format.ts'
import { fileProblem } from './file-problem.ts'
import { UnreadText, openReader } from './file-reader.ts'
import type { FileReader, ReadOptions } from './file-reader.ts'

/**
 * Reads a CSV, TSV, JSON, JSON lines, Parquet or Arrow file, whole, into memory. A relative path starts from the script's
 * folder. What was found out about the file (format, encoding, delimiter, header) is in `detected` of the table.
 *
 * Throws DataError: `file_missing`; `file_unreadable` for a folder, a file of another kind or one you may not read;
 * `file_damaged`, with line and column where they are known. OrielError `cancelled` if `signal` was aborted.
 *
 * For large files see `openTable`, which shows the first rows before it has read the rest.
 */
export async function readTable(file: string | URL, options: ReadOptions = {}): Promise<DataTable> {
  const path = absolutePath(file)
  await checkFile(path)
  if ((options.format ?? (await formatOf(path))) === 'arrow') {
    const { readArrow } = await import('./arrow-file.ts')
    return limited(await readArrow(path), options)
  }
  const connection = connect()
  try {
    return await interruptible(connection, options.signal, () =>
      withReader(connection, path, options, async ({ sql, detected }) => connection.run(sql, [], detected)),
    )
  } finally {
    connection.close()
  }
}

/** Gives `work` a reader for `file`, closes it, and turns what DuckDB says into what is wrong with the file. */
export async function withReader<T>(
  connection: Connection,
  file: string,
  options: ReadOptions,
  work: (reader: FileReader) => Promise<T>,
  whole = true,
): Promise<T> {
  let reader: FileReader | null = null
  try {
    reader = await openReader(connection, file, options, whole)
    return await work(reader)
  } catch (error) {
    if (error instanceof OrielError) throw error
    if (error instanceof UnreadText) throw await fileProblem(error.cause, error.detected, error.source)
    if (!reader) throw error
    // What is wrong with the query that was asked for is not wrong with the file.
    if (isBinderProblem(error)) throw new DataError('bad_query', (error as Error).message, { file }, error)
    throw await fileProblem(error, reader.detected, reader.source)
  } finally {
    await reader?.close()
  }
}

function isBinderProblem(error: unknown): boolean {
  return error instanceof Error && /^(Binder|Catalog|Parser) Error/.test(error.message)
}

function limited(table: DataTable, { columns, limit, types }: ReadOptions): DataTable {
  if (types) throw new OrielError('not_supported', 'An Arrow file says itself which types its columns have.')
  const chosen = columns ? table.select(...columns) : table
  return limit === undefined ? chosen : chosen.slice(0, Math.max(0, limit))
}

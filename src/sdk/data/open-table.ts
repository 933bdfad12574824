import { FileTable } from './file-table.ts'
import type { ReadOptions } from './file-reader.ts'
import { absolutePath, checkFile, formatOf } from './file-format.ts'
import { OrielError } from '../../shared/errors.ts'

/**
 * Opens a file as a source of rows for a Table: the first thousand rows are there at once, the rest is read meanwhile. Sorting,
 * filters and search are done by DuckDB over all rows, and only what is looked at is taken into the script. Takes what
 * `readTable` takes, but for Arrow files, which are read whole: OrielError not_supported. Throws as `readTable` does; what is
 * wrong further down the file rejects `loaded`.
 */
export async function openTable(file: string | URL, options: ReadOptions = {}): Promise<FileTable> {
  const path = absolutePath(file)
  await checkFile(path)
  if ((options.format ?? (await formatOf(path))) === 'arrow')
    throw new OrielError('not_supported', 'An Arrow file is read whole: use readTable.')
  return FileTable.open(path, options)
}

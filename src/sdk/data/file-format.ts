import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { DataError } from './data-error.ts'
import type { FileFormat } from './data-table.ts'

const ENDINGS: Readonly<Record<string, FileFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.json': 'json',
  '.geojson': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
  '.feather': 'arrow',
  '.ipc': 'arrow',
}

/** The file that a script means: absolute, from the session's working directory. Native code does not know that one. */
export function absolutePath(file: string | URL): string {
  return file instanceof URL ? fileURLToPath(file) : path.resolve(process.cwd(), file)
}

/** Throws DataError file_missing, file_unreadable for what is no file or may not be read, file_damaged for an empty one. */
export async function checkFile(file: string): Promise<void> {
  const info = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw new DataError('file_missing', `There is no file ${file}.`, { file }, error)
    throw unreadable(file, error)
  })
  if (info.isDirectory()) throw new DataError('file_unreadable', `${file} is a folder. Name a file in it.`, { file })
  if (info.isFile() && info.size === 0) throw new DataError('file_damaged', `${file} is empty.`, { file })
}

/** What kind of file it is, by the end of its name, else by how it begins. Throws DataError file_unreadable. */
export async function formatOf(file: string): Promise<FileFormat> {
  const ending = path.extname(file).toLowerCase()
  const known = ENDINGS[ending]
  if (known) return known
  const head = await beginning(file)
  const text = head.toString('latin1')
  if (text.startsWith('PAR1')) return 'parquet'
  if (text.startsWith('ARROW1')) return 'arrow'
  const hasMark = text.startsWith('\u00ff\u00fe') || text.startsWith('\u00fe\u00ff')
  if (head.includes(0) && !hasMark)
    throw new DataError(
      'file_unreadable',
      `${file} is of a kind that Oriel does not read. It reads ${[...new Set(Object.values(ENDINGS))].join(', ')}.`,
      { file },
    )
  return /^\s*[[{]/.test(text.replace(/^\u00ef\u00bb\u00bf/, '')) ? 'json' : 'csv'
}

async function beginning(file: string): Promise<Buffer> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** For what the system says about a file. */
export function unreadable(file: string, error: unknown): DataError {
  const { code } = error as NodeJS.ErrnoException
  const reason = code === 'EACCES' || code === 'EPERM' ? 'you have no right to' : (code ?? String(error))
  return new DataError('file_unreadable', `${file} cannot be read: ${reason}.`, { file }, error)
}

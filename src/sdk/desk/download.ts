import { OrielError } from '../../shared/errors.ts'
import { checkKeys, checkText, refuse } from '../check.ts'
import { askDesk } from './ask.ts'

export interface DownloadOptions {
  /** MIME type. Default: what the name's end says, or that of bytes without one. */
  type?: string
}

/** What ends of names say, for the files that scripts make most. */
const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  html: 'text/html',
  jpg: 'image/jpeg',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  zip: 'application/zip',
}
const MAX_BYTES = 256 * 1024 * 1024

/**
 * Puts a file where the person's downloads go, as their browser does it. Resolves when the window has it. Rejects with
 * OrielError no_session, session_closed, bad_value, window_closed, too_large (over 256 MiB).
 */
export async function download(name: string, data: string | Uint8Array, options: DownloadOptions = {}): Promise<void> {
  checkText(name, 'download: name')
  if (name === '' || /[\\/\0]/.test(name)) refuse('download: name', 'the name of a file, without folders', name)
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) refuse('download: data', 'text or a Uint8Array', data)
  checkKeys(options, ['type'], 'download: options')
  const { type = TYPES[name.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream' } = options
  checkText(type, 'download: type')
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  if (bytes.byteLength > MAX_BYTES) throw new OrielError('too_large', 'download: at most 256 MiB.')
  await askDesk('download()', 'desk.download', { name, type, bytes })
}

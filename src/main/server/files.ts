import { createReadStream } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { fileHeaders, INERT_POLICY } from './headers.ts'
import { isActiveDocument, mimeType } from './mime-types.ts'

/** Up to this size a file is read at once, above it is streamed. */
const READ_AT_ONCE_BYTES = 4 * 1024 * 1024

export interface FileOptions {
  /** Folder, absolute, that the file must lie in. */
  root: string
  /** Path below `root` as it stands in the address: with `/`, percent-encoded. */
  encodedPath: string
  /** Cache-Control of a file with this name. */
  cache: (name: string) => string
  request: Request
  /** Whether this file, by its real path and that of `root`, may be given at all; default each. */
  mayHave?: (root: string, file: string) => boolean
}

/**
 * A file inside `root`, or null where there is none to give: missing, a folder, a name that begins with a dot, or
 * outside `root` by whatever spelling or symbolic link.
 */
export async function fileResponse({
  root,
  encodedPath,
  cache,
  request,
  mayHave = () => true,
}: FileOptions): Promise<Response | null> {
  const segments = decodePath(encodedPath)
  if (!segments) return null
  try {
    const realRoot = await realpath(root)
    const file = await realpath(path.join(realRoot, ...segments))
    if (!isInside(realRoot, file)) return null
    const info = await stat(file)
    if (!info.isFile() || !mayHave(realRoot, file)) return null

    const type = mimeType(segments.at(-1)!)
    const tag = `W/"${info.size.toString(36)}-${Math.floor(info.mtimeMs).toString(36)}"`
    const headers = { ...fileHeaders(type, cache(file)), etag: tag }
    // a document opened by itself would otherwise run its scripts under our origin with no policy at all
    if (isActiveDocument(type)) Object.assign(headers, { 'content-security-policy': INERT_POLICY })
    if (request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers })

    if (request.method === 'HEAD') {
      return new Response(null, { headers: { ...headers, 'content-length': String(info.size) } })
    }
    const content = await contentOf(file, info.size)
    const length = content instanceof Uint8Array ? content.byteLength : info.size
    return new Response(content, { headers: { ...headers, 'content-length': String(length) } })
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function contentOf(file: string, size: number): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>> {
  if (size <= READ_AT_ONCE_BYTES) return readFile(file)
  // never more than was announced, should the file grow meanwhile
  return Readable.toWeb(createReadStream(file, { end: size - 1 })) as ReadableStream<Uint8Array>
}

/** The names in a path, or null if one of them is not a plain visible name. */
function decodePath(encodedPath: string): string[] | null {
  const segments: string[] = []
  for (const encoded of encodedPath.split('/')) {
    let name: string
    try {
      name = decodeURIComponent(encoded)
    } catch {
      return null
    }
    // a leading dot covers `.` and `..` as well as hidden files; no name holds a separator, however it is encoded
    if (name === '' || name.startsWith('.') || /[/\\\0]/.test(name)) return null
    segments.push(name)
  }
  return segments
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file)
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative)
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return (
    code === 'ENOENT' ||
    code === 'ENOTDIR' ||
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'ELOOP' ||
    code === 'ENAMETOOLONG'
  )
}

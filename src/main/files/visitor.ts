import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { hasExtension } from '../../shared/desk/dialogs.ts'
import type { SentFile } from '../../shared/desk/dialogs.ts'
import { OrielError } from '../../shared/errors.ts'
import { isPlainObject } from '../../shared/document/kinds.ts'
import type { Value } from '../../shared/value.ts'
import type { DeskFiles } from '../engine/desk/files.ts'

/** Files of one answer, and bytes that one session may have sent. */
const MAX_FILES = 100
const MAX_SESSION_BYTES = 512 * 1024 * 1024

/**
 * What a visitor of a served script sends: kept in a temporary folder for as long as the session lives. Nothing of the
 * server's disk is listed, and no path of a visitor's counts.
 */
export function createVisitorFiles({ maxSessionBytes = MAX_SESSION_BYTES } = {}): DeskFiles {
  let folder: Promise<string> | null = null
  let bytes = 0
  let isClosed = false

  return {
    source: 'upload',
    check({ kind }) {
      if (kind === 'openFolder')
        throw new OrielError(
          'not_supported',
          'A visitor’s browser cannot hand over a folder. Ask for files: dialog.openFile({ multiple: true }).',
        )
      if (kind === 'saveFile')
        throw new OrielError(
          'not_supported',
          'A visitor’s browser takes downloads only. Give what is to be saved: dialog.saveFile({ data }).',
        )
    },
    async list() {
      throw new OrielError('not_supported', 'The folders of this server are not shown.')
    },
    async take(request, answer) {
      const sent = readSent(answer)
      const isMultiple = request.kind === 'openFile' && request.multiple
      if (sent.length === 0 || (sent.length > 1 && !isMultiple)) throw new OrielError('bad_value', 'Choose one file.')
      for (const { name } of sent) {
        if (request.kind !== 'openFile' || !hasExtension(name, request.extensions))
          throw new OrielError('bad_value', `${name} is not of the kind that is asked for.`)
      }
      const size = sent.reduce((sum, file) => sum + file.bytes.byteLength, 0)
      if (bytes + size > maxSessionBytes)
        throw new OrielError('too_large', 'You have sent as much as this app takes. Load the page again later.')
      bytes += size
      const paths = await Promise.all(sent.map((file) => save(file)))
      return isMultiple ? paths : paths[0]!
    },
    async close() {
      isClosed = true
      if (folder) await rm(await folder, { recursive: true, force: true })
    },
  }

  async function save({ name, bytes: content }: SentFile): Promise<string> {
    if (isClosed) throw new OrielError('session_gone', 'This session has ended.')
    const own = await mkdtemp(path.join(await (folder ??= mkdtemp(path.join(tmpdir(), 'oriel-sent-'))), 'f'))
    const file = path.join(own, name)
    await writeFile(file, content, { flag: 'wx', mode: 0o600 })
    return file
  }
}

function readSent(answer: Value): SentFile[] {
  if (!Array.isArray(answer) || answer.length > MAX_FILES) throw notSent()
  return answer.map((each) => {
    if (!isPlainObject(each) || typeof each.name !== 'string' || !(each.bytes instanceof Uint8Array)) throw notSent()
    return { name: safeName(each.name), bytes: each.bytes }
  })
}

/** The last part of a name, of characters that every file system takes; never one that leads elsewhere. */
function safeName(given: string): string {
  const last = given.split(/[\\/]/).at(-1)!
  const name = last
    .replace(/[\u0000-\u001f<>:"|?*]/g, '_')
    .replace(/^\.+/, '')
    .slice(-150)
    .trim()
  return name === '' ? 'file' : name
}

function notSent(): OrielError {
  return new OrielError('bad_value', 'Files are sent with their name and bytes.')
}

import { readdir, stat, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { hasExtension } from '../../shared/desk/dialogs.ts'
import type { FolderEntry, FolderListing } from '../../shared/desk/dialogs.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import type { DeskFiles, FileRequest } from '../engine/desk/files.ts'

/** Entries of one folder that a dialog shows; who has more types a path, or filters by another folder. */
const MAX_ENTRIES = 5000
const MAX_PATH_LENGTH = 4096

export interface ComputerFilesOptions {
  /** Remembers, in this file, where the last dialog ended; absolute. */
  memory: string
  /** Where dialogs begin before there was one; absolute. Default: the person's home. */
  begin?: string
}

/** The files of the computer that Oriel and the person are both at. Paths are the computer's own. */
export function createComputerFiles({ memory, begin = homedir() }: ComputerFilesOptions): DeskFiles {
  let last: string | null = null

  return {
    source: 'folders',
    check: () => {},
    async list(wanted) {
      if (wanted !== null) return listFolder(absolutePath(wanted.replace(/^~(?=$|[\\/])/, homedir())))
      last ??= await readFile(memory, 'utf8').catch(() => begin)
      // It may be gone by now, or on a disk that is.
      return listFolder(last).catch(() => listFolder(begin))
    },
    async take(request, answer) {
      const paths = (Array.isArray(answer) ? answer : [answer]).map(absolutePath)
      if (paths.length === 0 || (paths.length > 1 && !takesSeveral(request)))
        throw new OrielError('bad_value', 'Choose one.')
      await Promise.all(paths.map((each) => checkChosen(request, each)))
      await remember(request.kind === 'openFolder' ? paths[0]! : path.dirname(paths[0]!))
      return takesSeveral(request) ? paths : paths[0]!
    },
    close: async () => {},
  }

  async function remember(folder: string): Promise<void> {
    if (folder === last) return
    last = folder
    // Where nothing can be written it is remembered as long as the app runs.
    await writeFile(memory, folder, { mode: 0o600 }).catch(() => {})
  }
}

const takesSeveral = (request: FileRequest): boolean => request.kind === 'openFile' && request.multiple

function absolutePath(given: Value): string {
  if (typeof given !== 'string' || given.length > MAX_PATH_LENGTH || given.includes('\0') || !path.isAbsolute(given))
    throw new OrielError('bad_value', 'This is not the path of a file or folder.')
  return path.normalize(given)
}

async function checkChosen(request: FileRequest, chosen: string): Promise<void> {
  const found = await stat(chosen).catch(() => null)
  const name = path.basename(chosen)
  switch (request.kind) {
    case 'openFolder':
      if (!found?.isDirectory()) throw new OrielError('bad_value', `There is no folder ${name} here.`)
      return
    case 'openFile':
      if (!found?.isFile()) throw new OrielError('bad_value', `There is no file ${name} here.`)
      if (!hasExtension(name, request.extensions))
        throw new OrielError(
          'bad_value',
          `${name} is not of the kind that is asked for: ${request.extensions.join(', ')}.`,
        )
      return
    case 'saveFile': {
      if (found?.isDirectory()) throw new OrielError('bad_value', `${name} is a folder. Give the file another name.`)
      const folder = await stat(path.dirname(chosen)).catch(() => null)
      if (!folder?.isDirectory()) throw new OrielError('bad_value', `There is no folder ${path.dirname(chosen)}.`)
    }
  }
}

async function listFolder(folder: string): Promise<FolderListing> {
  const names = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new OrielError('bad_value', whyNot(folder, error), { cause: error })
  })
  const seen = names.filter(({ name }) => !name.startsWith('.'))
  const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  seen.sort((one, other) => byName.compare(one.name, other.name))
  const looked = await Promise.all(seen.slice(0, MAX_ENTRIES).map(({ name }) => look(path.join(folder, name))))
  const entries = looked.filter((entry) => entry !== null)
  const parent = path.dirname(folder)
  return {
    folder,
    parent: parent === folder ? null : parent,
    entries: [...entries.filter(({ isFolder }) => isFolder), ...entries.filter(({ isFolder }) => !isFolder)],
    more: Math.max(0, seen.length - MAX_ENTRIES),
    places: await places(),
  }
}

/** Null for what is neither a file nor a folder, or cannot be looked at: a link to nowhere, a socket. */
async function look(full: string): Promise<FolderEntry | null> {
  const found = await stat(full).catch(() => null)
  if (!found || !(found.isDirectory() || found.isFile())) return null
  const isFolder = found.isDirectory()
  return { name: path.basename(full), path: full, isFolder, size: isFolder ? 0 : found.size, changedAt: found.mtimeMs }
}

async function places(): Promise<FolderListing['places']> {
  const home = homedir()
  const known = [
    { name: 'Home', path: home },
    ...['Desktop', 'Documents', 'Downloads', 'Pictures'].map((name) => ({ name, path: path.join(home, name) })),
    { name: 'Computer', path: path.parse(home).root },
  ]
  const there = await Promise.all(known.map(async (place) => (await stat(place.path).catch(() => null))?.isDirectory()))
  return known.filter((_place, index) => there[index])
}

function whyNot(folder: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT') return `There is no folder ${folder}.`
  if (code === 'ENOTDIR') return `${folder} is not a folder.`
  if (code === 'EACCES' || code === 'EPERM') return `You may not look into ${folder}.`
  return `${folder} cannot be read.`
}

import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, readdir, rm, rmdir, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { OrielError } from '../shared/errors.ts'
import { withDefaultApplication, withoutApplication } from './register/default-application.ts'
import { DESKTOP_ENTRY, desktopEntry } from './register/desktop-entry.ts'

const MIME_TYPE = 'application/x-oriel-script'

export interface RegisterOptions {
  env: Readonly<Record<string, string | undefined>>
  /** Absolute path of what the desktop entry runs. */
  cliPath: string
  /** Absolute path of the Node that runs it. */
  nodePath: string
  /** Absolute path of the app's `resources` folder. */
  resourcesDir: string
  /** Default: the system that this process runs on. */
  platform?: NodeJS.Platform
}

/** Everything that registering writes, below the person's own data folder (XDG_DATA_HOME). */
interface Places {
  data: string
  mime: string
  mimePackage: string
  applications: string
  entry: string
  /** Icon files: where they come from (below `resources`) and where they go. */
  icons: { from: string; to: string }[]
  /** `mimeapps.list`. */
  defaults: string
}

/**
 * Makes a double-click on `.oriel`, `.oriel.ts` and `.oriel.tsx` files open them with this installation, for the person
 * who runs it. Returns what was done, a line each. Linux only.
 * Throws not_supported elsewhere, and environment where a tool is missing or a folder refuses writes.
 */
export async function register(options: RegisterOptions): Promise<string[]> {
  requireLinux(options)
  const places = placesOf(options.env)
  return explained(async () => {
    // First, because nothing should be written where the last step cannot work.
    await updateMimeDatabase(places, options, { onlyCheck: true })

    await copyTo(path.join(options.resourcesDir, 'linux/oriel-mime.xml'), places.mimePackage)
    for (const { from, to } of places.icons) await copyTo(path.join(options.resourcesDir, from), to)
    await mkdir(places.applications, { recursive: true })
    await writeFile(places.entry, desktopEntry({ ...options, mimeType: MIME_TYPE }))
    await changeDefaults(places, (list) => withDefaultApplication(list, MIME_TYPE, DESKTOP_ENTRY))
    await refresh(places, options)
    return [
      `.oriel, .oriel.ts and .oriel.tsx files are ${MIME_TYPE} and open with Oriel.`,
      `Wrote ${places.entry}`,
      'Undo: oriel register --remove',
    ]
  })
}

/** Takes back all that `register` wrote, and the folders that this leaves empty. Fine if there is nothing. Throws as `register`. */
export async function unregister(options: RegisterOptions): Promise<string[]> {
  requireLinux(options)
  const places = placesOf(options.env)
  return explained(async () => {
    await changeDefaults(places, (list) => withoutApplication(list, MIME_TYPE, DESKTOP_ENTRY))
    const files = [places.mimePackage, places.entry, ...places.icons.map(({ to }) => to)]
    for (const file of files) await rm(file, { force: true })
    await refresh(places, options)
    await removeEmptyCaches(places)
    for (const file of [...files, places.defaults]) await removeEmptyFolders(path.dirname(file), homeOf(options.env))
    return ['Files of Oriel no longer open with it.', `Removed ${places.entry}`]
  })
}

function requireLinux({ platform = process.platform }: RegisterOptions): void {
  if (platform === 'linux') return
  throw new OrielError(
    'not_supported',
    'oriel register is for Linux. On macOS and Windows the installed app sets its file types up by itself.',
  )
}

function homeOf(env: RegisterOptions['env']): string {
  return env.HOME || homedir()
}

function placesOf(env: RegisterOptions['env']): Places {
  const home = homeOf(env)
  // A relative path is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
  const folder = (named: string | undefined, fallback: string): string =>
    named && path.isAbsolute(named) ? named : path.join(home, fallback)
  const data = folder(env.XDG_DATA_HOME, '.local/share')
  const hicolor = path.join(data, 'icons/hicolor')
  const applications = path.join(data, 'applications')
  const mimeIcon = MIME_TYPE.replace('/', '-')
  return {
    data,
    mime: path.join(data, 'mime'),
    mimePackage: path.join(data, 'mime/packages/oriel.xml'),
    applications,
    entry: path.join(applications, DESKTOP_ENTRY),
    icons: [
      { from: 'icon.svg', to: path.join(hicolor, 'scalable/apps/oriel.svg') },
      { from: 'icons/oriel-256.png', to: path.join(hicolor, '256x256/apps/oriel.png') },
      { from: 'icons/oriel-512.png', to: path.join(hicolor, '512x512/apps/oriel.png') },
      { from: 'icons/document.svg', to: path.join(hicolor, `scalable/mimetypes/${mimeIcon}.svg`) },
      { from: 'icons/document-256.png', to: path.join(hicolor, `256x256/mimetypes/${mimeIcon}.png`) },
    ],
    defaults: path.join(folder(env.XDG_CONFIG_HOME, '.config'), 'mimeapps.list'),
  }
}

async function copyTo(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true })
  await copyFile(from, to)
}

async function changeDefaults(places: Places, change: (list: string) => string): Promise<void> {
  const before = await readFile(places.defaults, 'utf8').catch(() => '')
  const after = change(before)
  if (after === before) return
  if (after === '') return rm(places.defaults, { force: true })
  await mkdir(path.dirname(places.defaults), { recursive: true })
  // Not renamed into place: the list is often a link into someone's collection of settings.
  await writeFile(places.defaults, after)
}

/** Tells the desktop what changed. */
async function refresh(places: Places, options: RegisterOptions): Promise<void> {
  await updateMimeDatabase(places, options)
  // Only a cache of who opens what: desktops that want it bring the tool along.
  await run(options, 'update-desktop-database', [places.applications]).catch(() => {})
  const now = new Date()
  // Toolkits look for new icons when the theme's folder is newer than their cache.
  await utimes(path.join(places.data, 'icons/hicolor'), now, now).catch(() => {})
}

async function updateMimeDatabase(
  places: Places,
  options: RegisterOptions,
  { onlyCheck = false }: { onlyCheck?: boolean } = {},
): Promise<void> {
  try {
    if (onlyCheck) await run(options, 'update-mime-database', ['-v'])
    // Without a folder of packages there is nothing to update.
    else if (await readdir(path.dirname(places.mimePackage)).catch(() => null)) {
      await run(options, 'update-mime-database', [places.mime])
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new OrielError(
      'environment',
      'update-mime-database is missing. Install the package shared-mime-info, then run this again.',
      { cause: error },
    )
  }
}

async function run({ env }: RegisterOptions, command: string, args: string[]): Promise<void> {
  await promisify(execFile)(command, args, { env: { ...env } })
}

/** What update-mime-database makes of the packages. */
const MIME_CACHES = [
  'aliases',
  'generic-icons',
  'globs',
  'globs2',
  'icons',
  'magic',
  'mime.cache',
  'subclasses',
  'treemagic',
  'types',
  'version',
  'XMLnamespaces',
]

/** Removes what the update tools leave behind if ours was the only package or entry there. */
async function removeEmptyCaches(places: Places): Promise<void> {
  const packages = await readdir(path.dirname(places.mimePackage)).catch(() => null)
  if (packages?.length === 0) {
    for (const name of MIME_CACHES) await rm(path.join(places.mime, name), { force: true })
    await rmdir(path.join(places.mime, MIME_TYPE.split('/')[0]!)).catch(() => {})
  }
  const entries = await readdir(places.applications).catch(() => [])
  if (entries.length === 1 && entries[0] === 'mimeinfo.cache') await rm(path.join(places.applications, entries[0]))
}

/** Removes `folder` and its parents as long as they are empty and below `home`. */
async function removeEmptyFolders(folder: string, home: string): Promise<void> {
  for (let at = folder; at.startsWith(`${home}${path.sep}`); at = path.dirname(at)) {
    const gone = await rmdir(at).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    )
    if (!gone) return
  }
}

/** What the file system refused, as an error of ours that names the path. */
async function explained(work: () => Promise<string[]>): Promise<string[]> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof OrielError) throw error
    const { code, path: place, message } = error as NodeJS.ErrnoException
    throw new OrielError('environment', place ? `${place} cannot be written (${code}).` : message, { cause: error })
  }
}

import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { BROWSER_FIX, browserVersion, findBrowser } from './hosts/find-browser.ts'
import { HOST_NAMES, detectHost } from './hosts/index.ts'
import type { HostEnvironment } from './hosts/index.ts'
import type { HostName } from './hosts/types.ts'

/** Below this much free space on the home folder's disk the doctor warns. */
const LOW_SPACE_BYTES = 200 * 1024 * 1024
/** How long a display may take to accept a connection, in ms. */
const DISPLAY_TIMEOUT_MS = 2000
/** The oldest Node that the database's binary runs on. */
const OLDEST_NODE = 22

/** `warn`: works, but not all of it, or something better is at hand. `missing`: what needs it does not work. */
export type DoctorStatus = 'ok' | 'warn' | 'missing'

/** One thing that the doctor looked at. */
export interface DoctorRow {
  name: string
  status: DoctorStatus
  version: string | null
  /** Absolute path, or the address of the display. */
  path: string | null
  /** In a few words, what is wrong or worth knowing. */
  note: string | null
  /** What to do about it; null if nothing has to be done. */
  fix: string | null
}

export interface DoctorReport {
  /** What `oriel SCRIPT` opens windows with now; null if nothing here can. */
  host: HostName | null
  rows: DoctorRow[]
}

export interface DoctorOptions {
  /** Absolute path of the home folder. */
  home: string
  env: NodeJS.ProcessEnv
  /** Path of the browser to use (the setting `ORIEL_BROWSER`); null: the one that is found. */
  browser: string | null
  /** default: this system */
  platform?: NodeJS.Platform
}

/** Looks at what Oriel needs of this computer. Changes nothing and never throws for what it finds. */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { env, home, browser: chosen, platform = process.platform } = options
  const environment: HostEnvironment = {
    platform,
    env,
    electronVersion: process.versions.electron ?? null,
    browser: chosen,
  }
  const [host, electron, browser, display, sqlite, homeFolder] = await Promise.all([
    firstHost(environment),
    checkElectron(environment),
    checkBrowser(environment),
    checkDisplay(environment),
    checkSqlite(),
    checkHome(home),
  ])
  const rows = [electron, browser, display, checkSandbox(environment), checkNode(), sqlite, homeFolder]
  return { host, rows: rows.filter((row) => row !== null) }
}

/** The report for a terminal: one line a row, and below it what to do. */
export function formatDoctor(report: DoctorReport): string {
  const nameWidth = Math.max(...report.rows.map(({ name }) => name.length))
  const statusWidth = 'missing'.length
  const indent = ' '.repeat(statusWidth + 2)
  const lines = report.rows.flatMap(({ name, status, version, path: place, note, fix }) => [
    [status.padEnd(statusWidth), name.padEnd(nameWidth), [version, place, note].filter(Boolean).join(', ')].join('  '),
    ...(fix === null ? [] : [`${indent}${fix}`]),
  ])
  const windows =
    report.host === null
      ? 'Nothing here can open a window.'
      : `Windows are opened by: ${report.host}${report.host === 'headless' ? ' (pages are served, their addresses printed)' : ''}`
  return [...lines, '', windows].join('\n')
}

async function firstHost(environment: HostEnvironment): Promise<HostName | null> {
  for (const name of HOST_NAMES) if ((await detectHost(name, environment)).available) return name
  return null
}

async function checkElectron(environment: HostEnvironment): Promise<DoctorRow> {
  const found = await detectHost('electron', environment)
  if (found.available) return ok('Electron', { version: found.version, path: found.path })
  // An installed browser does the same work.
  return { ...ok('Electron', {}), status: 'warn', note: found.reason, fix: found.fix }
}

async function checkBrowser({ browser, platform, env }: HostEnvironment): Promise<DoctorRow> {
  try {
    const found = await findBrowser({ browser, platform, env })
    if (found === null) return missing('Browser', 'no Chromium, Chrome or Edge found', BROWSER_FIX)
    const version = await browserVersion(found, platform)
    if (version !== 'unknown' || platform === 'win32') return ok('Browser', { version, path: found })
    return { ...missing('Browser', 'it does not start', BROWSER_FIX), path: found }
  } catch (error) {
    return missing('Browser', messageOf(error), BROWSER_FIX)
  }
}

async function checkDisplay({ platform, env }: HostEnvironment): Promise<DoctorRow | null> {
  // Elsewhere there is one, or nobody could have logged in.
  if (platform !== 'linux') return null
  const fix = 'Run Oriel in a graphical session; until then windows are pages whose addresses are printed.'
  const address = env.WAYLAND_DISPLAY || env.DISPLAY
  if (!address) return { ...missing('Display', 'neither DISPLAY nor WAYLAND_DISPLAY is set', fix), status: 'warn' }
  const socket = displaySocket(env)
  if (socket === null || (await accepts(socket))) return ok('Display', { path: address })
  return { ...missing('Display', 'nobody answers there', fix), path: address }
}

/** Where the display listens; null where that is not a file, as over a network. */
function displaySocket({ WAYLAND_DISPLAY, DISPLAY, XDG_RUNTIME_DIR }: NodeJS.ProcessEnv): string | null {
  if (WAYLAND_DISPLAY) {
    if (!XDG_RUNTIME_DIR && !path.isAbsolute(WAYLAND_DISPLAY)) return null
    return path.resolve(XDG_RUNTIME_DIR ?? '/', WAYLAND_DISPLAY)
  }
  const number = /^(?:unix)?:(\d+)/.exec(DISPLAY ?? '')?.[1]
  return number === undefined ? null : `/tmp/.X11-unix/X${number}`
}

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(DISPLAY_TIMEOUT_MS, () => end(false))
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}

function checkSandbox({ platform }: HostEnvironment): DoctorRow | null {
  if (platform !== 'linux' || process.getuid?.() !== 0) return null
  return {
    ...ok('Sandbox', { note: 'off, because Chromium has none for root' }),
    status: 'warn',
    fix: 'Run Oriel as an ordinary user.',
  }
}

function checkNode(): DoctorRow {
  const version = process.versions.node
  const row = ok('Node', { version, path: process.execPath })
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return row
  return { ...row, status: 'missing', note: 'too old', fix: `Use Node ${OLDEST_NODE} or newer.` }
}

async function checkSqlite(): Promise<DoctorRow> {
  try {
    // Loaded only now: a binary that does not load here is a finding.
    const { sqliteVersion } = await import('./stores/sqlite/probe.ts')
    return ok('SQLite', { version: sqliteVersion() })
  } catch (error) {
    const fix = 'Install Oriel again on this computer (npm ci); until then nothing is kept after a session ends.'
    return missing('SQLite', messageOf(error).split('\n')[0] ?? '', fix)
  }
}

async function checkHome(home: string): Promise<DoctorRow> {
  const name = 'Home folder'
  const fix = 'Make it writable, or name another folder in ORIEL_HOME; until then nothing is kept after a session ends.'
  const existing = await nearestExisting(home)
  try {
    if (!(await stat(existing)).isDirectory())
      return { ...missing(name, `${existing} is not a folder`, fix), path: home }
    await tryToWrite(existing, existing === home)
  } catch (error) {
    return { ...missing(name, `cannot be written (${codeOf(error)})`, fix), path: home }
  }
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  const row = ok(name, { path: home, note: `${formatBytes(free)} free` })
  return free >= LOW_SPACE_BYTES ? row : { ...row, status: 'warn', fix: 'Make room on this disk.' }
}

/** The folder itself, or of its parents the first that is there. */
async function nearestExisting(folder: string): Promise<string> {
  for (let at = folder; ; at = path.dirname(at)) {
    const isThere = await stat(at).then(
      () => true,
      () => false,
    )
    if (isThere || at === path.dirname(at)) return at
  }
}

async function tryToWrite(folder: string, isHome: boolean): Promise<void> {
  await access(folder, constants.W_OK)
  // Only in a folder of ours: a disk that is mounted read-only or full says so at the first write.
  if (!isHome) return
  const file = path.join(folder, `.doctor-${process.pid}`)
  try {
    await writeFile(file, 'x')
  } finally {
    await rm(file, { force: true })
  }
}

function ok(name: string, found: { version?: string; path?: string | null; note?: string }): DoctorRow {
  const { version = null, path: place = null, note = null } = found
  return { name, status: 'ok', version, path: place, note, fix: null }
}

function missing(name: string, note: string, fix: string): DoctorRow {
  return { name, status: 'missing', version: null, path: null, note, fix }
}

function formatBytes(bytes: number): string {
  const gibibytes = bytes / 1024 ** 3
  return gibibytes >= 1 ? `${gibibytes.toFixed(1)} GiB` : `${Math.floor(bytes / 1024 ** 2)} MiB`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error)
}

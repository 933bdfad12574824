import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { OrielError } from '../../shared/errors.ts'

/** Where to look. */
export interface FindBrowserOptions {
  /** Path that goes before everything else (the setting `ORIEL_BROWSER`); null: look for one. */
  browser: string | null
  platform?: NodeJS.Platform
  /** default `process.env` */
  env?: NodeJS.ProcessEnv
}

/** How to come by a browser, for messages. */
export const BROWSER_FIX =
  'Install Chromium, Chrome or Edge (for example: apt install chromium), or name one in ORIEL_BROWSER.'

/** Best first: Chromium's own name, then Chrome, then Edge. */
const LINUX_NAMES = [
  'chromium',
  'google-chrome-stable',
  'google-chrome',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
]
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge']
const WINDOWS_PATHS = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
]

/**
 * Absolute path of an installed Chromium, Chrome or Edge; null if there is none. The usual places are looked at first,
 * which takes no process; only then chrome-launcher searches the system.
 * Throws `host_unavailable` if `browser` names a file that cannot be run.
 */
export async function findBrowser(options: FindBrowserOptions): Promise<string | null> {
  const { browser, platform = process.platform, env = process.env } = options
  if (browser !== null) {
    if (await canRun(browser)) return browser
    throw new OrielError('host_unavailable', `The browser ${browser} named in ORIEL_BROWSER cannot be run.`)
  }
  for (const path of usualPlaces(platform, env)) if (await canRun(path)) return path
  // It writes to `process.env` on WSL and reads its own platform, so it can only answer for this machine.
  if (platform !== process.platform || env !== process.env) return null
  try {
    const { Launcher } = await import('chrome-launcher')
    return Launcher.getInstallations()[0] ?? null
  } catch {
    return null
  }
}

/** What the browser calls itself, e.g. `Chromium 150.0.1.2`. Runs it, so only for `oriel doctor`; `unknown` if it does not say. */
export async function browserVersion(path: string, platform: NodeJS.Platform = process.platform): Promise<string> {
  // On Windows `--version` opens a window instead. https://crbug.com/158372
  if (platform === 'win32') return 'unknown'
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 })
    return /^.*?\d+(\.\d+)+/m.exec(stdout)?.[0].trim() ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

function usualPlaces(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  if (platform === 'win32') {
    const roots = [env.LOCALAPPDATA, env.PROGRAMFILES, env['PROGRAMFILES(X86)']].filter((root) => root !== undefined)
    return WINDOWS_PATHS.flatMap((path) => roots.map((root) => join(root, ...path)))
  }
  if (platform === 'darwin') {
    const roots = ['/Applications', ...(env.HOME === undefined ? [] : [join(env.HOME, 'Applications')])]
    return MAC_APPS.flatMap((app) => roots.map((root) => join(root, `${app}.app`, 'Contents', 'MacOS', app)))
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

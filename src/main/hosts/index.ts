import { readFile, access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import type { ElectronHostOptions } from './electron.ts'
import { BROWSER_FIX, browserVersion, findBrowser } from './find-browser.ts'
import type { HostAvailability, HostName, WindowHost } from './types.ts'

/** What decides which hosts can work here. */
export interface HostEnvironment {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  /** Version of Electron that this process runs in; null in plain Node. */
  electronVersion: string | null
  /** Path of the browser to use (the setting `ORIEL_BROWSER`); null: the one that is found. */
  browser: string | null
}

/** What hosts are made with; each takes what it needs. */
export interface HostOptions {
  log: Log
  /** Absolute path of the home folder; browser profiles lie in it. */
  homeDir: string
  /** Path of the browser to use (the setting `ORIEL_BROWSER`); null: the one that is found. */
  browser: string | null
  /** Headless: paint every window from the start instead of announcing it. default false */
  render?: boolean
  /** Headless: tells the person where a window's page is. */
  announce: (window: { title: string; url: string }) => void
  /** Headless: an address of the same page with an unused ticket, for `capture` of an announced window. */
  freshUrl?: (url: string) => string | Promise<string>
  /** Takes one sentence for the person. */
  warn: (text: string) => void
  /** Only inside Electron, given by its composition root. */
  electron?: Pick<ElectronHostOptions, 'electron' | 'preload'>
  /** default: this process's */
  environment?: HostEnvironment
}

interface HostEntry {
  detect(environment: HostEnvironment): Promise<HostAvailability>
  /** Loads the adapter only now: nobody but Electron can load what that one needs. */
  create(options: HostOptions, environment: HostEnvironment): Promise<WindowHost>
}

/** Every host by name, in the order in which they are tried. */
const HOSTS: Record<HostName, HostEntry> = {
  electron: {
    detect: detectElectron,
    create: async ({ electron, log }) => {
      if (electron === undefined)
        throw new OrielError('host_unavailable', 'Electron’s windows need Oriel to be started by Electron.')
      const { createElectronHost } = await import('./electron.ts')
      return createElectronHost({ ...electron, log })
    },
  },
  chromium: {
    detect: async (environment) => {
      const display = displayOf(environment)
      if (!display.available) return display
      return detectBrowser(environment)
    },
    create: async ({ log, homeDir, warn }, environment) => {
      const { createChromiumHost } = await import('./chromium.ts')
      return createChromiumHost({
        browserPath: await requireBrowser(environment),
        profileFolder: join(homeDir, 'chromium'),
        log,
        warn,
        extraArgs: extraArgs(environment),
        platform: environment.platform,
        env: environment.env,
      })
    },
  },
  headless: {
    // Pages can be served without any browser here; only pictures need one.
    detect: async (environment) => {
      const found = await detectBrowser(environment).catch(() => null)
      return found?.available === true ? found : { available: true, version: 'no browser', path: null }
    },
    create: async ({ log, homeDir, announce, freshUrl, render = false }, environment) => {
      const { createHeadlessHost } = await import('./headless.ts')
      return createHeadlessHost({
        render,
        announce,
        freshUrl,
        findBrowser: () => requireBrowser(environment),
        profilesFolder: join(homeDir, 'headless'),
        log,
        extraArgs: extraArgs(environment),
        platform: environment.platform,
      })
    },
  },
}

/** The names of all hosts, in the order in which they are tried. */
export const HOST_NAMES = Object.keys(HOSTS) as HostName[]

/** What this process runs in. */
export function thisEnvironment(browser: string | null): HostEnvironment {
  const { platform, env, versions } = process
  return { platform, env, electronVersion: versions.electron ?? null, browser }
}

/**
 * Whether a host can work here, and if not why and what to do. With `exactVersion` the browser is run to ask for its
 * version, which takes a moment; else `version` is empty where only that would tell.
 * For electron in plain Node, `path` is the binary that Oriel would have to be started by.
 */
export async function detectHost(
  name: HostName,
  environment: HostEnvironment,
  options: { exactVersion?: boolean } = {},
): Promise<HostAvailability> {
  const found = await HOSTS[name].detect(environment).catch((error: unknown): HostAvailability => {
    if (!(error instanceof OrielError)) throw error
    return { available: false, reason: error.message, fix: BROWSER_FIX }
  })
  if (options.exactVersion !== true || !found.available || found.path === null || name === 'electron') return found
  return { ...found, version: await browserVersion(found.path, environment.platform) }
}

/**
 * Makes the requested host, or the first that works here: electron (inside Electron only), chromium, headless. `note` is
 * one sentence for the person if a better host was passed over. Nothing is started yet.
 * Throws `host_unavailable`, saying what to install, if the requested host cannot work here.
 */
export async function chooseHost(
  requested: HostName | undefined,
  options: HostOptions,
): Promise<{ host: WindowHost; note: string | null }> {
  const environment = options.environment ?? thisEnvironment(options.browser)
  if (requested !== undefined) {
    const found = await detectHost(requested, environment)
    if (!found.available)
      throw new OrielError('host_unavailable', `The host ${requested} cannot work here: ${found.reason} ${found.fix}`)
    return { host: await HOSTS[requested].create(options, environment), note: null }
  }
  let reason: string | null = null
  for (const name of HOST_NAMES) {
    const found = await detectHost(name, environment)
    // A binary that is there does not help a process that runs in plain Node.
    const usable = name !== 'electron' || options.electron !== undefined
    if (found.available && usable) {
      const note = reason === null ? null : `${reason} ${INSTEAD[name]}`
      return { host: await HOSTS[name].create(options, environment), note }
    }
    if (!found.available) reason = found.reason
  }
  throw new OrielError('host_unavailable', `No window can be opened here. ${BROWSER_FIX}`)
}

const INSTEAD: Record<HostName, string> = {
  electron: 'Windows open in Electron.',
  chromium: 'Windows open in the installed browser.',
  headless: 'The addresses of the pages are printed instead.',
}

async function detectElectron(environment: HostEnvironment): Promise<HostAvailability> {
  const { electronVersion, env } = environment
  if (electronVersion !== null) return { available: true, version: electronVersion, path: process.execPath }
  const fix = 'Run `npm install` with access to the network, or node node_modules/electron/install.js.'
  try {
    // Read rather than imported: the package downloads its binary when asked for the path.
    const require = createRequire(import.meta.url)
    const manifest = require.resolve('electron/package.json')
    const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
    const elsewhere = env.ELECTRON_OVERRIDE_DIST_PATH
    const relative = await readFile(join(dirname(manifest), 'path.txt'), 'utf8').catch((error: unknown) => {
      // As the package itself has it.
      if (elsewhere) return 'electron'
      throw error
    })
    const path = join(elsewhere || join(dirname(manifest), 'dist'), relative.trim())
    await access(path)
    const display = displayOf(environment)
    return display.available ? { available: true, version, path } : display
  } catch {
    return { available: false, reason: 'Electron is not installed.', fix }
  }
}

async function detectBrowser({ browser, platform, env }: HostEnvironment): Promise<HostAvailability> {
  const path = await findBrowser({ browser, platform, env })
  if (path === null) return { available: false, reason: 'No Chromium, Chrome or Edge is installed.', fix: BROWSER_FIX }
  return { available: true, version: '', path }
}

async function requireBrowser(environment: HostEnvironment): Promise<string> {
  const found = await detectBrowser(environment)
  if (!found.available) throw new OrielError('host_unavailable', `${found.reason} ${found.fix}`)
  return found.path ?? ''
}

function displayOf({ platform, env }: HostEnvironment): HostAvailability {
  if (platform !== 'linux' || isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY))
    return { available: true, version: '', path: null }
  return {
    available: false,
    reason: 'There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).',
    fix: 'Run Oriel in a graphical session, or use --host headless.',
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** More flags for the browser, separated by spaces. Only tests use it: `--remote-debugging-port=0` lets Playwright attach. */
function extraArgs({ env }: HostEnvironment): string[] {
  return (env.ORIEL_BROWSER_ARGS ?? '').split(' ').filter((arg) => arg !== '')
}

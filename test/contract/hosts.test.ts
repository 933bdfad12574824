import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createChromiumHost } from '../../src/main/hosts/chromium.ts'
import { findBrowser } from '../../src/main/hosts/find-browser.ts'
import { createHeadlessHost } from '../../src/main/hosts/headless.ts'
import type { WindowHost, WindowOptions } from '../../src/main/hosts/types.ts'
import { silentLog } from '../../src/main/log.ts'
import { OrielError } from '../../src/shared/errors.ts'
import { processesNaming } from '../e2e/support/processes.ts'
import { readPng } from '../support/png.ts'
import { startTestSite } from '../support/test-site.ts'
import type { TestSite } from '../support/test-site.ts'
import { startXvfb } from '../support/xvfb.ts'
import { hostContract } from './suites/host-contract.ts'

let folder: string
let profileFolder: string
let profilesFolder: string
const browserPath = (await findBrowser({ browser: process.env.ORIEL_BROWSER ?? null })) ?? 'no browser'
// The browser's own popup blocker would hide whether ours works; the port closes windows from outside.
const extraArgs = ['--disable-popup-blocking', '--remote-debugging-port=0']
let display: Awaited<ReturnType<typeof startXvfb>> | null = null
let site: TestSite

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oriel-hosts-'))
  profileFolder = join(folder, 'chromium')
  profilesFolder = join(folder, 'headless')
  // Elsewhere the system's own screen is there.
  if (process.platform === 'linux') {
    display = await startXvfb()
    vi.stubEnv('DISPLAY', display.display)
    vi.stubEnv('WAYLAND_DISPLAY', undefined)
  }
  site = await startTestSite()
})

afterAll(async () => {
  await site.close()
  await display?.stop()
  const left = await waitForNone(folder)
  const profiles = existsSync(profilesFolder) ? readdirSync(profilesFolder) : []
  rmSync(folder, { recursive: true, force: true })
  expect(left, 'processes left behind').toEqual([])
  expect(profiles, 'passing profiles left behind').toEqual([])
})

const chromium = (change: Partial<Parameters<typeof createChromiumHost>[0]> = {}): WindowHost =>
  createChromiumHost({ browserPath, profileFolder, log: silentLog, extraArgs, boundsPollMs: 50, ...change })
const headless = (change: Partial<Parameters<typeof createHeadlessHost>[0]> = {}): WindowHost =>
  createHeadlessHost({
    render: true,
    announce: () => undefined,
    findBrowser: async () => browserPath,
    profilesFolder,
    log: silentLog,
    extraArgs,
    ...change,
  })
const wanted = (url: string, change: Partial<WindowOptions> = {}): WindowOptions => ({
  url,
  title: 'A window',
  width: 420,
  height: 310,
  x: null,
  y: null,
  resizable: true,
  theme: 'system',
  ...change,
})

/** The host, closed when the test is over. */
function during(host: WindowHost): WindowHost {
  onTestFinished(() => host.close())
  return host
}

/** Processes that still name the folder once they had time to end. A hook asks this too, where `expect.poll` is refused. */
async function waitForNone(text: string): Promise<string[]> {
  await vi.waitFor(() => expect(processesNaming(text)).toEqual([]), { timeout: 20_000 }).catch(() => undefined)
  return processesNaming(text).map(({ command }) => command)
}

/** Closes a page from outside, over the browser's own port. */
async function closeFromOutside(profile: string, targetId: string): Promise<void> {
  const port = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0]
  await fetch(`http://127.0.0.1:${port}/json/close/${targetId}`)
}

/** The browser of a profile: the process that is nobody's `--type=`. */
const browserOf = (profile: string): number[] =>
  processesNaming(`--user-data-dir=${profile}`)
    .filter(({ command }) => !command.includes('--type='))
    .map(({ pid }) => pid)

const failsWith = (code: string, message: RegExp | string = ''): OrielError =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as OrielError

hostContract('chromium', () => ({
  create: chromium,
  closeByHand: ({ id }) => closeFromOutside(profileFolder, id),
  rendersPages: true,
}))

hostContract('headless, rendering', () => ({
  create: headless,
  closeByHand: ({ id }) => closeFromOutside(join(profilesFolder, readdirSync(profilesFolder)[0] ?? ''), id),
  rendersPages: true,
}))

hostContract('headless, announcing', () => ({
  create: () => headless({ render: false }),
  closeByHand: (window) => window.close(),
  rendersPages: false,
}))

describe('chromium', () => {
  test('[H8] [H13] no address of a page is on a command line, where everybody on the machine could read its ticket', async () => {
    const host = during(chromium())
    const url = site.url('/plain', { ticket: 'secret-of-the-first' })
    await host.open(wanted(url))
    await host.open(wanted(site.url('/plain', { ticket: 'secret-of-the-second' })))
    await site.report('width', 'secret-of-the-second')
    expect(browserOf(profileFolder)).toHaveLength(1)
    expect(processesNaming('secret-of-the')).toEqual([])
  })

  test('[H2] [H9] a browser that crashes closes its windows, is told of once, and the next window starts another', async () => {
    const host = during(chromium())
    const exits: string[] = []
    const windows = [await host.open(wanted(site.url('/plain'))), await host.open(wanted(site.url('/plain')))]
    const told = new Promise<void>((resolve) => {
      host.onExit((reason) => {
        exits.push(reason)
        resolve()
      })
    })
    for (const pid of browserOf(profileFolder)) process.kill(pid, 'SIGKILL')
    await told
    await Promise.all(windows.map((window) => window.closed))
    await expect(windows[0]?.getBounds()).rejects.toThrow(failsWith('window_closed'))
    const next = await host.open(wanted(site.url('/plain', { mark: 'after-crash' })))
    await site.report('width', 'after-crash')
    await next.close()
    expect(exits).toEqual(['The browser ended: it got SIGKILL.'])
  })

  test('the lock of a browser that ran on another machine or was killed does not stop the next', async () => {
    const profile = join(folder, 'stale')
    mkdirSync(profile)
    for (const owner of ['another-machine-4242', `${'x'.repeat(8)}-1`]) {
      symlinkSync(owner, join(profile, 'SingletonLock'))
      symlinkSync('/nowhere/SingletonSocket', join(profile, 'SingletonSocket'))
      const host = during(chromium({ profileFolder: profile }))
      await host.open(wanted(site.url('/plain')))
      await host.close()
    }
  })

  test('[H10] when our process is killed the browser ends by itself', async () => {
    const profile = join(folder, 'orphan')
    const program = `
      const { createChromiumHost } = await import(${JSON.stringify(import.meta.resolve('../../src/main/hosts/chromium.ts'))})
      const log = { debug() {}, info() {}, warn() {}, error() {} }
      const host = createChromiumHost({ browserPath: ${JSON.stringify(browserPath)}, profileFolder: ${JSON.stringify(profile)}, log })
      await host.open(${JSON.stringify(wanted(site.url('/plain')))})
      console.log('open')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    expect(browserOf(profile)).toHaveLength(1)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await waitForNone(profile)).toEqual([])
  })

  test('when our process exits without closing the host the browser is killed', async () => {
    const profile = join(folder, 'exit')
    const program = `
      const { createChromiumHost } = await import(${JSON.stringify(import.meta.resolve('../../src/main/hosts/chromium.ts'))})
      const log = { debug() {}, info() {}, warn() {}, error() {} }
      const host = createChromiumHost({ browserPath: ${JSON.stringify(browserPath)}, profileFolder: ${JSON.stringify(profile)}, log })
      await host.open(${JSON.stringify(wanted(site.url('/plain')))})
      process.exit(0)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
    await once(child, 'exit')
    expect(await waitForNone(profile)).toEqual([])
  })

  test('pages that never answer again keep no other window from opening or closing', async () => {
    const host = during(chromium())
    const stuck = await host.open(wanted(site.url('/stuck', { mark: 'stuck' })))
    await site.report('stuck', 'stuck')
    // The only page there is hangs.
    const second = await host.open(wanted(site.url('/plain', { mark: 'beside-stuck' })))
    await site.report('width', 'beside-stuck')
    expect((await second.getBounds()).width).toBe(420)
    // One of two hangs.
    await host.open(wanted(site.url('/plain', { mark: 'third' })))
    await site.report('width', 'third')
    await stuck.close()
  })

  test('[H1] a browser that cannot be started is host_unavailable with what it said', async () => {
    const missing = during(chromium({ browserPath: join(folder, 'no-such-browser') }))
    await expect(missing.open(wanted(site.url('/plain')))).rejects.toThrow(
      failsWith('host_unavailable', /no-such-browser/),
    )
    const noBrowser = during(chromium({ browserPath: '/bin/false' }))
    await expect(noBrowser.open(wanted(site.url('/plain')))).rejects.toThrow(
      failsWith('host_unavailable', /\/bin\/false did not start: it ended with code 1/),
    )
  })

  test('the sandbox is off only for root, and the person is told once', async () => {
    const warnings: string[] = []
    const asRoot = process.getuid?.() === 0
    const host = during(chromium({ warn: (text) => warnings.push(text) }))
    const window = await host.open(wanted(site.url('/plain')))
    expect(
      processesNaming(`--user-data-dir=${profileFolder}`).some(({ command }) => command.includes('--no-sandbox')),
    ).toBe(asRoot)
    await window.close()
    await host.open(wanted(site.url('/plain')))
    expect(warnings).toHaveLength(asRoot ? 1 : 0)
  })
})

describe('headless', () => {
  test('[H12] a window is announced once with its title and address, and nothing is started', async () => {
    const announced: object[] = []
    const host = during(headless({ render: false, announce: (window) => announced.push(window) }))
    const url = site.url('/plain', { ticket: 'announced' })
    const window = await host.open(wanted(url, { title: 'Sales' }))
    expect(announced).toEqual([{ title: 'Sales', url }])
    await window.setTitle('Sales 2')
    expect(announced).toHaveLength(1)
    expect(processesNaming(profilesFolder)).toEqual([])
  })

  test('an announced window is captured through an address of its own', async () => {
    const fresh = site.url('/plain', { ticket: 'fresh' })
    const asked: string[] = []
    const host = during(
      headless({
        render: false,
        freshUrl: async (url) => {
          asked.push(url)
          return fresh
        },
      }),
    )
    const url = site.url('/plain', { ticket: 'taken' })
    const window = await host.open(wanted(url))
    await window.setBounds({ width: 333 })
    expect(readPng(await window.capture())).toEqual({ width: 333, height: 310, color: [200, 100, 50] })
    expect(asked).toEqual([url])
    expect(site.requests.filter((path) => path.includes('taken'))).toEqual([])
  })

  test('a picture has as many pixels to a DIP as it is told to', async () => {
    const host = during(headless({ deviceScaleFactor: 2 }))
    const window = await host.open(wanted(site.url('/plain', { mark: 'double' })))
    await site.report('width', 'double')
    expect(readPng(await window.capture())).toMatchObject({ width: 840, height: 620 })
    await window.setBounds({ height: 200 })
    expect(readPng(await window.capture())).toMatchObject({ width: 840, height: 400 })
  })

  test('without a browser pages are announced all the same; a picture says what to install', async () => {
    const host = during(
      headless({
        render: false,
        findBrowser: async () => {
          throw new OrielError('host_unavailable', 'Install Chromium.')
        },
      }),
    )
    const window = await host.open(wanted(site.url('/plain')))
    await expect(window.capture()).rejects.toThrow(failsWith('host_unavailable', 'Install Chromium.'))
    expect((await window.getBounds()).width).toBe(420)
  })

  test('[H2] a browser that crashes under rendered windows closes them and is told of', async () => {
    const host = during(headless())
    const window = await host.open(wanted(site.url('/plain')))
    const told = new Promise<string>((resolve) => host.onExit(resolve))
    for (const { pid } of processesNaming(`--user-data-dir=${profilesFolder}`)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // One of its children that went with it.
      }
    }
    expect(await told).toMatch(/^The headless browser ended: it got SIGKILL/)
    await window.closed
  })

  test('[H10] profiles that killed processes left are removed', async () => {
    mkdirSync(join(profilesFolder, 'run-999999999-left'), { recursive: true })
    const host = during(headless())
    await host.open(wanted(site.url('/plain')))
    expect(readdirSync(profilesFolder)).toEqual([expect.stringMatching(`^run-${process.pid}-`)])
  })
})

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findBrowser } from '../../src/main/hosts/find-browser.ts'
import { detectHost, thisEnvironment } from '../../src/main/hosts/index.ts'
import { startRemoteHosts } from '../support/remote-host/client.ts'
import type { RemoteHostProcess } from '../support/remote-host/client.ts'
import { buildElectronProgram } from '../support/remote-host/electron.ts'
import { startXvfb } from '../support/xvfb.ts'
import { hostContract } from './suites/host-contract.ts'

/* Hosts in a process of their own: real Electron where its binary is, and the link to it proved with another host. */

const CHILD = path.resolve(import.meta.dirname, '../support/remote-host/headless-child.ts')
// A display of its own is started below.
const environment = { ...thisEnvironment(null), env: { ...process.env, DISPLAY: ':0' } }
const electron = await detectHost('electron', environment)
let folder: string
let display: Awaited<ReturnType<typeof startXvfb>> | null = null

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-remote-'))
  if (process.platform !== 'linux') return
  display = await startXvfb()
  vi.stubEnv('DISPLAY', display.display)
  vi.stubEnv('WAYLAND_DISPLAY', undefined)
})
afterAll(async () => {
  await display?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('over the link', () => {
  let remote: RemoteHostProcess
  let profilesFolder: string

  beforeAll(async () => {
    profilesFolder = path.join(folder, 'profiles')
    const browser = await findBrowser({ browser: process.env.ORIEL_BROWSER ?? null })
    const flags = ['--disable-popup-blocking', '--remote-debugging-port=0']
    remote = await startRemoteHosts({
      path: process.execPath,
      args: [CHILD, browser ?? 'no browser', profilesFolder, ...flags],
    })
  })
  afterAll(async () => {
    expect(await remote.close()).toBe(0)
  })

  hostContract('headless, rendering, in another process', () => ({
    create: () => remote.create(),
    closeByHand: async ({ id }) => {
      const [profile = ''] = readdirSync(profilesFolder)
      const port = readFileSync(path.join(profilesFolder, profile, 'DevToolsActivePort'), 'utf8').split('\n')[0]
      await fetch(`http://127.0.0.1:${port}/json/close/${id}`)
    },
    rendersPages: true,
  }))
})

test('a program that cannot make windows is told of, and nothing waits for it', async () => {
  await expect(startRemoteHosts({ path: process.execPath, args: ['-e', 'process.exit(5)'] })).rejects.toThrow(/with 5/)
  await expect(startRemoteHosts({ path: '/no/such/program', args: [] })).rejects.toThrow(/ENOENT/)
})

if (electron.available) {
  describe('Electron', () => {
    let remote: RemoteHostProcess

    beforeAll(async () => {
      const app = path.join(folder, 'electron')
      mkdirSync(app)
      remote = await startRemoteHosts(await buildElectronProgram(electron.path ?? '', app))
    }, 60_000)
    afterAll(async () => {
      expect(await remote.close()).toBe(0)
    })

    hostContract('electron', () => ({
      create: () => remote.create(),
      closeByHand: (window) => remote.closeByHand(window),
      frame: remote.frame,
      titleOf: (window) => remote.nativeTitle(window),
      rendersPages: true,
    }))
  })
} else {
  test('electron is in the contract where its binary is', () => {
    process.stdout.write('electron: binary not installed, contract suite not run on it\n')
  })
}

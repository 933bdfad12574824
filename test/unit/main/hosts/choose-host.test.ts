import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOST_NAMES, chooseHost, detectHost } from '../../../../src/main/hosts/index.ts'
import type { HostEnvironment, HostOptions } from '../../../../src/main/hosts/index.ts'
import type { HostName } from '../../../../src/main/hosts/types.ts'
import { silentLog } from '../../../../src/main/log.ts'
import { createElectronDouble } from '../../../support/electron-double.ts'

let folder: string
let browser: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-choose-'))
  browser = path.join(folder, 'chromium')
  writeFileSync(browser, '#!/bin/sh\necho "Chromium 150.1.2.3 for tests"\n')
  chmodSync(browser, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A Linux desktop with a browser, unless changed. */
const environment = (change: Partial<HostEnvironment> = {}): HostEnvironment => ({
  platform: 'linux',
  env: { PATH: folder, DISPLAY: ':0' },
  electronVersion: null,
  browser: null,
  ...change,
})
const noBrowser = { env: { PATH: '/nowhere', DISPLAY: ':0' } }
const noDisplay = (): Partial<HostEnvironment> => ({ env: { PATH: folder } })
const options = (change: Partial<HostEnvironment> = {}, more: Partial<HostOptions> = {}): HostOptions => ({
  log: silentLog,
  homeDir: folder,
  browser: null,
  announce: () => undefined,
  warn: () => undefined,
  environment: environment(change),
  ...more,
})
const choose = async (
  requested: HostName | undefined,
  chosenOptions: HostOptions,
): Promise<[HostName, string | null]> => {
  const { host, note } = await chooseHost(requested, chosenOptions)
  await host.close()
  return [host.name, note]
}

describe('choosing a window host', () => {
  test('electron, chromium, headless is the order', () => {
    expect(HOST_NAMES).toEqual(['electron', 'chromium', 'headless'])
  })

  test('inside Electron it is electron, without a word', async () => {
    const electron = { electron: createElectronDouble().electron, preload: '/preload.cjs' }
    expect(await choose(undefined, options({ electronVersion: '45.0.0' }, { electron }))).toEqual(['electron', null])
  })

  test('in plain Node it is an installed browser, where there is a display', async () => {
    expect((await choose(undefined, options()))[0]).toBe('chromium')
    expect((await choose(undefined, options({ env: { PATH: folder, WAYLAND_DISPLAY: 'wayland-0' } })))[0]).toBe(
      'chromium',
    )
  })

  test('without a display or a browser it is headless, and says why in one line', async () => {
    const [name, note] = await choose(undefined, options(noDisplay()))
    expect(name).toBe('headless')
    expect(note).toMatch(/^There is no display .* printed instead\.$/)
    expect(await choose(undefined, options(noBrowser))).toEqual([
      'headless',
      'No Chromium, Chrome or Edge is installed. The addresses of the pages are printed instead.',
    ])
  })

  test('a requested host that cannot work is host_unavailable and says what to do', async () => {
    const refused = (message: RegExp): unknown =>
      expect.objectContaining({ code: 'host_unavailable', message: expect.stringMatching(message) as string })
    await expect(choose('chromium', options(noBrowser))).rejects.toEqual(refused(/Install Chromium, Chrome or Edge/))
    await expect(choose('chromium', options(noDisplay()))).rejects.toEqual(
      refused(/graphical session.*--host headless/),
    )
    await expect(choose('electron', options())).rejects.toEqual(refused(/Electron/))
    await expect(choose('chromium', options({ browser: '/no/such/browser' }))).rejects.toEqual(
      refused(/\/no\/such\/browser named in ORIEL_BROWSER cannot be run/),
    )
  })

  test('a requested host is taken although a better one is there', async () => {
    expect(await choose('headless', options())).toEqual(['headless', null])
    expect(await choose('chromium', options())).toEqual(['chromium', null])
  })

  test('detecting tells the path; the version only when asked for, because the browser has to be run for it', async () => {
    expect(await detectHost('chromium', environment())).toEqual({ available: true, version: '', path: browser })
    expect(await detectHost('chromium', environment(), { exactVersion: true })).toEqual({
      available: true,
      version: 'Chromium 150.1.2.3',
      path: browser,
    })
    expect(await detectHost('electron', environment({ electronVersion: '45.0.0' }))).toMatchObject({
      available: true,
      version: '45.0.0',
    })
    expect(await detectHost('headless', environment(noBrowser))).toEqual({
      available: true,
      version: 'no browser',
      path: null,
    })
    expect(await detectHost('chromium', environment({ browser: '/no/such/browser' }))).toMatchObject({
      available: false,
    })
  })
})

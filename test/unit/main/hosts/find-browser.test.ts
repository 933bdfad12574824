import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { browserVersion, findBrowser } from '../../../../src/main/hosts/find-browser.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-find-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function install(...parts: string[]): string {
  const file = path.join(folder, ...parts)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, '#!/bin/sh\nexit 1\n')
  chmodSync(file, 0o755)
  return file
}

describe('finding a browser', () => {
  test('on Linux it is looked for by name in PATH: Chromium, then Chrome, then Edge', async () => {
    const find = (): Promise<string | null> =>
      findBrowser({ browser: null, platform: 'linux', env: { PATH: `${folder}/a:${folder}/b:.` } })
    expect(await find()).toBeNull()
    const edge = install('a', 'microsoft-edge')
    expect(await find()).toBe(edge)
    const chrome = install('b', 'google-chrome')
    expect(await find()).toBe(chrome)
    const chromium = install('b', 'chromium')
    expect(await find()).toBe(chromium)
  })

  test('on macOS it is looked for among the person’s applications too', async () => {
    const edge = install('Applications', 'Microsoft Edge.app', 'Contents', 'MacOS', 'Microsoft Edge')
    expect(await findBrowser({ browser: null, platform: 'darwin', env: { HOME: folder } })).toBe(edge)
  })

  test('on Windows it is looked for where programs are installed, for all and for one', async () => {
    const edge = install('x86', 'Microsoft', 'Edge', 'Application', 'msedge.exe')
    const env = { LOCALAPPDATA: path.join(folder, 'local'), 'PROGRAMFILES(X86)': path.join(folder, 'x86') }
    expect(await findBrowser({ browser: null, platform: 'win32', env })).toBe(edge)
    const chrome = install('local', 'Google', 'Chrome', 'Application', 'chrome.exe')
    expect(await findBrowser({ browser: null, platform: 'win32', env })).toBe(chrome)
  })

  test('the one that is named goes before all others, and must be there', async () => {
    install('a', 'chromium')
    const own = install('own-browser')
    const env = { PATH: `${folder}/a` }
    expect(await findBrowser({ browser: own, platform: 'linux', env })).toBe(own)
    await expect(findBrowser({ browser: `${own}-not`, platform: 'linux', env })).rejects.toMatchObject({
      code: 'host_unavailable',
      message: `The browser ${own}-not named in ORIEL_BROWSER cannot be run.`,
    })
  })

  test('a browser that does not tell its version is unknown', async () => {
    expect(await browserVersion(install('silent'))).toBe('unknown')
    expect(await browserVersion(path.join(folder, 'missing'))).toBe('unknown')
    expect(await browserVersion(install('chrome.exe'), 'win32')).toBe('unknown')
  })
})

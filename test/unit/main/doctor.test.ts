import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatDoctor, runDoctor } from '../../../src/main/doctor.ts'
import type { DoctorReport, DoctorRow } from '../../../src/main/doctor.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-doctor-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A report of a Linux computer whose PATH holds only what the test put there. */
async function report(
  env: NodeJS.ProcessEnv = {},
  home = folder,
  browser: string | null = null,
): Promise<DoctorReport> {
  return runDoctor({ home, browser, env: { PATH: path.join(folder, 'bin'), ...env }, platform: 'linux' })
}

const row = ({ rows }: DoctorReport, name: string): DoctorRow => {
  const found = rows.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`no row ${name}`)
  return found
}

function installBrowser(says: string): string {
  mkdirSync(path.join(folder, 'bin'), { recursive: true })
  const file = path.join(folder, 'bin/chromium')
  writeFileSync(file, `#!/bin/sh\n${says}\n`, { mode: 0o755 })
  return file
}

describe.skipIf(process.platform === 'win32')('oriel doctor', () => {
  it('names Node and SQLite with their versions', async () => {
    const found = await report()
    expect(row(found, 'Node')).toMatchObject({ status: 'ok', version: process.versions.node, path: process.execPath })
    expect(row(found, 'SQLite')).toMatchObject({ status: 'ok', version: expect.stringMatching(/^3\.\d+/) as string })
  })

  it('finds the browser and asks its version', async () => {
    const file = installBrowser('echo Chromium 150.0.1.2 built on Debian')
    expect(row(await report(), 'Browser')).toMatchObject({ status: 'ok', version: 'Chromium 150.0.1.2', path: file })
  })

  it('says how to come by a browser where there is none', async () => {
    expect(row(await report(), 'Browser')).toMatchObject({
      status: 'missing',
      fix: expect.stringContaining('Install Chromium') as string,
    })
  })

  it('finds out that a browser does not start', async () => {
    const file = installBrowser('exit 127')
    expect(row(await report(), 'Browser')).toMatchObject({ status: 'missing', note: 'it does not start', path: file })
  })

  it('names a wrong browser in the settings', async () => {
    installBrowser('echo Chromium 150.0.1.2')
    const wrong = path.join(folder, 'nothing')
    expect(row(await report({}, folder, wrong), 'Browser')).toMatchObject({
      status: 'missing',
      note: expect.stringContaining(wrong) as string,
    })
  })

  it('warns where there is no display, and tells what opens windows then', async () => {
    installBrowser('echo Chromium 150.0.1.2')
    const found = await report({ ELECTRON_OVERRIDE_DIST_PATH: folder })
    expect(row(found, 'Display')).toMatchObject({ status: 'warn', fix: expect.any(String) as string })
    expect(found.host).toBe('headless')
  })

  it('notices a display that nobody serves', async () => {
    const env = { XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: 'wayland-9' }
    expect(row(await report(env), 'Display')).toMatchObject({ status: 'missing', note: 'nobody answers there' })

    const server = createServer().listen(path.join(folder, 'wayland-9'))
    try {
      expect(row(await report(env), 'Display')).toMatchObject({ status: 'ok', path: 'wayland-9' })
    } finally {
      server.close()
    }
  })

  it('tells the free space of the home folder and leaves nothing in it', async () => {
    const home = path.join(folder, 'home')
    mkdirSync(home)
    expect(row(await report({}, home), 'Home folder')).toMatchObject({
      path: home,
      note: expect.stringMatching(/^[\d.]+ [GM]iB free$/) as string,
    })
    expect(readdirSync(home)).toEqual([])
  })

  it('does not make the home folder', async () => {
    const home = path.join(folder, 'not/yet')
    expect(row(await report({}, home), 'Home folder')).toMatchObject({ status: 'ok', path: home })
    expect(existsSync(path.dirname(home))).toBe(false)
  })

  it('says so if the home folder cannot be one', async () => {
    const home = path.join(folder, 'file/home')
    writeFileSync(path.join(folder, 'file'), '')
    expect(row(await report({}, home), 'Home folder')).toMatchObject({
      status: 'missing',
      note: expect.stringContaining('is not a folder') as string,
      fix: expect.stringContaining('ORIEL_HOME') as string,
    })
  })

  it('survives the way through JSON', async () => {
    const found = await report()
    expect(JSON.parse(JSON.stringify(found))).toEqual(found)
  })
})

it('the report reads as lines with what to do below', () => {
  const text = formatDoctor({
    host: 'chromium',
    rows: [
      {
        name: 'Electron',
        status: 'warn',
        version: null,
        path: null,
        note: 'Electron is not installed.',
        fix: 'Run x.',
      },
      { name: 'Home folder', status: 'ok', version: null, path: '/home/a', note: '3.0 GiB free', fix: null },
    ],
  })
  expect(text).toBe(
    [
      'warn     Electron     Electron is not installed.',
      '         Run x.',
      'ok       Home folder  /home/a, 3.0 GiB free',
      '',
      'Windows are opened by: chromium',
    ].join('\n'),
  )
})

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runInElectron } from '../../../../src/main/commands/electron.ts'
import type { ElectronOutcome, ElectronRun } from '../../../../src/main/commands/electron.ts'
import { writeElectronProgram } from '../../../support/electron-program.ts'

let folder: string
let signal: (name: NodeJS.Signals) => void
let warnings: string[]

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-electron-run-'))
  warnings = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const start = (binary: string, change: Partial<ElectronRun> = {}): Promise<ElectronOutcome> =>
  runInElectron({
    binary,
    root: '/the/app',
    args: ['sales.oriel.ts', 'year=2026', '--watch'],
    env: process.env,
    asRoot: false,
    onSignal: (listener) => (signal = listener),
    warn: (text) => warnings.push(text),
    ...change,
  })
const run = (body: string, change: Partial<ElectronRun> = {}): Promise<ElectronOutcome> =>
  start(writeElectronProgram(folder, body).binary, change)

describe.skipIf(process.platform === 'win32')('running in Electron', () => {
  test('[H15] it gets the app and the command line, and its exit code is the outcome', async () => {
    const { binary, reportFile } = writeElectronProgram(
      folder,
      `write({ args, folder: process.cwd(), asNode: 'ELECTRON_RUN_AS_NODE' in process.env, mark: process.env.MARK })
      started()
      process.exitCode = 1`,
    )
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', MARK: 'kept' }
    expect(await start(binary, { env })).toEqual({ state: 'ended', exitCode: 1 })
    expect(JSON.parse(readFileSync(reportFile, 'utf8'))).toEqual({
      args: ['/the/app', 'sales.oriel.ts', 'year=2026', '--watch'],
      folder: process.cwd(),
      asNode: false,
      mark: 'kept',
    })
    expect(warnings).toEqual([])
  })

  test('[H14] as root its sandbox is off, before the app’s folder, and a warning says so', async () => {
    const { binary, reportFile } = writeElectronProgram(folder, 'write(args); started()')
    await start(binary, { asRoot: true })
    expect(JSON.parse(readFileSync(reportFile, 'utf8'))).toEqual(expect.arrayContaining(['--no-sandbox', '/the/app']))
    expect(JSON.parse(readFileSync(reportFile, 'utf8'))[0]).toBe('--no-sandbox')
    expect(warnings).toEqual([expect.stringMatching(/sandbox is off.*root/)])
  })

  test('[H15] it could not be started if it ended, badly, before the app in it was there', async () => {
    expect(await run('process.exit(127)')).toEqual({ state: 'not-started', reason: 'it ended with code 127' })
    expect(await run('process.exit(1)')).toEqual({ state: 'not-started', reason: 'it ended with code 1' })
    expect(await run(`process.kill(process.pid, 'SIGKILL')`)).toEqual({
      state: 'not-started',
      reason: 'it got SIGKILL',
    })
    expect(await start(path.join(folder, 'none'))).toEqual({
      state: 'not-started',
      reason: expect.stringContaining('ENOENT') as string,
    })
  })

  test('[F14] once the app was there, or if it ended well, the end is its own', async () => {
    expect(await run('started(); process.exitCode = 2')).toEqual({ state: 'ended', exitCode: 2 })
    expect(await run(`process.send('oriel:started', () => process.kill(process.pid, 'SIGKILL'))`)).toEqual({
      state: 'ended',
      exitCode: 137,
    })
    expect(await run('process.exit(0)')).toEqual({ state: 'ended', exitCode: 0 })
  })

  test('[H15] signals are passed on, and an end by one is no failure to start', async () => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const { binary, reportFile } = writeElectronProgram(
        folder,
        `const timer = setInterval(() => {}, 1000)
        process.on('${name}', () => { clearInterval(timer); process.exitCode = 7 })
        write({})`,
      )
      const ended = start(binary)
      await expect.poll(() => existsSync(reportFile)).toBe(true)
      signal(name)
      expect(await ended).toEqual({ state: 'ended', exitCode: 7 })
      rmSync(reportFile)
    }
    const { binary, reportFile } = writeElectronProgram(folder, 'setInterval(() => {}, 1000); write({})')
    const ended = start(binary)
    await expect.poll(() => existsSync(reportFile)).toBe(true)
    signal('SIGTERM')
    expect(await ended).toEqual({ state: 'ended', exitCode: 143 })
  })

  test('[H15] where there are no signals the app is told to close', async () => {
    const { binary, reportFile } = writeElectronProgram(
      folder,
      `process.on('message', (message) => { if (message === 'oriel:close') process.exit(0) }); write({})`,
    )
    const ended = start(binary, { platform: 'win32' })
    await expect.poll(() => existsSync(reportFile)).toBe(true)
    signal('SIGINT')
    expect(await ended).toEqual({ state: 'ended', exitCode: 0 })
  })
})

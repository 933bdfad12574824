import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeElectronProgram } from '../../../support/electron-program.ts'

const ROOT = path.resolve(import.meta.dirname, '../../../..')
let folder: string
let script: string
let running: Command[]

/** One `oriel` command, from the sources. */
interface Command {
  child: ChildProcess
  output: { stdout: string; stderr: string }
  ended: Promise<number | null>
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-open-'))
  script = path.join(folder, 'hello.oriel.ts')
  writeFileSync(script, `import { show } from 'oriel'\nawait show('<p>Hello</p>', { title: 'Hello' })\n`)
  running = []
})
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill()
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

/** With a display and no browser; Electron is what the test has written, if it has. */
function oriel(args: readonly string[], env: Record<string, string | undefined> = {}): Command {
  const child = spawn(process.execPath, [path.join(ROOT, 'src/main/cli.ts'), ...args], {
    env: {
      ...process.env,
      ORIEL_HOME: path.join(folder, 'home'),
      ORIEL_HOST: undefined,
      ORIEL_BROWSER: undefined,
      CHROME_PATH: undefined,
      PATH: '/nowhere',
      DISPLAY: ':4711',
      ELECTRON_OVERRIDE_DIST_PATH: folder,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text))
  const command = { child, output, ended: once(child, 'close').then(([code]) => code as number | null) }
  running.push(command)
  return command
}

// Elsewhere a browser may be found whatever PATH says.
describe.runIf(process.platform === 'linux')('oriel, where Electron’s binary is', { timeout: 30_000 }, () => {
  test('[H15] it opens the script in Electron, with the same command line, and ends as that does', async () => {
    const { reportFile } = writeElectronProgram(folder, 'write(args); started(); process.exitCode = 1')
    const command = oriel([script, 'year=2026', '--new'])
    expect(await command.ended).toBe(1)
    const args = JSON.parse(readFileSync(reportFile, 'utf8')) as string[]
    expect(args.slice(args.indexOf(ROOT))).toEqual([ROOT, script, 'year=2026', '--new'])
  })

  test('[H15] if Electron does not start the next host is taken, and one line says so', async () => {
    writeElectronProgram(folder, 'process.exit(127)')
    const { output, ended, child } = oriel([script])
    await expect.poll(() => output.stdout).toMatch(/^Hello: http:\/\/127\.0\.0\.1:/m)
    expect(output.stderr.match(/Electron could not be started: it ended with code 127\./g)).toHaveLength(1)
    child.kill()
    expect(await ended).toBe(0)
  })

  test('[H11] if it was asked for and does not start: exit 3', async () => {
    writeElectronProgram(folder, 'process.exit(127)')
    const { output, ended } = oriel([script, '--host', 'electron'])
    expect(await ended).toBe(3)
    expect(output.stderr).toMatch(/Electron could not be started/)
  })

  test('[H11] if it was asked for and is not there, or there is no display: exit 3 and what to do', async () => {
    const missing = oriel([script, '--host', 'electron'], { ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'none') })
    expect(await missing.ended).toBe(3)
    expect(missing.output.stderr).toMatch(/npm install/)
    const { reportFile } = writeElectronProgram(folder, 'write(args)')
    const dark = oriel([script, '--host', 'electron'], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined })
    expect(await dark.ended).toBe(3)
    expect(dark.output.stderr).toMatch(/no display/)
    expect(existsSync(reportFile)).toBe(false)
  })

  test('[H15] it is not started for a script that is missing, for another host or for a picture', async () => {
    const { reportFile } = writeElectronProgram(folder, 'write(args)')
    expect(await oriel([path.join(folder, 'none.ts')]).ended).toBe(2)
    expect(await oriel([script, '--host', 'chromium']).ended).toBe(3)
    const picture = path.join(folder, 'picture.png')
    // Without a browser there is no picture either.
    expect(await oriel([script, '--screenshot', picture]).ended).not.toBe(0)
    expect(await oriel([script, '--screenshot', picture, '--host', 'electron']).ended).toBe(2)
    expect(existsSync(reportFile)).toBe(false)
  })

  test('[F12] an Oriel that runs already gets the script, and no Electron is started for it', async () => {
    const first = oriel([script], { ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'none') })
    await expect.poll(() => first.output.stdout).toContain('Hello: ')
    const { reportFile } = writeElectronProgram(folder, 'write(args)')
    const other = path.join(folder, 'other.oriel.ts')
    writeFileSync(other, `import { show } from 'oriel'\nawait show('<p>Other</p>', { title: 'Other' })\n`)
    const second = oriel([other])
    expect(await second.ended).toBe(0)
    expect(first.output.stdout).toContain('Other: ')
    expect(existsSync(reportFile)).toBe(false)
  })

  describe('with the app in it', () => {
    beforeEach(() => {
      const child = path.join(ROOT, 'test/support/electron-child.ts')
      writeFileSync(path.join(folder, 'electron'), `#!/bin/sh\nexec '${process.execPath}' '${child}' "$@"\n`)
      chmodSync(path.join(folder, 'electron'), 0o755)
    })

    test('[H15] the script opens a window in Electron, and a signal closes the app in order', async () => {
      const { output, ended, child } = oriel([script])
      await expect.poll(() => output.stdout).toContain('window: Hello')
      child.kill('SIGINT')
      expect(await ended).toBe(0)
      const list = oriel(['sessions', 'list', '--json'])
      await list.ended
      expect(JSON.parse(list.output.stdout)).toMatchObject([{ state: 'closed' }])
    })

    test('[F12] the next command hands its script to the app in Electron', async () => {
      const first = oriel([script])
      await expect.poll(() => first.output.stdout).toContain('window: Hello')
      const other = path.join(folder, 'other.oriel.ts')
      writeFileSync(other, `import { show } from 'oriel'\nawait show('<p>Other</p>', { title: 'Other' })\n`)
      expect(await oriel([other]).ended).toBe(0)
      expect(first.output.stdout).toContain('window: Other')
      // Started past the command, as the system does.
      const electron = spawn(path.join(folder, 'electron'), [ROOT, script, '--new'], {
        env: { ...process.env, ORIEL_HOME: path.join(folder, 'home') },
      })
      expect(await once(electron, 'exit')).toEqual([0, null])
      expect(first.output.stdout.match(/window: Hello/g)).toHaveLength(2)
    })

    test('[F14] what cannot be opened ends with its own exit code', async () => {
      const unknown = oriel([script, '--session', 'nobody'])
      expect(await unknown.ended).toBe(2)
      expect(unknown.output.stderr).toMatch(/no session nobody/)
      expect(unknown.output.stderr).not.toMatch(/could not be started/)
    })
  })
})

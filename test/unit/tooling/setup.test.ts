import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')

let folder: string
let bin: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-setup-'))
  bin = path.join(folder, 'bin')
  mkdirSync(bin)
  mkdirSync(path.join(folder, 'scripts'))
  const source = readFileSync(path.join(root, 'scripts/setup.mjs'), 'utf8')
  // The same, less patient.
  writeFileSync(path.join(folder, 'scripts/setup.mjs'), source.replace('STALL_MS = 10_000', 'STALL_MS = 500'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function command(name: string, script: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** An electron package whose downloader does what `script` says. */
function electronPackage(script: string): void {
  mkdirSync(path.join(folder, 'node_modules/electron'), { recursive: true })
  writeFileSync(path.join(folder, 'node_modules/electron/install.js'), script)
}

/** Runs the set-up on a computer that has only what is in `bin`. */
function setup(args: string[] = [], env: NodeJS.ProcessEnv = {}): { status: number | null; lines: string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(folder, 'scripts/setup.mjs'), ...args], {
    env: { PATH: bin, TMPDIR: folder, ...env },
    encoding: 'utf8',
  })
  return { status, lines: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') }
}

const isRootOnDebian =
  process.getuid?.() === 0 &&
  existsSync('/etc/os-release') &&
  /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))

describe.skipIf(process.platform !== 'linux')('set-up after npm ci', () => {
  it('says nothing where Electron is there already', () => {
    electronPackage('throw new Error("not asked for")')
    mkdirSync(path.join(folder, 'node_modules/electron/dist'))
    writeFileSync(path.join(folder, 'node_modules/electron/path.txt'), 'electron')
    writeFileSync(path.join(folder, 'node_modules/electron/dist/electron'), '')
    expect(setup()).toEqual({ status: 0, lines: [] })
  })

  it('downloads Electron, and is quiet about it when it is quick', () => {
    electronPackage(`
      const fs = require('node:fs')
      fs.mkdirSync(__dirname + '/dist')
      fs.writeFileSync(__dirname + '/dist/electron', '')
      fs.writeFileSync(__dirname + '/path.txt', 'electron')`)
    expect(setup()).toEqual({ status: 0, lines: [] })
    expect(existsSync(path.join(folder, 'node_modules/electron/dist/electron'))).toBe(true)
  })

  it('names the browser in one line where Electron cannot be had', () => {
    electronPackage('throw new TypeError("fetch failed")')
    command('chromium', 'exit 0')
    const browser = path.join(bin, 'chromium')
    expect(setup()).toEqual({
      status: 0,
      lines: [`Electron could not be downloaded (no connection); Oriel opens its windows with ${browser}.`],
    })
  })

  it('gives up a download that does not move', () => {
    electronPackage('setInterval(() => {}, 1000)')
    command('google-chrome', 'exit 0')
    expect(setup().lines[0]).toContain('(no answer within 0.5 s)')
  })

  it('leaves Electron alone if asked to', () => {
    electronPackage('throw new Error("not asked for")')
    command('chromium', 'exit 0')
    expect(setup([], { ORIEL_SKIP_ELECTRON: '1' })).toEqual({ status: 0, lines: [] })
  })

  it('ends with 3 and one line on what to do where nothing opens a window', () => {
    electronPackage('throw new TypeError("fetch failed")')
    const { status, lines } = setup()
    expect(status).toBe(3)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^Nothing here can open a window: .* (Run|Install) /)
  })

  it.skipIf(!isRootOnDebian)('installs a browser as root on Debian, after an update if the first try fails', () => {
    electronPackage('throw new TypeError("fetch failed")')
    const log = path.join(folder, 'apt')
    // Like a new machine: nothing can be installed before the lists are there.
    command(
      'apt-get',
      `echo "$@" >> ${log}
case "$*" in
  *update) : > ${folder}/lists ;;
  *chromium) [ -e ${folder}/lists ] || exit 100; printf '#!/bin/sh\\n' > ${bin}/chromium; /bin/chmod +x ${bin}/chromium ;;
esac`,
    )
    const { status, lines } = setup()
    expect({ status, first: lines[0] }).toEqual({ status: 0, first: 'Installing chromium …' })
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(3)

    writeFileSync(log, '')
    expect(setup().status).toBe(0)
    expect(readFileSync(log, 'utf8')).toBe('')
  })

  it.skipIf(!isRootOnDebian)('keeps what apt-get said if it fails', () => {
    command('apt-get', 'echo no such package; exit 100')
    const { status, lines } = setup(['--tests'])
    expect(status).toBe(3)
    expect(lines.at(-1)).toMatch(
      /oriel-setup\.log has the details\. Run: apt-get update && apt-get install -y chromium/,
    )
    expect(readFileSync(path.join(folder, 'oriel-setup.log'), 'utf8')).toContain('no such package')
  })

  it('asks for no more than browser and Redis before tests on a display', () => {
    const tools = ['xdg-mime', 'mimetype', 'gio', 'desktop-file-validate', 'update-mime-database', 'xdotool']
    for (const name of ['chromium', ...tools]) command(name, 'exit 0')
    const lines = ['The tests need redis-server. Install redis-server.']
    expect(setup(['--tests'], { DISPLAY: ':0' })).toEqual({ status: 3, lines })
    command('redis-server', 'exit 0')
    expect(setup(['--tests'], { DISPLAY: ':0' })).toEqual({ status: 0, lines: [] })
  })

  it.each(['/usr/bin/node'].filter((node) => existsSync(node)))('runs on the system’s Node too (%s)', (node) => {
    symlinkSync(node, path.join(bin, 'node'))
    command('chromium', 'exit 0')
    const { status, stderr } = spawnSync(node, [path.join(folder, 'scripts/setup.mjs')], {
      env: { PATH: bin, TMPDIR: folder, ORIEL_SKIP_ELECTRON: '1' },
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    // 3: Node itself is too old to run the app, and npm added none in this empty folder.
    expect([0, 3]).toContain(status)
  })
})

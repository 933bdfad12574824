import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { register, unregister } from '../../../src/main/register.ts'
import type { RegisterOptions } from '../../../src/main/register.ts'
import { desktopEntry } from '../../../src/main/register/desktop-entry.ts'

const resourcesDir = path.resolve(import.meta.dirname, '../../../resources')
const has = (command: string): boolean => !spawnSync(command, ['--version']).error

let home: string
let options: RegisterOptions

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'oriel-register-'))
  options = {
    env: { PATH: process.env.PATH, HOME: home },
    cliPath: '/opt/oriel app/out/main/cli.js',
    nodePath: process.execPath,
    resourcesDir,
    platform: 'linux',
  }
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

const filesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).toSorted()
const ask = (command: string, args: string[]): string =>
  execFileSync(command, args, { env: { ...options.env }, encoding: 'utf8' }).trim()

describe.skipIf(!has('update-mime-database'))('oriel register', () => {
  it('says what it did and how to undo it', async () => {
    const lines = await register(options)
    expect(lines.join('\n')).toContain(path.join(home, '.local/share/applications/oriel.desktop'))
    expect(lines.at(-1)).toBe('Undo: oriel register --remove')
  })

  it.skipIf(!has('gio'))('gives scripts their own type, plain TypeScript files none', async () => {
    await register(options)
    const typeOf = (name: string): string => {
      writeFileSync(path.join(home, name), "import { show } from 'oriel'\n")
      return ask('gio', ['info', '-a', 'standard::fast-content-type', path.join(home, name)])
    }
    for (const name of ['x.oriel', 'x.oriel.ts', 'x.oriel.tsx', 'X.ORIEL.TS']) {
      expect(typeOf(name)).toContain('application/x-oriel-script')
    }
    for (const name of ['x.ts', 'oriel.ts', 'x.oriel.txt']) expect(typeOf(name)).not.toContain('oriel-script')
  })

  it.skipIf(!has('xdg-mime') || !has('mimetype'))('[xdg] the type is found and opens with Oriel', async () => {
    await register(options)
    const file = path.join(home, 'x.oriel.ts')
    writeFileSync(file, '')
    expect(ask('xdg-mime', ['query', 'filetype', file])).toBe('application/x-oriel-script')
    expect(ask('xdg-mime', ['query', 'default', 'application/x-oriel-script'])).toBe('oriel.desktop')
  })

  it('writes where XDG_DATA_HOME and XDG_CONFIG_HOME point', async () => {
    options.env = { ...options.env, XDG_DATA_HOME: path.join(home, 'data'), XDG_CONFIG_HOME: path.join(home, 'config') }
    await register(options)
    expect(filesBelow(home)).toContain('data/applications/oriel.desktop')
    expect(filesBelow(home)).toContain('config/mimeapps.list')
    expect(filesBelow(home)).not.toContain('.local')
  })

  it('gives the app and its files an icon', async () => {
    await register(options)
    const icons = filesBelow(path.join(home, '.local/share/icons/hicolor'))
    expect(icons).toContain('256x256/apps/oriel.png')
    expect(icons).toContain('256x256/mimetypes/application-x-oriel-script.png')
  })

  it('can be done twice', async () => {
    await register(options)
    const before = filesBelow(home)
    await register(options)
    expect(filesBelow(home)).toEqual(before)
  })

  it('leaves nothing after --remove', async () => {
    await register(options)
    await unregister(options)
    expect(filesBelow(home)).toEqual([])
  })

  it('leaves what others put there after --remove', async () => {
    const applications = path.join(home, '.local/share/applications')
    const packages = path.join(home, '.local/share/mime/packages')
    const own = `<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info"><mime-type type="application/x-mine"><glob pattern="*.mine"/></mime-type></mime-info>`
    mkdirSync(applications, { recursive: true })
    mkdirSync(packages, { recursive: true })
    mkdirSync(path.join(home, '.config'))
    writeFileSync(path.join(applications, 'mine.desktop'), '[Desktop Entry]\nType=Application\nName=Mine\nExec=true\n')
    writeFileSync(path.join(packages, 'mine.xml'), own)
    writeFileSync(path.join(home, '.config/mimeapps.list'), '[Default Applications]\ntext/plain=mine.desktop\n')

    await register(options)
    await unregister(options)

    expect(filesBelow(home)).toEqual(
      expect.arrayContaining(['.local/share/applications/mine.desktop', '.local/share/mime/packages/mine.xml']),
    )
    expect(filesBelow(home).filter((file) => file.includes('oriel'))).toEqual([])
    expect(readFileSync(path.join(home, '.local/share/mime/globs2'), 'utf8')).toContain('*.mine')
    expect(readFileSync(path.join(home, '.config/mimeapps.list'), 'utf8')).toBe(
      '[Default Applications]\ntext/plain=mine.desktop\n',
    )
  })

  it('removes nothing where nothing was', async () => {
    await unregister(options)
    expect(filesBelow(home)).toEqual([])
  })
})

describe('oriel register, where it cannot work', () => {
  it.each(['darwin', 'win32'] as const)('is not supported on %s, with a reason', async (platform) => {
    await expect(register({ ...options, platform })).rejects.toMatchObject({
      code: 'not_supported',
      message: expect.stringContaining('Linux') as string,
    })
    expect(filesBelow(home)).toEqual([])
  })

  it('names the package that is missing, and writes nothing', async () => {
    options.env = { HOME: home, PATH: path.join(home, 'empty') }
    await expect(register(options)).rejects.toMatchObject({
      code: 'environment',
      message: expect.stringContaining('shared-mime-info') as string,
    })
    expect(filesBelow(home)).toEqual([])
  })

  it.skipIf(!has('update-mime-database'))('names the folder that cannot be written', async () => {
    writeFileSync(path.join(home, '.local'), 'a file in the way')
    await expect(register(options)).rejects.toMatchObject({
      code: 'environment',
      message: expect.stringContaining(path.join(home, '.local')) as string,
    })
  })
})

describe('the desktop entry', () => {
  const entry = (cliPath: string): string =>
    desktopEntry({ nodePath: '/usr/bin/node', cliPath, mimeType: 'application/x-oriel-script' })

  it('quotes what the shell of a desktop would take apart', () => {
    expect(entry('/a b/50%/$x`"\\.js')).toContain(
      'Exec=/usr/bin/node "/a b/50%%/\\\\$x\\\\`\\\\"\\\\\\\\.js" --ask %f\n',
    )
  })

  it('quotes nothing else, which simple openers do not understand', () => {
    expect(entry('/opt/oriel/out/main/cli.js')).toContain('Exec=/usr/bin/node /opt/oriel/out/main/cli.js --ask %f\n')
  })

  it.skipIf(!has('desktop-file-validate'))('is valid', () => {
    const file = path.join(home, 'oriel.desktop')
    writeFileSync(file, entry('/a b/50%/cli.js'))
    expect(spawnSync('desktop-file-validate', [file], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' })
  })

  it.skipIf(!has('gio'))('runs the script that is opened', () => {
    const cli = path.join(home, 'a "cli" $HOME.sh')
    writeFileSync(cli, `#!/bin/sh\nprintf '%s\\n' "$@" > ${home}/seen\n`)
    chmodSync(cli, 0o755)
    const file = path.join(home, 'oriel.desktop')
    writeFileSync(file, desktopEntry({ nodePath: '/bin/sh', cliPath: cli, mimeType: 'application/x-oriel-script' }))
    const script = path.join(home, 'my script.oriel.ts')
    writeFileSync(script, '')
    ask('gio', ['launch', file, script])
    return expect.poll(() => readSeen()).toBe(`--ask\n${script}\n`)
  })

  function readSeen(): string {
    try {
      return readFileSync(path.join(home, 'seen'), 'utf8')
    } catch {
      return ''
    }
  }
})

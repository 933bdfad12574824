import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { PAGE_ORIGIN, runShell } from '../../../../src/main/electron/shell.ts'
import type { AppHandle } from '../../../../src/main/electron/shell.ts'
import { silentLog } from '../../../../src/main/log.ts'
import type { Carrier } from '../../../../src/shared/carrier.ts'
import { IPC_CHANNEL } from '../../../../src/shared/ipc.ts'
import { WebContentsDouble, createElectronDouble } from '../../../support/electron-double.ts'
import type { ElectronDouble } from '../../../support/electron-double.ts'

interface Started {
  double: ElectronDouble
  /** What the app was asked, in order. */
  calls: string[]
  carriers: Carrier[]
  problems: unknown[]
  finish: (code: number) => void
  exit: Promise<number>
}

/** Electron becomes ready unless told otherwise. */
async function start(
  change: { files?: string[]; ready?: boolean; isFirst?: boolean; fails?: boolean } = {},
): Promise<Started> {
  const double = createElectronDouble()
  double.app.isFirst = change.isFirst ?? true
  const calls: string[] = []
  const carriers: Carrier[] = []
  const problems: unknown[] = []
  let finish: (code: number) => void = () => undefined
  const done = new Promise<number>((resolve) => (finish = resolve))
  const handle: AppHandle = {
    openFile: async (file, { named }) => {
      calls.push(`${named ? 'open named' : 'open'} ${file}`)
      if (change.fails === true) throw new Error('no such script')
    },
    openHome: async () => void calls.push('home'),
    pages: async (request, { trusted }) => new Response(`${request.url} ${trusted}`),
    attach: (carrier) => void carriers.push(carrier),
    close: async () => {
      calls.push('close')
      finish(0)
    },
    done,
  }
  const exit = runShell({
    electron: double.electron,
    userDataFolder: '/home/of/oriel/electron',
    files: change.files ?? [],
    createApp: async () => {
      calls.push('create')
      return handle
    },
    onProblem: (error) => problems.push(error),
    log: silentLog,
  })
  if (change.ready !== false) double.app.becomeReady()
  await settled()
  return { double, calls, carriers, problems, finish, exit }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

describe('Electron shell', () => {
  test('the scheme, the sandbox and the data folder are set before Electron is ready, the app is made after', async () => {
    const { double, calls } = await start({ ready: false })
    expect(double.schemes).toEqual([
      { scheme: 'oriel', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ])
    expect(double.app.sandboxed).toBe(true)
    expect(double.app.paths).toEqual({ userData: '/home/of/oriel/electron' })
    expect(calls).toEqual([])
    double.app.becomeReady()
    await settled()
    expect(calls).toEqual(['create', 'home'])
  })

  test('files named on the command line are opened instead of the home window', async () => {
    const { calls } = await start({ files: ['a.oriel.ts', '/b.oriel.ts'] })
    expect(calls).toEqual(['create', `open named ${path.resolve('a.oriel.ts')}`, 'open named /b.oriel.ts'])
  })

  test('a file that macOS brings, early or late, is opened as one that nobody named', async () => {
    const { double, calls } = await start({ ready: false })
    let prevented = 0
    const event = { preventDefault: () => prevented++ }
    double.app.emit('open-file', event, '/early.oriel.ts')
    double.app.becomeReady()
    await settled()
    double.app.emit('open-file', event, '/late.oriel.ts')
    expect(calls).toEqual(['create', 'open /early.oriel.ts', 'open /late.oriel.ts'])
    expect(prevented).toBe(2)
  })

  test('a second instance hands its files over and exits 0 without making an app', async () => {
    const second = await start({ isFirst: false, files: ['/from-second.oriel.ts'] })
    expect(await second.exit).toBe(0)
    expect(second.calls).toEqual([])
    const first = await start()
    first.double.app.emit('second-instance', {}, [], '/', second.double.app.lockData)
    first.double.app.emit('second-instance', {}, [], '/', { files: [] })
    first.double.app.emit('second-instance', {}, [], '/', 'nonsense')
    expect(first.calls).toEqual(['create', 'home', 'open named /from-second.oriel.ts', 'home', 'home'])
  })

  test('a file that cannot be opened is told of, and the app goes on', async () => {
    const { problems, calls, double } = await start({ files: ['/broken.oriel.ts'], fails: true })
    expect(problems).toEqual([new Error('no such script')])
    double.app.emit('activate', {}, false)
    expect(calls.at(-1)).toBe('home')
  })

  test('pages come from the app, as trusted, and only for our own origin', async () => {
    const { double } = await start()
    const ask = async (url: string): Promise<[number, string]> => {
      const response = await double.handlers.get('oriel')?.(new Request(url))
      return [response?.status ?? 0, (await response?.text()) ?? '']
    }
    expect(await ask(`${PAGE_ORIGIN}/w/key`)).toEqual([200, 'oriel://app/w/key true'])
    expect(await ask('oriel://elsewhere/w/key')).toEqual([404, ''])
  })

  test('every permission is denied', async () => {
    const { double } = await start()
    expect(double.permissions()).toEqual({ request: false, check: false, device: false })
  })

  test('each page that loads in any window becomes a carrier of the app', async () => {
    const { double, carriers } = await start()
    const contents = new WebContentsDouble()
    double.app.emit('web-contents-created', {}, contents)
    contents.commit(`${PAGE_ORIGIN}/w/key`).send(IPC_CHANNEL, 'link', 'open')
    await settled()
    expect(carriers).toHaveLength(1)
  })

  test('when its last window is closed the app stays until it says so itself', async () => {
    const { double, exit, finish } = await start()
    expect(double.app.listenerCount('window-all-closed')).toBe(1)
    finish(3)
    expect(await exit).toBe(3)
  })

  test('quitting stores everything first', async () => {
    const { double, calls, exit } = await start()
    let prevented = false
    double.app.emit('before-quit', { preventDefault: () => (prevented = true) })
    expect(prevented).toBe(true)
    expect(await exit).toBe(0)
    expect(calls.at(-1)).toBe('close')
  })
})

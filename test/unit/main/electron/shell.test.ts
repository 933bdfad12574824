import { describe, expect, test } from 'vitest'
import { PAGE_ORIGIN, runShell } from '../../../../src/main/electron/shell.ts'
import type { AppHandle } from '../../../../src/main/electron/shell.ts'
import type { HandoverRequest } from '../../../../src/main/handover.ts'
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
  change: {
    request?: HandoverRequest
    ready?: boolean
    isFirst?: boolean
    fails?: boolean
    switches?: string[]
  } = {},
): Promise<Started> {
  const double = createElectronDouble()
  double.app.isFirst = change.isFirst ?? true
  const calls: string[] = []
  const carriers: Carrier[] = []
  const problems: unknown[] = []
  let finish: (code: number) => void = () => undefined
  const done = new Promise<number>((resolve) => (finish = resolve))
  const handle: AppHandle = {
    openAsked: async () => {
      calls.push('asked')
      if (change.fails === true) throw new Error('no such script')
    },
    openFile: async (file) => {
      calls.push(`file ${file}`)
      if (change.fails === true) throw new Error('no such script')
    },
    answer: async (request) => {
      calls.push(request.kind === 'open-script' ? `answer ${request.path}` : request.kind)
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
  for (const name of change.switches ?? []) double.app.switches.add(name)
  const exit = runShell({
    electron: double.electron,
    userDataFolder: '/home/of/oriel/electron',
    request: change.request ?? { kind: 'open-home' },
    createApp: async () => {
      calls.push('create')
      return handle
    },
    onProblem: (error) => problems.push(error),
    log: silentLog,
  })
  exit.catch(() => undefined)
  if (change.ready !== false) double.app.becomeReady()
  await settled()
  return { double, calls, carriers, problems, finish, exit }
}

const script = (path: string): HandoverRequest => ({
  kind: 'open-script',
  path,
  arguments: {},
  mode: 'resume',
  asked: true,
  watch: false,
})

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
    expect(calls).toEqual(['create', 'asked'])
  })

  test('[H14] the sandbox is left as it is where the command line has it off', async () => {
    const { double } = await start({ switches: ['no-sandbox'] })
    expect(double.app.sandboxed).toBe(false)
  })

  test('[F11] a file that macOS brings, early or late, is opened as one that nobody named, instead of the home window', async () => {
    const { double, calls } = await start({ ready: false })
    let prevented = 0
    const event = { preventDefault: () => prevented++ }
    double.app.emit('open-file', event, '/early.oriel.ts')
    double.app.becomeReady()
    await settled()
    double.app.emit('open-file', event, '/late.oriel.ts')
    expect(calls).toEqual(['create', 'file /early.oriel.ts', 'file /late.oriel.ts'])
    expect(prevented).toBe(2)
  })

  test('a file that comes early does not replace the script on the command line', async () => {
    const { double, calls } = await start({ ready: false, request: script('/asked.oriel.ts') })
    double.app.emit('open-file', { preventDefault: () => undefined }, '/early.oriel.ts')
    double.app.becomeReady()
    await settled()
    expect(calls).toEqual(['create', 'file /early.oriel.ts', 'asked'])
  })

  test('[F12] a second instance hands its request over and exits 0 without making an app', async () => {
    const second = await start({ isFirst: false, request: script('/from-second.oriel.ts') })
    expect(await second.exit).toBe(0)
    expect(second.calls).toEqual([])
    const first = await start({ ready: false })
    first.double.app.emit('second-instance', {}, [], '/', second.double.app.lockData)
    first.double.app.becomeReady()
    await settled()
    first.double.app.emit('second-instance', {}, [], '/', { kind: 'open-home' })
    first.double.app.emit('second-instance', {}, [], '/', 'nonsense')
    expect(first.calls).toEqual(['create', 'answer /from-second.oriel.ts', 'asked', 'open-home', 'home'])
  })

  test('a file of the system that cannot be opened is told of, and the app goes on', async () => {
    const { problems, calls, double } = await start({ ready: false, fails: true })
    double.app.emit('open-file', { preventDefault: () => undefined }, '/broken.oriel.ts')
    double.app.becomeReady()
    await settled()
    expect(problems).toEqual([new Error('no such script')])
    double.app.emit('activate', {}, false)
    expect(calls.at(-1)).toBe('home')
  })

  test('[F14] what the command line asks for and cannot be opened ends the app with its error', async () => {
    const { exit, calls } = await start({ fails: true, request: script('/broken.oriel.ts') })
    await expect(exit).rejects.toThrow('no such script')
    expect(calls).toEqual(['create', 'asked', 'close'])
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

  test('[F12] at its end all is stored, and only then whoever starts next is the first', async () => {
    const { double, exit, finish, calls } = await start()
    expect(double.app.hasLock).toBe(true)
    finish(0)
    await exit
    expect(calls.at(-1)).toBe('close')
    expect(double.app.hasLock).toBe(false)
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

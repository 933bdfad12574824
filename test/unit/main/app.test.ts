import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RoomClient } from '../../../src/client/room-client.ts'
import { App } from '../../../src/main/app.ts'
import type { OpenRequest } from '../../../src/main/app.ts'
import { readConfig } from '../../../src/main/config.ts'
import { layoutOf } from '../../../src/main/layout.ts'
import { silentLog } from '../../../src/main/log.ts'
import { createScriptRunner } from '../../../src/main/scripts/index.ts'
import { createMemoryStores } from '../../../src/main/stores/memory.ts'
import { OrielError } from '../../../src/shared/errors.ts'
import type { DesktopStores } from '../../../src/main/stores/types.ts'
import { memoryLink } from '../../support/link.ts'
import { FakeHost } from '../../support/fake-host.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const layout = layoutOf(pathToFileURL(path.join(ROOT, 'src/main/cli.ts')).href)

/** An app in a folder of its own, on stores that outlive it, with windows in memory and real scripts. */
class Bench {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'oriel-app-')))
  readonly stores: DesktopStores = createMemoryStores()
  readonly printed: string[] = []
  readonly living = new Set<number>()
  host = new FakeHost()
  app = this.start()

  /** Another app on the same stores, as after a restart. */
  start(): App {
    this.host = new FakeHost()
    const stores = { ...this.stores, onNotice: () => {}, close: async () => {} }
    this.app = new App({
      config: readConfig({ flags: {}, env: { ORIEL_HOME: this.folder } }),
      host: this.host,
      stores: Object.setPrototypeOf(stores, this.stores) as DesktopStores,
      runner: createScriptRunner({
        runtime: layout.runtime,
        workerUrl: layout.worker,
        tempDir: path.join(this.folder, 'cache'),
        log: silentLog,
      }),
      log: silentLog,
      origin: async () => 'http://127.0.0.1:1',
      socketUrl: async () => 'ws://127.0.0.1:1/ws',
      version: '1.2.3',
      openExternal: async () => {},
      examplesDir: layout.examples,
      workerId: 'worker-test',
      onOutput: (_session, _stream, text) => void this.printed.push(text),
      onProblem: () => {},
      isAlive: (pid) => this.living.has(pid),
    })
    return this.app
  }

  write(name: string, content: string): string {
    const file = path.join(this.folder, name)
    writeFileSync(file, content)
    return file
  }

  open(file: string, request: Partial<OpenRequest> = {}) {
    return this.app.openScript({ path: file, arguments: {}, mode: 'resume', named: true, ...request })
  }

  async end(): Promise<void> {
    await this.app.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const SHOW = `import { show } from 'oriel'\nawait show('<p>Hi</p>', { title: 'Hi', width: 500, height: 300 })\n`

describe('an app', () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.end())

  it('[L2] a session ends when its last window is closed, and the app with it', async () => {
    const session = (await bench.open(bench.write('a.ts', SHOW)))!
    expect(bench.host.openWindows).toHaveLength(1)
    bench.host.windows[0]!.closeByHand()
    expect(await session.ended).toBe('ended')
    expect(await bench.app.done).toBe(0)
    expect(await bench.stores.sessions.get(session.id)).toMatchObject({ state: 'closed', pid: null, title: 'Hi' })
  })

  it('[N2] a window on the document of a script that shows none stays when that runs again', async () => {
    const session = (await bench.open(bench.write('quiet.ts', 'setInterval(() => {}, 1000)\n')))!
    await session.show()
    expect((await bench.host.opened(1)).options.title).toBe('quiet.ts')
    await session.restart()
    await expect.poll(() => session.scriptState).toBe('running')
    expect(bench.host.openWindows).toHaveLength(1)
    bench.host.windows[0]!.closeByHand()
    expect(await session.ended).toBe('ended')
  })

  it('[L2] a script may show another window when one is closed, and the session goes on', async () => {
    const file = bench.write(
      'two.ts',
      `import { show } from 'oriel'
       const first = await show('<p>1</p>')
       first.closed.then(() => show('<p>2</p>', { title: 'Second' }))`,
    )
    const session = (await bench.open(file))!
    bench.host.windows[0]!.closeByHand()
    const second = await bench.host.opened(2)
    expect(second.options.title).toBe('Second')
    second.closeByHand()
    expect(await session.ended).toBe('ended')
  })

  it('[L2] a session ends too when its last window is closed while the script’s body still runs, or starts again', async () => {
    const file = bench.write(
      'slow.ts',
      `${SHOW}await new Promise((resolve) => setTimeout(resolve, 400))\nsetInterval(() => {}, 1000)\n`,
    )
    const opening = bench.open(file)
    ;(await bench.host.opened(1)).closeByHand()
    const session = (await opening)!
    expect(await session.ended).toBe('ended')

    const again = (await bench.open(file))!
    const restarted = again.restart()
    await expect.poll(() => again.scriptState).toBe('starting')
    bench.host.openWindows[0]!.closeByHand()
    await restarted
    expect(await again.ended).toBe('ended')
    expect(bench.host.windows).toHaveLength(2)
  })

  it('[F15] a script that shows nothing ends by itself, and what was prepared for a window is given up', async () => {
    const session = (await bench.open(bench.write('quiet.ts', 'console.log("done")')))!
    expect(await session.ended).toBe('ended')
    expect(bench.printed).toEqual(['done'])
    expect(bench.host.windows).toEqual([])
    expect(bench.host.prepared).toBe(0)
  })

  it('[F13] opening a script again goes on with its session, with its windows where they were', async () => {
    const file = bench.write('a.ts', SHOW)
    const first = (await bench.open(file))!
    bench.host.windows[0]!.dragTo({ x: 70, y: 80, width: 640, height: 480 })
    await bench.app.close()
    bench.start()
    const again = (await bench.open(file))!
    expect(again.id).toBe(first.id)
    expect(bench.host.windows[0]!.options).toMatchObject({ x: 70, y: 80, width: 640, height: 480 })
    expect(again.room.clientId).toBe(first.room.clientId)
  })

  it('[F13] a script that is open comes to the front; --new begins another session; an unknown one is refused', async () => {
    const file = bench.write('a.ts', SHOW)
    const first = (await bench.open(file))!
    expect(await bench.open(file)).toBe(first)
    expect(bench.host.windows[0]!.focused).toBe(1)
    const second = (await bench.open(file, { mode: 'new' }))!
    expect(second.id).not.toBe(first.id)
    await expect(bench.open(file, { mode: { session: 'nobody' } })).rejects.toMatchObject({ code: 'unknown_session' })
  })

  it('[F13] the same script asked for twice at once, or while it closes, has one session', async () => {
    const file = bench.write('a.ts', SHOW)
    const [first, second] = await Promise.all([bench.open(file), bench.open(file)])
    expect(first).toBe(second)
    expect(bench.host.windows).toHaveLength(1)
    const closing = first!.close()
    const again = (await bench.open(file))!
    await closing
    expect(again).not.toBe(first)
    expect(again.id).toBe(first!.id)
    expect(bench.host.openWindows).toHaveLength(1)
  })

  it('[J8] a session whose process is gone can be resumed; one of a living process cannot', async () => {
    const file = bench.write('a.ts', SHOW)
    const first = (await bench.open(file))!
    const entry = (await bench.stores.sessions.get(first.id))!
    await bench.app.close()
    await bench.stores.sessions.save({ ...entry, state: 'open', pid: 4711 })
    bench.start()
    bench.living.add(4711)
    await expect(bench.open(file, { mode: { session: first.id } })).rejects.toMatchObject({ code: 'session_busy' })
    bench.living.delete(4711)
    expect((await bench.open(file, { mode: { session: first.id } }))!.id).toBe(first.id)
  })

  it('[F2] a script that fails opens an error window; closing it ends with 1', async () => {
    const session = (await bench.open(bench.write('bad.ts', 'throw new Error("no luck")')))!
    expect(session.problem).toMatchObject({ message: expect.stringContaining('no luck'), place: { line: 1 } })
    expect(bench.host.openWindows.map(({ options }) => options.title)).toEqual(['bad.ts – problem'])
    bench.host.windows[0]!.closeByHand()
    expect(await session.ended).toBe('failed')
    expect(await bench.app.done).toBe(1)
  })

  it('[F2] mending a failed script and starting it again puts its window in the place of the error', async () => {
    const file = bench.write('bad.ts', 'throw new Error("no luck")')
    const session = (await bench.open(file))!
    writeFileSync(file, SHOW)
    await session.restart()
    expect(session.scriptState).toBe('running')
    expect(session.problem).toBeNull()
    expect(bench.host.openWindows.map(({ options }) => options.title)).toEqual(['Hi'])
  })

  it('[F10] starting a script again closes the windows that it shows no more', async () => {
    const both = `import { show } from 'oriel'\nawait show('1', { id: 'one' })\nawait show('2', { id: 'two' })\n`
    const file = bench.write('a.ts', both)
    const session = (await bench.open(file))!
    expect(session.windows.widgetIds.toSorted()).toEqual(['one', 'two'])
    writeFileSync(file, both.split('\n').slice(0, 2).join('\n'))
    await session.restart()
    expect(session.windows.widgetIds).toEqual(['one'])
    expect(bench.host.windows).toHaveLength(2)
  })

  it('[F5] stopping a script leaves its windows; starting it again goes on in them', async () => {
    const session = (await bench.open(bench.write('a.ts', SHOW)))!
    await session.stop()
    expect(session.scriptState).toBe('stopped')
    expect(bench.host.openWindows).toHaveLength(1)
    await session.restart()
    expect(session.scriptState).toBe('running')
    expect(bench.host.windows).toHaveLength(1)
  })

  it('[F11] what was named on the command line is not asked about when it comes by another way; a change of it is', async () => {
    const file = bench.write('a.ts', SHOW)
    await bench.open(file)
    await bench.app.close()
    bench.start()
    await bench.open(file, { named: false })
    expect(bench.host.windows.map(({ options }) => options.title)).toEqual(['Hi'])
    await bench.app.close()
    writeFileSync(file, SHOW.replace('Hi</p>', 'Ho</p>'))
    bench.start()
    const opening = bench.open(file, { named: false })
    const question = await bench.host.opened(1)
    expect(question.options.title).toBe('Open a.ts?')
    question.closeByHand()
    expect(await opening).toBeNull()
    expect(await bench.app.done).toBe(0)
  })

  it('[F12] a script whose body waits for its window to close counts as opened, and ends with it', async () => {
    const file = bench.write('waits.ts', `import { show } from 'oriel'\nawait (await show('x')).closed\n`)
    const session = (await bench.open(file))!
    expect(session.scriptState).toBe('starting')
    bench.host.windows[0]!.closeByHand()
    expect(await session.ended).toBe('ended')
  })

  it('[L2] a body that still works with a window that was closed has not failed', async () => {
    const loop = 'for (;;) {\n  await w.patch("p", "x")\n  await new Promise((resolve) => setTimeout(resolve, 20))\n}'
    const file = bench.write('loop.ts', `import { show } from 'oriel'\nconst w = await show('<p></p>')\n${loop}\n`)
    const opening = bench.open(file)
    ;(await bench.host.opened(1)).closeByHand()
    expect(await (await opening)!.ended).toBe('ended')
    expect(bench.host.windows).toHaveLength(1)
    expect(await bench.app.done).toBe(0)
  })

  it('[F10] saving while the run before still closes begins one run, after it', async () => {
    const closes = `import { session } from 'oriel'\nconsole.log('run')\nsession.onClose(async () => {\n`
    const file = bench.write(
      'slow-close.ts',
      `${SHOW}${closes}  await new Promise((resolve) => setTimeout(resolve, 300))\n  console.log('closed')\n})\n`,
    )
    const session = (await bench.open(file))!
    await Promise.all([
      session.restart(),
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => session.restart()),
    ])
    await expect.poll(() => bench.printed).toEqual(['run', 'closed', 'run'])
    expect(session.scriptState).toBe('running')
  })

  it('[L3] what fails while a session closes keeps neither the session nor the app from ending', async () => {
    const session = (await bench.open(bench.write('a.ts', SHOW)))!
    const refuse = new Error('no')
    vi.spyOn(bench.host.windows[0]!, 'close').mockRejectedValue(refuse)
    vi.spyOn(bench.host, 'close').mockRejectedValue(refuse)
    vi.spyOn(bench.stores.sessions, 'update').mockRejectedValue(refuse)
    await bench.app.close()
    expect(await session.ended).toBe('ended')
    expect(await bench.app.done).toBe(0)
  })

  it('[F14] a script that fails for what the computer lacks ends with 3', async () => {
    vi.spyOn(bench.host, 'open').mockRejectedValueOnce(new OrielError('host_unavailable', 'No browser. Install one.'))
    await bench.open(bench.write('a.ts', SHOW))
    ;(await bench.host.opened(1)).closeByHand()
    expect(await bench.app.done).toBe(3)
  })

  it('[F2] a script that fails while its window is on its way has its error shown, though the window never comes', async () => {
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new OrielError('host_unavailable', 'The browser did not start.')), 800),
    )
    late.catch(() => {})
    vi.spyOn(bench.host, 'open').mockReturnValueOnce(late)
    const file = bench.write(
      'a.ts',
      `import { show } from 'oriel'\nvoid show('x').catch(() => {})\nthrow new Error('no luck')\n`,
    )
    const session = (await bench.open(file))!
    expect(session.problem?.message).toContain('no luck')
    expect(bench.host.openWindows.map(({ options }) => options.title)).toEqual(['a.ts – problem'])
    bench.host.windows[0]!.closeByHand()
    expect(await bench.app.done).toBe(1)
  })

  it('[L1] a session that cannot be begun leaves nothing behind; the next try begins it', async () => {
    const file = bench.write('a.ts', SHOW)
    vi.spyOn(bench.stores.sessions, 'listPlacements').mockRejectedValueOnce(new OrielError('store_damaged', 'Not now.'))
    await expect(bench.open(file)).rejects.toMatchObject({ code: 'store_damaged' })
    expect(await bench.stores.sessions.list()).toEqual([])
    expect(bench.app.sessions).toEqual([])
    expect((await bench.open(file))!.scriptState).toBe('running')
  })

  it('[F11] a script that nobody named and that has changed is asked about before it is started again', async () => {
    const file = bench.write('a.ts', SHOW)
    await bench.open(file)
    await bench.app.close()
    bench.start()
    const session = (await bench.open(file, { named: false }))!
    await session.restart()
    expect(bench.host.windows).toHaveLength(1)
    writeFileSync(file, SHOW.replace('Hi</p>', 'Ho</p>'))
    const restarting = session.restart()
    const question = await bench.host.opened(2)
    expect(question.options.title).toBe('Open a.ts?')
    question.closeByHand()
    await restarting
    expect([session.scriptState, session.problem?.code]).toEqual(['failed', 'script_not_trusted'])
  })

  it('[D2] [D7] a program attaches to a session that runs, by the beginning of its id; any other is an error that says why', async () => {
    const session = (await bench.open(bench.write('a.ts', SHOW)))!
    const access = await bench.app.attach(session.id.slice(0, 8))
    const secret = expect.any(String) as string
    expect(access).toEqual({ sessionId: session.id, url: 'ws://127.0.0.1:1/ws', ticket: secret, key: secret })
    expect(bench.app.lobby.expectsPrograms).toBe(true)
    await expect(bench.app.attach('nobody')).rejects.toMatchObject({ code: 'unknown_session' })
    await expect(bench.app.attach('')).resolves.toMatchObject({ sessionId: session.id })

    const elsewhere = { ...(await bench.stores.sessions.get(session.id))!, sessionId: 'elsewhere', pid: 4711 }
    await bench.stores.sessions.save(elsewhere)
    bench.living.add(4711)
    await expect(bench.app.attach('elsewhere')).rejects.toMatchObject({
      code: 'session_busy',
      message: expect.stringContaining('process of its own (4711)') as string,
    })
    bench.living.clear()
    await expect(bench.app.attach('elsewhere')).rejects.toThrow('is not running. Open it first')
  })

  it('[D2] nobody attaches to a session whose script has failed', async () => {
    const session = (await bench.open(bench.write('bad.ts', 'throw new Error("no such file")')))!
    await expect(bench.app.attach(session.id)).rejects.toMatchObject({
      code: 'script_failed',
      message: expect.stringContaining('no such file') as string,
    })
  })

  it('[D8] a program that is attached keeps neither the session nor the app from ending', async () => {
    const session = (await bench.open(bench.write('a.ts', SHOW)))!
    const { ticket } = await bench.app.attach(session.id)
    const link = memoryLink()
    bench.app.lobby.receive(link.b)
    const program = new RoomClient({ open: async () => link.a, ticket })
    await program.connect()
    bench.host.windows[0]!.closeByHand()
    expect(await session.ended).toBe('ended')
    expect(await bench.app.done).toBe(0)
    await expect.poll(() => program.error?.code).toBe('session_gone')
  })

  it('the title of a window follows its widget, and names the session in lists', async () => {
    const file = bench.write(
      'a.ts',
      `import { show } from 'oriel'\nconst w = await show('x', { title: 'One' })\nawait w.setTitle('Two')\n`,
    )
    const session = (await bench.open(file))!
    await expect.poll(() => bench.host.windows[0]!.title).toBe('Two')
    await expect.poll(async () => (await bench.stores.sessions.get(session.id))!.title).toBe('Two')
  })
})

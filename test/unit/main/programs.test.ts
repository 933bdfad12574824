import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RoomClient } from '../../../src/client/room-client.ts'
import type { SessionAccess } from '../../../src/main/app.ts'
import { SessionCommands } from '../../../src/main/commands/sessions.ts'
import type { SessionHooks } from '../../../src/main/engine/hooks.ts'
import type { Session } from '../../../src/main/engine/session.ts'
import { DOCUMENT_WIDGET_ID } from '../../../src/shared/calls.ts'
import { OrielError } from '../../../src/shared/errors.ts'
import { widgetRecordId } from '../../../src/shared/records.ts'
import { AppBench } from '../../support/app-bench.ts'

const SCRIPT = import.meta.filename

describe('a session without a script', () => {
  let bench: AppBench
  beforeEach(() => {
    bench = new AppBench(SCRIPT)
  })
  afterEach(async () => {
    vi.useRealTimers()
    await bench.app.close()
  })

  const sessionOf = ({ sessionId }: SessionAccess): Session => bench.app.sessions.find(({ id }) => id === sessionId)!
  const stateOf = async ({ sessionId }: SessionAccess) => (await bench.stores.sessions.get(sessionId))?.state
  function push(program: RoomClient, text = 'Hello'): Promise<void> {
    program.document.transact((tx) => {
      tx.put({ id: 'p', type: 'button', props: { text, on: { click: 'hello' } } })
      tx.roots(['p'])
      tx.title('Greeting')
    })
    return program.flush()
  }

  it('[L1] is idle until a program comes, live with it, and closes at the deadline; the catalog says so', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    bench = new AppBench(SCRIPT)
    const access = await bench.app.attachNew('Orders', { year: '2026' })
    const session = sessionOf(access)
    expect(session.life).toEqual({ state: 'idle', deadline: Date.now() + 120_000 })
    expect(await bench.stores.sessions.get(session.id)).toMatchObject({
      scriptPath: null,
      title: 'Orders',
      arguments: { year: '2026' },
      state: 'idle',
      pid: process.pid,
    })
    const program = await bench.join(access.ticket)
    expect(session.life).toEqual({ state: 'live' })
    expect(await stateOf(access)).toBe('open')
    await program.close()
    await expect.poll(() => session.life.state).toBe('idle')
    await vi.advanceTimersByTimeAsync(120_000)
    expect(await session.ended).toBe('ended')
    expect(session.life).toEqual({ state: 'closed' })
    expect(await stateOf(access)).toBe('closed')
    expect(await bench.app.done).toBe(0)
  })

  it('[L1] another ticket makes an idle session wait for it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const access = await bench.app.attachNew('', {})
    await vi.advanceTimersByTimeAsync(100_000)
    const again = await bench.app.attach(access.sessionId.slice(0, 8))
    await vi.advanceTimersByTimeAsync(50_000)
    const program = await bench.join(again.ticket)
    await vi.advanceTimersByTimeAsync(500_000)
    expect(sessionOf(access).life).toEqual({ state: 'live' })
    await program.close()
  })

  it('[L1] a session that cannot be stored begins no life', async () => {
    vi.spyOn(bench.stores.sessions, 'save').mockRejectedValueOnce(
      new OrielError('store_unwritable', 'The disk is full.'),
    )
    await expect(bench.app.attachNew('', {})).rejects.toMatchObject({ code: 'store_unwritable' })
    expect(bench.app.sessions).toEqual([])
    expect(await bench.stores.sessions.list()).toEqual([])
    expect(await bench.app.attachNew('', {})).toBeDefined()
  })

  it('[N1] a window opens once a pushed document has roots, titled as the document is', async () => {
    const access = await bench.app.attachNew('Before', {})
    const program = await bench.join(access.ticket)
    program.document.transact((tx) => tx.put({ id: 'data', type: 'table', props: {} }))
    await program.flush()
    expect(bench.host.windows).toEqual([])
    await push(program)
    const window = await bench.host.opened(1)
    expect(window.options.title).toBe('Greeting')
    program.document.title = 'Another'
    await expect.poll(() => window.title).toBe('Another')
    expect(await bench.stores.sessions.get(access.sessionId)).toMatchObject({ title: 'Another' })
    await program.close()
    expect(sessionOf(access).life).toEqual({ state: 'live' })
  })

  it('[N1] a program cannot write what the window itself is', async () => {
    const access = await bench.app.attachNew('', {})
    const program = await bench.join(access.ticket)
    await push(program)
    await bench.host.opened(1)
    await program.settled()
    const id = widgetRecordId(DOCUMENT_WIDGET_ID)
    program.document.transact((tx) => tx.set(id, ['content'], { kind: 'url', url: 'http://example.com' }))
    await expect(program.flush()).rejects.toMatchObject({ code: 'not_allowed' })
  })

  it('[N2] show opens a window before there is anything to show, or brings the one that is open to the front', async () => {
    const access = await bench.app.attachNew('', {})
    const program = await bench.join(access.ticket)
    await program.call('session.show', { width: 500, height: 300, theme: 'dark' })
    const window = await bench.host.opened(1)
    expect(window.options).toMatchObject({ title: 'Untitled', width: 500, height: 300, theme: 'dark' })
    await push(program)
    await program.call('session.show', null)
    expect(bench.host.windows).toHaveLength(1)
    expect(window.focused).toBe(1)
    for (const wrong of [{ width: 0 }, { width: '1' }, { theme: 'red' }, { title: 'x' }, { x: Number.NaN }, []])
      await expect(program.call('session.show', wrong as never)).rejects.toMatchObject({ code: 'bad_value' })
  })

  it('[N2] in a session with a script show brings its window to the front', async () => {
    const session = (await bench.app.openScript(bench.request))!
    const program = await bench.program(session.id)
    await program.call('session.show', null)
    expect(bench.host.windows.map(({ focused }) => focused)).toEqual([1])
    program.document.transact((tx) => {
      tx.put({ id: 'p', type: 'p', props: {} })
      tx.roots([...program.document.roots, 'p'])
    })
    await program.flush()
    expect(bench.host.windows).toHaveLength(1)
    await program.close()
  })

  it('[L2] closing its window ends it, and its programs hear that it is gone', async () => {
    const access = await bench.app.attachNew('', {})
    const session = sessionOf(access)
    const program = await bench.join(access.ticket)
    await push(program)
    ;(await bench.host.opened(1)).closeByHand()
    expect(await session.ended).toBe('ended')
    await expect.poll(() => program.state).toBe('closed')
    expect(program.error).toMatchObject({ code: 'session_gone' })
    expect(await stateOf(access)).toBe('closed')
  })

  it('[N3] events of the window go to every program, and the first good answer counts', async () => {
    const access = await bench.app.attachNew('', {})
    const one = await bench.join(access.ticket)
    const two = await bench.program(access.sessionId)
    const heard: unknown[] = []
    one.onEvent(({ type, widgetId, data }) => {
      heard.push(['one', type, widgetId, data])
      throw new OrielError('no_handler', 'Not mine.')
    })
    two.onEvent(({ type, data }) => {
      heard.push(['two', type, data])
      return 'from two'
    })
    await push(one)
    await bench.host.opened(1)
    const window = await bench.window()
    expect(await window.request(DOCUMENT_WIDGET_ID, 'hello', { id: 'p' })).toBe('from two')
    expect(heard).toHaveLength(2)
    expect(heard).toContainEqual(['one', 'hello', DOCUMENT_WIDGET_ID, { id: 'p' }])
    expect(heard).toContainEqual(['two', 'hello', { id: 'p' }])
    await Promise.all([one.close(), two.close()])
    await expect
      .poll(() => window.request(DOCUMENT_WIDGET_ID, 'hello').catch((error: unknown) => error))
      .toMatchObject({ code: 'not_connected' })
  })

  it('[N4] is kept: it can be taken up by its id or in the home window, with what was pushed', async () => {
    const access = await bench.app.attachNew('Orders', { year: '2026' })
    const program = await bench.join(access.ticket)
    await push(program)
    await bench.app.close()

    const printed: string[] = []
    const print = (text: string) => void printed.push(text)
    await new SessionCommands({ stores: bench.stores, isAlive: () => true, print }).list(false)
    expect(printed.join('\n')).toMatch(/closed +Greeting +\(no script\)/)

    bench = new AppBench(SCRIPT, { stores: bench.stores })
    const again = await bench.app.attach(access.sessionId.slice(0, 10))
    expect(again.sessionId).toBe(access.sessionId)
    expect((await bench.host.opened(1)).options.title).toBe('Greeting')
    const other = await bench.join(again.ticket)
    expect(other.document.get('p')?.props.text).toBe('Hello')
    await other.close()
  })

  it('[N4] the home window opens it with a window, whether or not it has something to show', async () => {
    const access = await bench.app.attachNew('Orders', {})
    await sessionOf(access).close()
    await bench.app.openHome()
    const home = await bench.window()
    await home.request('oriel-home', 'session.resume', { sessionId: access.sessionId })
    expect(bench.host.openWindows.map(({ title }) => title)).toEqual(['Oriel', 'Orders'])
    expect(sessionOf(access).life).toEqual({ state: 'live' })
    await home.close()
  })

  it('[N4] its windows say so while no program is attached, and not for a moment’s cut', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const access = await bench.app.attachNew('', {})
    const program = await bench.join(access.ticket)
    await push(program)
    const notice = () => sessionOf(access).room.journal.state.get('notice:programs')
    await vi.advanceTimersByTimeAsync(5000)
    expect(notice()).toBeUndefined()
    await program.close()
    // By the real clock: `vi.waitFor` would move the false one with every look.
    await expect.poll(() => sessionOf(access).room.peers('program')).toEqual([])
    await vi.advanceTimersByTimeAsync(1900)
    expect(notice()).toBeUndefined()
    await vi.advanceTimersByTimeAsync(200)
    expect(notice()?.props).toMatchObject({ level: 'info' })
    const again = await bench.program(access.sessionId)
    expect(notice()).toBeUndefined()
    await again.close()
  })

  it('[N4] one whose process is gone is listed as crashed, and taken up all the same', async () => {
    const access = await bench.app.attachNew('', {})
    const program = await bench.join(access.ticket)
    await push(program)
    // As after kill -9: nothing of it was closed.
    const { stores } = bench
    const copy = { ...(await stores.sessions.get(access.sessionId))!, pid: 2 ** 22 + 1 }
    await program.close()
    await bench.app.close()
    await stores.sessions.save(copy)
    const listed: string[] = []
    const print = (text: string) => void listed.push(text)
    await new SessionCommands({ stores, isAlive: () => false, print }).list(true)
    expect(JSON.parse(listed[0]!)).toMatchObject([{ state: 'crashed', scriptPath: null }])
    bench = new AppBench(SCRIPT, { stores })
    expect(await bench.app.attach(access.sessionId)).toMatchObject({ sessionId: access.sessionId })
  })
})

describe('hooks', () => {
  it('[L3] run in order: created, body, clients attach, closing, closed; what throws stops nothing else', async () => {
    const calls: string[] = []
    const note = (what: string) => calls.push(what)
    const failing: SessionHooks = {
      created: async () => {
        throw new Error('created')
      },
      closing: () => {
        throw new Error('closing')
      },
    }
    const noting: SessionHooks = {
      created: async (session) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        session.edit([{ op: 'put', record: { id: 'state:Seed', type: 'state', scope: 'state', props: { n: 1 } } }])
        note(`created ${session.isNew}`)
      },
      attached: (_session, { role }) => void note(`attached ${role}`),
      closing: () => void note('closing'),
      closed: () => void note('closed'),
    }
    const bench = new AppBench(SCRIPT, { hooks: [failing, noting] })
    const session = (await bench.app.openScript(bench.request))!
    session.script!.onRun(() => note('ran'))
    const window = await bench.window()
    const program = await bench.program(session.id)
    expect(program.document.get('state:Seed')?.props).toEqual({ n: 1 })
    await expect.poll(() => calls).toHaveLength(3)
    await session.close()
    expect(calls).toEqual(['created true', 'attached window', 'attached program', 'closing', 'closed'])
    await Promise.all([window.close(), program.close(), bench.app.close()])
  })
})

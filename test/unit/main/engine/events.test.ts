import { afterEach, describe, expect, it } from 'vitest'
import { OrielError } from '../../../../src/shared/errors.ts'
import { RoomHarness, reached } from '../../../support/room-harness.ts'

describe('events between windows and the script', () => {
  let harness = new RoomHarness()
  afterEach(async () => {
    await harness.close()
    harness = new RoomHarness()
  })

  it('[E14] an event of a window reaches the script with its widget, connection and data', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const heard: unknown[] = []
    script.session.onEvent(
      ({ type, widgetId, connectionId, data }) => void heard.push([type, widgetId, connectionId, data]),
    )
    expect(await window.session.emit('w1', 'add', { by: 2 })).toBe(1)
    expect(heard).toEqual([['add', 'w1', window.session.connectionId, { by: 2 }]])
  })

  it('[E7] an event of the script reaches every window of that widget and no other, and says how many', async () => {
    const script = await harness.join('script')
    const windows = [
      await harness.join('window', 'w1'),
      await harness.join('window', 'w1'),
      await harness.join('window', 'w2'),
    ]
    const heard: string[] = []
    windows.forEach(({ session }, index) =>
      session.onEvent(({ data }) => void heard.push(`${index}:${JSON.stringify(data)}`)),
    )
    expect(await script.session.emit('w1', 'tick', 7)).toBe(2)
    expect(await script.session.emit('w3', 'tick', 7)).toBe(0)
    expect(heard.toSorted()).toEqual(['0:7', '1:7'])
  })

  it('[E3] a request is answered with the value of the other side, both ways', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    script.session.onEvent(async ({ data }) => ({ twice: (data as number) * 2 }))
    window.session.onEvent(() => new Float32Array([1.5]))
    expect(await window.session.request('w1', 'double', 21)).toEqual({ twice: 42 })
    expect(await script.session.request('w1', 'numbers')).toEqual(new Float32Array([1.5]))
  })

  it('[E4] a handler that throws answers with a code and its message, and never with a stack [V3]', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    script.session.onEvent(() => {
      throw new TypeError('no such column')
    })
    const error = (await window.session.request('w1', 'x').catch((caught: unknown) => caught)) as OrielError
    expect(error).toBeInstanceOf(OrielError)
    expect(error.code).toBe('handler_failed')
    expect(error.message).toContain('no such column')
    expect(JSON.stringify([error, error.message])).not.toContain('.test.ts')
  })

  it('[E5] a request that is not answered in time is a timeout, and the handler hears that nobody waits', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const aborted = new Promise<boolean>((resolve) => {
      script.session.onEvent(({ signal }) => new Promise(() => signal.addEventListener('abort', () => resolve(true))))
    })
    await expect(window.session.request('w1', 'slow', null, { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'timeout',
      retryable: true,
    })
    expect(await aborted).toBe(true)
  })

  it('[E5] a request can be cancelled by its signal', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    script.session.onEvent(() => new Promise(() => {}))
    const abort = new AbortController()
    const request = window.session.request('w1', 'slow', null, { signal: abort.signal })
    abort.abort()
    await expect(request).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('[E1] events of one widget arrive in the order they were sent', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const heard: unknown[] = []
    script.session.onEvent(({ data }) => void heard.push(data))
    await Promise.all(Array.from({ length: 500 }, (_, index) => window.session.emit('w1', 'n', index)))
    expect(heard).toEqual(Array.from({ length: 500 }, (_, index) => index))
  })

  it('[E6] without a script the asker is told at once why', async () => {
    const window = await harness.join('window', 'w1')
    await expect(window.session.emit('w1', 'x')).rejects.toMatchObject({ code: 'script_stopped' })
    await expect(window.session.request('w1', 'x')).rejects.toMatchObject({ code: 'script_stopped' })
  })

  it('[E6] when the script goes while a request waits, the asker is told', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const entered = new Promise<void>((resolve) => {
      script.session.onEvent(() => {
        resolve()
        return new Promise(() => {})
      })
    })
    const request = window.session.request('w1', 'x')
    await entered
    harness.room.removePeer(script.peer, new OrielError('script_stopped', 'The script was stopped.'))
    await expect(request).rejects.toMatchObject({ code: 'script_stopped', message: 'The script was stopped.' })
  })

  it('[E10] a window may speak for its own widget only, and nobody may use names of Oriel itself', async () => {
    await harness.join('script')
    const window = await harness.join('window', 'w1')
    await expect(window.session.request('w2', 'x')).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(window.session.request('w1', 'oriel:window-closed')).rejects.toMatchObject({ code: 'not_allowed' })
  })

  it('[J2] a window cannot change the document: the edit is rejected and rolled back', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    window.session.document.transact((tx) => tx.put({ id: 'a', type: 'note', props: {} }))
    expect(window.session.document.get('a')).toBeDefined()
    await window.session.emit('w1', 'after').catch(() => {})
    expect(window.session.document.get('a')).toBeUndefined()
    expect(script.session.document.get('a')).toBeUndefined()
  })

  it('[E7] of several windows the first good answer counts, and an error only if all fail', async () => {
    const script = await harness.join('script')
    const windows = [await harness.join('window', 'w1'), await harness.join('window', 'w1')]
    windows[0]!.session.onEvent(() => {
      throw new Error('not me')
    })
    windows[1]!.session.onEvent(async () => 'me')
    expect(await script.session.request('w1', 'who')).toBe('me')
    windows[1]!.session.onEvent(() => {
      throw new Error('nor me')
    })
    await expect(script.session.request('w1', 'who')).rejects.toMatchObject({ code: 'handler_failed' })
  })

  it('[E8] what is sent while a link is cut arrives once it is back: all of it, in order, nothing twice', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const atScript: unknown[] = []
    const atWindow: unknown[] = []
    script.session.onEvent(({ data }) => {
      atScript.push(data)
      return data
    })
    window.session.onEvent(({ data }) => void atWindow.push(data))
    const answers: Promise<unknown>[] = []
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 20; n++) answers.push(window.session.request('w1', 'n', round * 20 + n))
      void script.session.emit('w1', 'm', round)
      window.link().cut()
      expect(window.session.state).toBe('reconnecting')
      for (let n = 0; n < 3; n++) void script.session.emit('w1', 'm', `${round} while away ${n}`)
      await reached(window.session, 'open')
    }
    const expected = Array.from({ length: 100 }, (_, index) => index)
    expect(await Promise.all(answers)).toEqual(expected)
    expect(atScript).toEqual(expected)
    expect(await script.session.emit('w1', 'last')).toBe(1)
    expect(atWindow.filter((data) => data !== null)).toEqual(
      [0, 1, 2, 3, 4].flatMap((round) => [round, ...[0, 1, 2].map((n) => `${round} while away ${n}`)]),
    )
    expect(window.opened()).toBe(6)
  })

  it('[E9] what the script sends before a window has come is waiting for it', async () => {
    const script = await harness.join('script')
    const window = harness.place('window', 'w1')
    expect(await script.session.emit('w1', 'early', 1)).toBe(1)
    const heard: unknown[] = []
    window.session.onEvent(({ data }) => void heard.push(data))
    await window.session.connect()
    await script.session.emit('w1', 'late', 2)
    await script.session.request('w1', 'sync')
    expect(heard).toEqual([1, 2, null])
  })
})

describe('the document over a drop', () => {
  it('[Z3] a client that comes back gets what it missed from the log, and says that it resumed', async () => {
    const harness = new RoomHarness()
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    script.session.document.transact((tx) => tx.put({ id: 'a', type: 'note', props: { n: 0 } }))
    await script.session.emit('w1', 'sync')
    window.link().cut()
    window.session.onEvent(() => null)
    for (let n = 1; n <= 10; n++) script.session.document.transact((tx) => tx.set('a', ['n'], n))
    await reached(window.session, 'open')
    await script.session.request('w1', 'sync')
    expect(window.session.document.get('a')?.props).toEqual({ n: 10 })
    expect(window.session.document.version).toBe(harness.room.journal.version)
    await harness.close()
  })

  it('[Z1] edits made while the link is cut are applied once each, in order', async () => {
    const harness = new RoomHarness()
    const script = await harness.join('script')
    script.session.document.transact((tx) => tx.put({ id: 'a', type: 'list', props: { items: [] } }))
    for (let round = 0; round < 4; round++) {
      for (let n = 0; n < 25; n++) {
        const index = round * 25 + n
        script.session.document.transact((tx) => tx.splice('a', ['items'], index, 0, [index]))
      }
      if (round % 2 === 0) script.link().cut()
      else await Promise.resolve().then(() => script.link().cut())
      await reached(script.session, 'open')
    }
    await script.session.emit('w1', 'sync')
    expect(harness.room.journal.state.get('a')?.props.items).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(script.session.pendingCount).toBe(0)
    await harness.close()
  })

  it('[Z3] a session that has ended is gone: the client closes and is told so', async () => {
    const harness = new RoomHarness()
    const window = await harness.join('window', 'w1')
    await harness.room.close(new OrielError('session_gone', 'This session has ended.'))
    await reached(window.session, 'closed')
    await expect(window.session.request('w1', 'x')).rejects.toMatchObject({ code: 'session_gone' })
    await harness.close()
  })
})

import { PassThrough } from 'node:stream'
import { beforeEach, describe, expect, test } from 'vitest'
import { createCdpPipe } from '../../../../src/main/hosts/browser/pipe.ts'
import type { CdpPipe } from '../../../../src/main/hosts/browser/pipe.ts'

let toBrowser: PassThrough
let fromBrowser: PassThrough
let pipe: CdpPipe

beforeEach(() => {
  toBrowser = new PassThrough()
  fromBrowser = new PassThrough()
  pipe = createCdpPipe(toBrowser, fromBrowser)
})

const say = (message: object): boolean => fromBrowser.write(`${JSON.stringify(message)}\0`)
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

describe('the pipe to the browser', () => {
  test('commands are JSON ended by NUL, numbered, and answered in any order', async () => {
    const first = pipe.send('Page.bringToFront', {}, { sessionId: 's1' })
    const second = pipe.send('Browser.getVersion', {})
    expect(toBrowser.read()?.toString()).toBe(
      '{"id":1,"method":"Page.bringToFront","params":{},"sessionId":"s1"}\0{"id":2,"method":"Browser.getVersion","params":{}}\0',
    )
    say({ id: 2, result: { product: 'Chrome/1' } })
    say({ id: 1, result: {} })
    expect(await second).toEqual({ product: 'Chrome/1' })
    expect(await first).toEqual({})
  })

  test('messages may come in any number of parts, cut anywhere', async () => {
    const heard: string[] = []
    pipe.on('Target.targetDestroyed', ({ targetId }) => heard.push(targetId))
    const texts = ['a', 'ü漢🎈', 'c'.repeat(100)]
    const bytes = Buffer.from(
      texts
        .map((targetId) => `${JSON.stringify({ method: 'Target.targetDestroyed', params: { targetId } })}\0`)
        .join(''),
    )
    for (const byte of bytes) fromBrowser.write(Buffer.from([byte]))
    await settled()
    fromBrowser.write(bytes)
    await settled()
    expect(heard).toEqual([...texts, ...texts])
  })

  test('events go to whoever listens for them, with the page they came from, until they stop', async () => {
    const heard: unknown[] = []
    const stop = pipe.on('Page.loadEventFired', (_params, sessionId) => heard.push(sessionId))
    say({ method: 'Page.loadEventFired', params: { timestamp: 1 }, sessionId: 's1' })
    say({ method: 'Something.else', params: {} })
    await settled()
    stop()
    say({ method: 'Page.loadEventFired', params: { timestamp: 2 }, sessionId: 's2' })
    await settled()
    expect(heard).toEqual(['s1'])
  })

  test('a command that is refused is internal, one that is not answered is timeout', async () => {
    const refused = pipe.send('Browser.getVersion', {})
    say({ id: 1, error: { message: 'not today' } })
    await expect(refused).rejects.toMatchObject({
      code: 'internal',
      message: 'The browser refused Browser.getVersion: not today',
    })
    await expect(pipe.send('Browser.getVersion', {}, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'timeout' })
    // An answer that comes too late is nobody's.
    say({ id: 2, result: {} })
    await settled()
  })

  test('when the browser is gone every command is closed, and all who asked are told once', async () => {
    let told = 0
    pipe.onClose(() => told++)
    const waiting = pipe.send('Browser.getVersion', {})
    fromBrowser.destroy()
    await expect(waiting).rejects.toMatchObject({ code: 'closed' })
    await expect(pipe.send('Browser.getVersion', {})).rejects.toMatchObject({ code: 'closed' })
    toBrowser.destroy(new Error('EPIPE'))
    await settled()
    pipe.onClose(() => told++)
    expect(told).toBe(2)
  })
})

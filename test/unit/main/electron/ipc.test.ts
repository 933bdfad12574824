import type { WebContents } from 'electron'
import { describe, expect, test, vi } from 'vitest'
import { acceptIpcCarriers } from '../../../../src/main/carriers/ipc.ts'
import type { Carrier } from '../../../../src/shared/carrier.ts'
import { IPC_CHANNEL } from '../../../../src/shared/ipc.ts'
import { CLOSE } from '../../../../src/shared/protocol.ts'
import { carrierContract, listen } from '../../../contract/suites/carrier-contract.ts'
import { WebContentsDouble } from '../../../support/electron-double.ts'
import type { PageEnd } from '../../../support/electron-double.ts'

const ORIGIN = 'oriel://app'
const PAGE = `${ORIGIN}/w/key`

/** What the preload's `electron` is connected to. */
let page: PageEnd
/** What the preload handed to the page. */
let exposed: Record<string, unknown> = {}

vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, value: unknown) => {
      exposed[name] = value
    },
  },
  ipcRenderer: {
    on: (channel: string, listener: () => void) => page.on(channel, listener),
    send: (channel: string, ...args: unknown[]) => page.send(channel, ...args),
  },
  webUtils: { getPathForFile: (file: File) => `/files/${file.name}` },
}))

/** Loads a page with the real preload into `contents`; gives what the page finds. */
async function loadPage(contents: WebContentsDouble, url = PAGE): Promise<Carrier> {
  page = contents.commit(url)
  exposed = {}
  vi.resetModules()
  await import('../../../../src/preload/index.ts')
  return exposed.orielCarrier as Carrier
}

function listenTo(contents: WebContentsDouble): { warnings: string[]; next(): Promise<Carrier>; carriers: Carrier[] } {
  const carriers: Carrier[] = []
  const warnings: string[] = []
  let wake: (carrier: Carrier) => void = () => undefined
  acceptIpcCarriers({
    contents: contents as unknown as WebContents,
    origin: ORIGIN,
    attach: (carrier) => {
      carriers.push(carrier)
      wake(carrier)
    },
    log: { debug() {}, info() {}, warn: (text) => void warnings.push(text), error() {} },
  })
  return { warnings, carriers, next: () => new Promise((resolve) => (wake = resolve)) }
}

async function connect(): Promise<{ contents: WebContentsDouble; main: Carrier; inPage: Carrier; warnings: string[] }> {
  const contents = new WebContentsDouble()
  const listening = listenTo(contents)
  const attached = listening.next()
  const inPage = await loadPage(contents)
  return { contents, main: await attached, inPage, warnings: listening.warnings }
}

carrierContract('Electron IPC, with the preload', async () => {
  const { contents, main, inPage } = await connect()
  return {
    a: main,
    b: inPage,
    cut: () => {
      contents.emit('render-process-gone', {}, { reason: 'crashed' })
      // A page that crashed hears nothing; one whose main process is gone goes with it. Said to it here for the suite.
      inPage.close(CLOSE.cut)
    },
    end: async () => void contents.emit('destroyed'),
  }
})

describe('carrier over Electron IPC', () => {
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

  test('the preload hands the page a carrier and the paths of dropped files, nothing else', async () => {
    await connect()
    expect(Object.keys(exposed).toSorted()).toEqual(['orielCarrier', 'orielNative'])
    expect(Object.keys(exposed.orielCarrier as object).toSorted()).toEqual([
      'bufferedBytes',
      'close',
      'onClose',
      'onMessage',
      'send',
    ])
    const native = exposed.orielNative as { pathForFile(file: File): string }
    expect(native.pathForFile(new File([], 'a.oriel.ts'))).toBe('/files/a.oriel.ts')
  })

  test('a reload cuts the carrier before and gives a new one; nothing meant for the old page reaches the new', async () => {
    const contents = new WebContentsDouble()
    const listening = listenTo(contents)
    const first = listening.next()
    await loadPage(contents)
    const before = await first
    const ended = listen(before).closed
    const second = listening.next()
    const inPage = await loadPage(contents)
    const heard: unknown[] = []
    inPage.onMessage((message) => heard.push(message))
    // The main process does not know of the reload yet.
    before.send({ meant: 'for the old page' })
    const after = await second
    expect(await ended).toEqual({ code: CLOSE.cut, reason: '' })
    after.send({ meant: 'for the new page' })
    await settled()
    expect(heard).toEqual([{ meant: 'for the new page' }])
    before.send({ late: true })
    await settled()
    expect(heard).toHaveLength(1)
  })

  test('messages of frames inside, of other sites and of frames that are gone are dropped and logged once', async () => {
    const { contents, main, inPage, warnings } = await connect()
    const { messages } = listen(main)
    const heard: unknown[] = []
    inPage.onMessage((message) => heard.push(message))
    // Whoever they are, they would need the link's name; give it to them.
    let link = ''
    contents.ipc.once(IPC_CHANNEL, (_event, name: string) => (link = name))
    inPage.send({ mine: 1 })
    await settled()
    contents.receive({ url: PAGE }, IPC_CHANNEL, link, 'message', { inner: 1 })
    contents.receive(null, IPC_CHANNEL, link, 'message', { gone: 1 })
    contents.mainFrame = { url: 'https://example.org/' }
    contents.receive(contents.mainFrame, IPC_CHANNEL, link, 'message', { foreign: 1 })
    contents.mainFrame = { url: 'oriel://app.example.org/' }
    contents.receive(contents.mainFrame, IPC_CHANNEL, link, 'message', { alike: 1 })
    contents.receive(contents.mainFrame, IPC_CHANNEL, 'another', 'open')
    await settled()
    expect(messages).toEqual([{ mine: 1 }])
    expect(warnings).toEqual(['a message from a page that is not ours was dropped'])
  })

  test('a page that navigated elsewhere, and a window that is destroyed, end with 1006', async () => {
    const elsewhere = await connect()
    elsewhere.contents.commit('https://example.org/')
    expect((await listen(elsewhere.main).closed).code).toBe(CLOSE.cut)
    const destroyed = await connect()
    destroyed.contents.destroyed = true
    destroyed.contents.emit('destroyed')
    expect((await listen(destroyed.main).closed).code).toBe(CLOSE.cut)
    destroyed.main.send({ late: true })
  })

  test.each([
    [['', 'message', 'text']],
    [['', 'message', [1]]],
    [['', 'nonsense']],
    [[7, 'open']],
    [['x'.repeat(65), 'open']],
    [['', 'close', 'code', 'reason']],
    [[]],
  ])('[V2] %j is no message and ends the link with 4000', async (args) => {
    const { contents, main, warnings } = await connect()
    contents.receive(contents.mainFrame, IPC_CHANNEL, ...args)
    // With a reason, which its lobby or room logs.
    expect(await listen(main).closed).toEqual({ code: CLOSE.badMessage, reason: 'A message must be an object.' })
    expect(warnings).toEqual([])
  })

  test('[V2] what is no message, before any page has opened a link, is logged once', async () => {
    const contents = new WebContentsDouble()
    const { warnings } = listenTo(contents)
    contents.commit(PAGE)
    for (let n = 0; n < 3; n++) contents.receive(contents.mainFrame, IPC_CHANNEL, 'nonsense')
    await settled()
    expect(warnings).toEqual(['a message that is none was dropped'])
  })
})

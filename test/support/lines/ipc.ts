import type { WebContents } from 'electron'
import { acceptIpcCarriers } from '../../../src/main/carriers/ipc.ts'
import { silentLog } from '../../../src/main/log.ts'
import type { Carrier } from '../../../src/shared/carrier.ts'
import { IPC_CHANNEL } from '../../../src/shared/ipc.ts'
import { CLOSE } from '../../../src/shared/protocol.ts'
import { serialize } from 'node:v8'
import { WebContentsDouble, type PageEnd } from '../electron-double.ts'
import type { Line, LineKind, StationOptions, Way } from './types.ts'

const ORIGIN = 'oriel://app'

/** What the preload that is loaded next is connected to, and what it hands to its page. */
let page: PageEnd
let exposed: Record<string, unknown> = {}
let pages = 0

/** In the place of the package `electron` for preloads; a test that has IPC lines must mock it with this. */
export const preloadElectron = {
  contextBridge: {
    exposeInMainWorld: (name: string, value: unknown) => {
      exposed[name] = value
    },
  },
  ipcRenderer: {
    on: (channel: string, listener: () => void) => page.on(channel, listener),
    send: (channel: string, ...args: unknown[]) => page.send(channel, ...args),
  },
  webUtils: { getPathForFile: () => '' },
}

/** Electron IPC on the stand-in for Electron, with the real preload: a page for each connection. */
export const ipcLines: LineKind = {
  isBounded: false,
  start: async (options) => {
    const lines: IpcLine[] = []
    return {
      line: () => {
        const line = new IpcLine(options)
        lines.push(line)
        return line
      },
      end: async () => lines.forEach((line) => line.end()),
    }
  },
}

/** A window whose messages may be held up on their way. */
class WatchedContents extends WebContentsDouble {
  passes: (way: Way, args: unknown[]) => boolean = () => true

  override receive(...[frame, channel, ...args]: Parameters<WebContentsDouble['receive']>): void {
    if (this.passes('up', args)) super.receive(frame, channel, ...args)
  }

  override send(channel: string, ...args: unknown[]): void {
    if (this.passes('down', args)) super.send(channel, ...args)
  }
}

class IpcLine implements Line {
  opened = 0
  reachable = true
  readonly garbage: ReadonlyMap<string, () => void>
  readonly #contents = new WatchedContents()
  #carrier: Carrier | null = null
  #link = ''
  #stalled = false
  #trap: { way: Way; bytes: number } | null = null
  #nextTrap: { way: Way; bytes: number } | null = null
  #metered: number | null = null

  constructor({ receive }: StationOptions) {
    const contents = this.#contents
    const say =
      (...args: unknown[]) =>
      () =>
        contents.receive(contents.mainFrame, IPC_CHANNEL, ...args.map((arg) => (arg === LINK ? this.#link : arg)))
    this.garbage = new Map([
      ['text', say(LINK, 'message', 'hello')],
      ['a list', say(LINK, 'message', [1])],
      ['an unknown kind', say(LINK, 'nonsense')],
      ['a link that is no text', say(7, 'message', {})],
      ['a close without a code', say(LINK, 'close', 'code', 'reason')],
      ['nothing', say()],
    ])
    contents.ipc.on(IPC_CHANNEL, (_event, link: unknown, kind: unknown) => {
      if (kind === 'open') this.#link = link as string
    })
    acceptIpcCarriers({ contents: contents as unknown as WebContents, origin: ORIGIN, attach: receive, log: silentLog })
    contents.passes = (way, args) => this.#passes(way, args)
  }

  async open(): Promise<Carrier> {
    if (!this.reachable) throw new Error('unreachable')
    this.opened++
    this.#trap = this.#nextTrap
    this.#nextTrap = null
    this.#stalled = false
    page = this.#contents.commit(`${ORIGIN}/w/key`)
    exposed = {}
    // A module of its own for each page.
    await import(/* @vite-ignore */ `../../../src/preload/index.ts?page=${(pages += 1)}`)
    this.#carrier = exposed.orielCarrier as Carrier
    return this.#carrier
  }

  cut(): void {
    this.#contents.emit('render-process-gone', {}, { reason: 'crashed' })
    // A page that crashed hears nothing; its client is told here, as if it were to be loaded again.
    this.#carrier?.close(CLOSE.cut)
  }

  cutAfter(way: Way, bytes: number): void {
    this.#trap = { way, bytes }
  }

  cutNext(way: Way, bytes: number): void {
    this.#nextTrap = { way, bytes }
  }

  stall(): void {
    this.#stalled = true
  }

  traffic(): number {
    const bytes = this.#metered ?? 0
    this.#metered = 0
    return bytes
  }

  end(): void {
    this.#contents.destroyed = true
    this.#contents.emit('destroyed')
  }

  #passes(way: Way, args: unknown[]): boolean {
    if (this.#stalled) return false
    const trap = this.#trap?.way === way ? this.#trap : null
    if (!trap && this.#metered === null) return true
    const { byteLength } = serialize(args)
    if (this.#metered !== null) this.#metered += byteLength
    if (!trap || (trap.bytes -= byteLength) >= 0) return true
    this.#trap = null
    this.#stalled = true
    setImmediate(() => this.cut())
    return false
  }
}

const LINK = Symbol('the name of the link')

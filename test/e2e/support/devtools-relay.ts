import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import type { RawData } from 'ws'

/*
 * Stands between Playwright and the browser of the app, and shows Playwright a page only once it is at its address.
 *
 * The app steers that browser itself, over its pipe: a window starts empty and is sent to its address at once. Playwright
 * attaches to every new page and sets it up, and where that meets the page's move to another process the browser tells
 * Playwright nothing of the move: it believes the page empty for good.
 */

interface Message {
  id?: number
  method?: string
  sessionId?: string
  params?: {
    sessionId?: string
    targetId?: string
    targetInfo?: TargetInfo
    waitForDebuggerOnStart?: boolean
  }
}

interface TargetInfo {
  targetId: string
  type: string
  url: string
}

/** Id of the relay's own command; Playwright counts from 1. */
const OWN_ID = 1_000_000_000

/** A place where Playwright's `connectOverCDP` reaches the browser. */
export interface DevtoolsRelay {
  readonly url: string
  close(): void
}

/** Opens one to the browser at `browserUrl` (ws:). Its connections end with those of the browser. */
export async function openDevtoolsRelay(browserUrl: string): Promise<DevtoolsRelay> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  server.on('connection', (client) => relay(client, new WebSocket(browserUrl, { perMessageDeflate: false })))
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}

function relay(client: WebSocket, browser: WebSocket): void {
  const early: string[] = []
  /** What Playwright is told of a page once it is at its address, by target. */
  const held = new Map<string, string>()

  const toBrowser = (message: string): void => {
    if (browser.readyState === WebSocket.OPEN) browser.send(message)
    else early.push(message)
  }
  browser.on('open', () => {
    const params = { discover: true, filter: [{ type: 'page' }] }
    browser.send(JSON.stringify({ id: OWN_ID, method: 'Target.setDiscoverTargets', params }))
    for (const message of early) browser.send(message)
  })
  browser.on('close', () => client.close()).on('error', () => client.close())
  client.on('close', () => browser.close())

  client.on('message', (data) => {
    const message = parse(data)
    // It could not let go on what it has not been told of.
    if (message.method === 'Target.setAutoAttach' && message.sessionId === undefined)
      message.params = { ...message.params, waitForDebuggerOnStart: false }
    toBrowser(JSON.stringify(message))
  })

  browser.on('message', (data) => {
    const message = parse(data)
    if (isKept(message)) return
    client.send(text(data))
  })

  /** Whether Playwright is not told, or not now. */
  function isKept({ id, method, sessionId, params }: Message): boolean {
    if (sessionId !== undefined) return false
    switch (method) {
      case undefined:
        return id === OWN_ID
      case 'Target.attachedToTarget':
        if (params?.targetInfo?.type !== 'page' || isAtAddress(params.targetInfo)) return false
        held.set(params.targetInfo.targetId, JSON.stringify({ method, params }))
        return true
      case 'Target.detachedFromTarget':
        return held.delete(params?.targetId ?? '')
      case 'Target.targetInfoChanged': {
        const { targetInfo } = params!
        const attached = held.get(targetInfo!.targetId)
        if (attached !== undefined && isAtAddress(targetInfo!)) {
          held.delete(targetInfo!.targetId)
          client.send(attached)
        }
        return true
      }
      case 'Target.targetCreated':
      case 'Target.targetDestroyed':
      case 'Target.targetCrashed':
        return true
      default:
        return false
    }
  }
}

/** An address with a ticket is one that it is still on its way to: the page server answers it with another. */
function isAtAddress({ url }: TargetInfo): boolean {
  return url.startsWith('http') && !new URL(url).searchParams.has('ticket')
}

function parse(data: RawData): Message {
  return JSON.parse(text(data)) as Message
}

/** `ws` hands out one Buffer unless it was told otherwise. */
function text(data: RawData): string {
  return (data as Buffer).toString('utf8')
}

import type { HostWindow, Preparation, WindowHost, WindowOptions } from '../../../src/main/hosts/types.ts'
import { OrielError } from '../../../src/shared/errors.ts'
import type { Bounds } from '../../../src/shared/window.ts'
import type { FromRemote, RemoteHosts, ToRemote, WindowMethod } from './messages.ts'

interface Served {
  host: WindowHost
  windows: Map<string, HostWindow>
  preparations: Map<number, Preparation>
}

/** Does for the parent process what it asks of window hosts, until it is gone; then closes them all and calls `end`. */
export function serveHosts(hosts: RemoteHosts, end: () => void): void {
  const served = new Map<number, Served>()
  const send = (message: FromRemote): void => {
    if (process.connected) process.send?.(message)
  }
  const create = (number: number): void => {
    const host = hosts.create()
    served.set(number, { host, windows: new Map(), preparations: new Map() })
    host.onExit((reason) => send({ kind: 'exit', host: number, reason }))
  }

  const open = async (number: number, options: WindowOptions): Promise<string> => {
    const { host, windows } = servedBy(number)
    const window = await host.open(options)
    windows.set(window.id, window)
    window.onBoundsChange((bounds) => send({ kind: 'bounds', host: number, window: window.id, bounds }))
    void window.closed.then(() => send({ kind: 'closed', host: number, window: window.id }))
    return window.id
  }
  const servedBy = (number: number): Served => {
    const found = served.get(number)
    if (found === undefined) throw new Error(`There is no host ${number}.`)
    return found
  }
  const call = async (message: Extract<ToRemote, { kind: 'call' }>): Promise<unknown> => {
    const { host, windows } = servedBy(message.host)
    if (!('window' in message))
      return message.method === 'open' ? open(message.host, message.args[0] as WindowOptions) : host.close()
    const window = windows.get(message.window)
    if (window === undefined) throw new Error(`There is no window ${message.window}.`)
    return callWindow(hosts, window, message.method, message.args[0])
  }

  const answer = (id: number, outcome: Promise<unknown>): void => {
    outcome.then(
      (value) => send({ kind: 'result', id, value: value ?? null }),
      (error: unknown) => {
        const code = error instanceof OrielError ? error.code : 'internal'
        send({ kind: 'failure', id, code, message: String(error instanceof Error ? error.message : error) })
      },
    )
  }

  process.on('message', (message: ToRemote) => {
    switch (message.kind) {
      case 'create':
        return create(message.host)
      case 'prepare': {
        const { host, preparations } = servedBy(message.host)
        const preparation = host.prepare(message.place)
        preparations.set(message.id, preparation)
        return answer(message.id, preparation.underWay)
      }
      case 'release':
        return servedBy(message.host).preparations.get(message.id)?.release()
      case 'call':
        return answer(message.id, call(message))
    }
  })
  process.on('disconnect', () => {
    void Promise.allSettled([...served.values()].map(({ host }) => host.close())).then(end)
  })
  const { name, capabilities } = hosts.create()
  send({ kind: 'ready', name, capabilities, frame: hosts.frame ?? { width: 0, height: 0 } })
}

async function callWindow(
  hosts: RemoteHosts,
  window: HostWindow,
  method: WindowMethod,
  arg: unknown,
): Promise<unknown> {
  switch (method) {
    case 'setTitle':
      return window.setTitle(arg as string)
    case 'setBounds':
      return window.setBounds(arg as Partial<Bounds>)
    case 'capture':
      return Buffer.from(await window.capture()).toString('base64')
    case 'closeByHand':
      return hosts.closeByHand?.(window.id)
    case 'nativeTitle':
      return hosts.nativeTitle?.(window.id)
    default:
      return window[method]()
  }
}

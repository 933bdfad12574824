import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { HostWindow, WindowHost } from '../../../src/main/hosts/types.ts'
import { OrielError } from '../../../src/shared/errors.ts'
import type { ErrorCode } from '../../../src/shared/errors.ts'
import type { Bounds } from '../../../src/shared/window.ts'
import type { Frame, FromRemote, ToRemote, WindowMethod } from './messages.ts'

/** How to start the program that makes the windows; it calls `serveHosts`. */
export interface RemoteProgram {
  /** Absolute path of the program. */
  path: string
  args: readonly string[]
  env?: NodeJS.ProcessEnv
}

/** A running program that makes windows. */
export interface RemoteHostProcess {
  readonly frame: Frame
  /** A fresh host over there, for use as if it were here. */
  create(): WindowHost
  /** Closes the window as the person would. */
  closeByHand(window: HostWindow): Promise<void>
  /** The title of the window itself. */
  nativeTitle(window: HostWindow): Promise<string>
  /** Ends the program; resolves with its exit code when it is gone. */
  close(): Promise<number | null>
}

/** One that does not end when its parent goes is killed after this, in ms. */
const END_TIMEOUT_MS = 5_000

interface RemoteWindow {
  window: HostWindow
  onBounds: (bounds: Bounds) => void
  onClosed: () => void
}

interface RemoteHost {
  windows: Map<string, RemoteWindow>
  onExit: ((reason: string) => void)[]
}

/** Starts the program. Rejects if it ends before it can make windows. */
export async function startRemoteHosts(program: RemoteProgram): Promise<RemoteHostProcess> {
  const child = spawn(program.path, program.args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: program.env ?? process.env,
  })
  const hosts = new Map<number, RemoteHost>()
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const ready = Promise.withResolvers<Extract<FromRemote, { kind: 'ready' }>>()
  let last = 0

  const exited = once(child, 'exit').then(([code, signal]) => {
    const error = new Error(`The program that makes windows ended with ${signal ?? code}.`)
    ready.reject(error)
    for (const { reject } of waiting.values()) reject(error)
    return code as number | null
  })
  exited.catch((error: unknown) => ready.reject(error))
  child.on('message', (message: FromRemote) => {
    switch (message.kind) {
      case 'ready':
        return ready.resolve(message)
      case 'result':
        waiting.get(message.id)?.resolve(message.value)
        return void waiting.delete(message.id)
      case 'failure':
        waiting.get(message.id)?.reject(new OrielError(message.code as ErrorCode, message.message))
        return void waiting.delete(message.id)
      case 'closed':
        return windowOf(message.host, message.window).onClosed()
      case 'bounds':
        return windowOf(message.host, message.window).onBounds(message.bounds)
      case 'exit':
        for (const listener of hosts.get(message.host)?.onExit ?? []) listener(message.reason)
    }
  })

  const send = (message: ToRemote): void => void child.send(message)
  const answered = (id: number): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>()
    waiting.set(id, answer)
    return answer.promise
  }
  const call = (
    host: number,
    target: { method: WindowMethod; window: string } | { method: 'open' | 'close' },
    ...args: unknown[]
  ): Promise<unknown> => {
    const id = ++last
    const answer = answered(id)
    send({ kind: 'call', id, host, args, ...target })
    return answer
  }
  const hostOf = (number: number): RemoteHost => {
    const found = hosts.get(number) ?? { windows: new Map<string, RemoteWindow>(), onExit: [] }
    hosts.set(number, found)
    return found
  }
  /** What happens to a window may be told before it is known to be open. */
  const windowOf = (number: number, id: string): RemoteWindow => {
    const { windows } = hostOf(number)
    const found =
      windows.get(id) ?? createWindow(id, (method, ...args) => call(number, { method, window: id }, ...args))
    windows.set(id, found)
    return found
  }
  /** The number of the host that a window belongs to. */
  const ownerOf = (window: HostWindow): number => {
    for (const [number, { windows }] of hosts) if (windows.get(window.id)?.window === window) return number
    throw new Error('This window was made elsewhere.')
  }
  const onWindow = (window: HostWindow, method: WindowMethod): Promise<unknown> =>
    call(ownerOf(window), { method, window: window.id })

  const { name, capabilities, frame } = await ready.promise
  return {
    frame,
    create: () => {
      const number = ++last
      send({ kind: 'create', host: number })
      const { onExit } = hostOf(number)
      return {
        name,
        capabilities,
        prepare: (place) => {
          const id = ++last
          const underWay = answered(id).then(() => undefined)
          send({ kind: 'prepare', id, host: number, place })
          return { underWay, release: () => send({ kind: 'release', id, host: number }) }
        },
        open: async (options) => windowOf(number, (await call(number, { method: 'open' }, options)) as string).window,
        close: async () => void (await call(number, { method: 'close' })),
        onExit: (listener) => void onExit.push(listener),
      }
    },
    closeByHand: async (window) => void (await onWindow(window, 'closeByHand')),
    nativeTitle: async (window) => (await onWindow(window, 'nativeTitle')) as string,
    close: async () => {
      if (child.connected) child.disconnect()
      const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS)
      const code = await exited
      clearTimeout(timer)
      return code
    },
  }
}

function createWindow(id: string, call: (method: WindowMethod, ...args: unknown[]) => Promise<unknown>): RemoteWindow {
  const listeners: ((bounds: Bounds) => void)[] = []
  const closed = Promise.withResolvers<void>()
  return {
    onBounds: (bounds) => {
      for (const listener of listeners) listener(bounds)
    },
    onClosed: closed.resolve,
    window: {
      id,
      closed: closed.promise,
      setTitle: async (title) => void (await call('setTitle', title)),
      setBounds: async (bounds) => void (await call('setBounds', bounds)),
      getBounds: async () => (await call('getBounds')) as Bounds,
      focus: async () => void (await call('focus')),
      minimize: async () => void (await call('minimize')),
      capture: async () => new Uint8Array(Buffer.from((await call('capture')) as string, 'base64')),
      close: async () => {
        await call('close')
        await closed.promise
      },
      onBoundsChange: (listener) => void listeners.push(listener),
    },
  }
}

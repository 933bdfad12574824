import type { Readable, Writable } from 'node:stream'
import { OrielError } from '../../../shared/errors.ts'
import type { Command, Commands, EventName, Events } from './protocol.ts'

/** Options of one command. */
export interface SendOptions {
  /** The page it is for; without it, the browser itself. */
  sessionId?: string
  /** default 10,000 */
  timeoutMs?: number
}

/** The DevTools protocol over two pipes: JSON messages, each ended by a NUL byte. No port is opened. */
export interface CdpPipe {
  /** Rejects with `timeout`, with `closed` once the pipe is closed, or with `internal` if the browser refuses the command. */
  send<C extends Command>(
    command: C,
    params: Commands[C]['params'],
    options?: SendOptions,
  ): Promise<Commands[C]['result']>
  /** Returns the function that ends listening. `sessionId` is the page the event came from; undefined for the browser's own. */
  on<E extends EventName>(event: E, listener: (params: Events[E], sessionId: string | undefined) => void): () => void
  /** Called once when the browser's end is gone; at once if it is already. */
  onClose(listener: () => void): void
}

interface Pending {
  command: Command
  resolve(result: never): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

interface Incoming {
  id?: number
  method?: string
  params?: unknown
  sessionId?: string
  result?: unknown
  error?: { message: string }
}

/** Speaks the protocol over `input` (to the browser, its fd 3) and `output` (from it, its fd 4). */
export function createCdpPipe(input: Writable, output: Readable): CdpPipe {
  const pending = new Map<number, Pending>()
  const listeners = new Map<string, Set<(params: never, sessionId: string | undefined) => void>>()
  const closeListeners: (() => void)[] = []
  let open = true
  let lastId = 0

  const settle = (message: Incoming): void => {
    const waiting = pending.get(message.id ?? -1)
    if (waiting === undefined) return
    pending.delete(message.id ?? -1)
    clearTimeout(waiting.timer)
    if (message.error !== undefined)
      waiting.reject(new OrielError('internal', `The browser refused ${waiting.command}: ${message.error.message}`))
    else waiting.resolve(message.result as never)
  }

  const receive = (text: string): void => {
    const message = JSON.parse(text) as Incoming
    if (message.id !== undefined) settle(message)
    else
      for (const listener of listeners.get(message.method ?? '') ?? [])
        listener(message.params as never, message.sessionId)
  }

  const shut = (): void => {
    if (!open) return
    open = false
    for (const waiting of pending.values()) {
      clearTimeout(waiting.timer)
      waiting.reject(new OrielError('closed', 'The browser is gone.'))
    }
    pending.clear()
    for (const listener of closeListeners) listener()
  }

  readFrames(output, receive)
  output.on('close', shut).on('error', shut)
  // A browser that ended while a command was on its way; `close` of the other pipe tells the rest.
  input.on('error', shut)

  return {
    send: (command, params, options = {}) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(new OrielError('closed', 'The browser is gone.'))
        const id = ++lastId
        const timer = setTimeout(() => {
          pending.delete(id)
          reject(new OrielError('timeout', `The browser did not answer ${command}.`))
        }, options.timeoutMs ?? 10_000)
        pending.set(id, { command, resolve, reject, timer })
        input.write(`${JSON.stringify({ id, method: command, params, sessionId: options.sessionId })}\0`)
      }),
    on: (event, listener) => {
      const known = listeners.get(event) ?? new Set()
      listeners.set(event, known)
      known.add(listener)
      return () => known.delete(listener)
    },
    onClose: (listener) => {
      if (open) closeListeners.push(listener)
      else listener()
    },
  }
}

/** Calls `receive` for each NUL-ended text. Parts are joined once a message is whole: a screenshot comes in hundreds of them. */
function readFrames(output: Readable, receive: (text: string) => void): void {
  let parts: Buffer[] = []
  output.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      parts.push(chunk.subarray(start, end))
      const text = Buffer.concat(parts).toString('utf8')
      parts = []
      start = end + 1
      receive(text)
    }
    if (start < chunk.length) parts.push(chunk.subarray(start))
  })
}

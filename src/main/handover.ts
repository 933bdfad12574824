import { connect, createServer, type Server, type Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { z } from 'zod'
import { fromPublicError, OrielError, toPublicError } from '../shared/errors.ts'
import type { Log } from './log.ts'

/*
 * What one process of this user asks of another: a JSON line there, `{"taken":true}` at once and the outcome as a second
 * line back. One request a connection.
 */

const openScript = z.strictObject({
  kind: z.literal('open-script'),
  /** Absolute. */
  path: z.string().min(1),
  arguments: z.record(z.string(), z.string()),
  mode: z.union([z.enum(['resume', 'new']), z.strictObject({ session: z.string().min(1) })]),
  /** The person named the file on the command line; it need not be asked about. */
  asked: z.boolean(),
  watch: z.boolean(),
})
const openHome = z.strictObject({ kind: z.literal('open-home') })
/** `session`: an id, or the beginning of one. */
const attach = z.strictObject({ kind: z.literal('attach'), session: z.string().min(1) })
/** Begins a session without a script. */
const attachNew = z.strictObject({
  kind: z.literal('attach-new'),
  title: z.string(),
  arguments: z.record(z.string(), z.string()),
})
const handoverRequest = z.discriminatedUnion('kind', [openScript, openHome, attach, attachNew])

/** What the second process wants the first to do. */
export type HandoverRequest = z.infer<typeof handoverRequest>

/** What another process sent, if it is a request; null if it is none. */
export function readHandoverRequest(value: unknown): HandoverRequest | null {
  const request = handoverRequest.safeParse(value)
  return request.success ? request.data : null
}

/** What the first has done; what went wrong comes as an error. */
export interface HandoverReply {
  /** The session that is open now; null for the home window. */
  sessionId: string | null
  /** How a program attaches to it, where that was asked for. */
  access?: { url: string; ticket: string; key?: string | undefined } | undefined
}

const publicError = z.object({ code: z.string(), message: z.string(), retryable: z.boolean() })
const outcome = z.union([
  z.object({
    reply: z.object({
      sessionId: z.string().nullable(),
      access: z.object({ url: z.string(), ticket: z.string(), key: z.string().optional() }).optional(),
    }),
  }),
  z.object({ error: publicError }),
])
const taken = z.object({ taken: z.literal(true) })

/** Either side gives up past this; a request is a path and a few arguments. */
const MAX_LINE_BYTES = 256 * 1024
/** For a request to come after connecting, and for it to be taken: both are a matter of the machine, not of a person. */
const TAKE_TIMEOUT_MS = 5_000
/** For the outcome: a person may be asked something meanwhile. */
const OUTCOME_TIMEOUT_MS = 120_000

export interface HandoverServerOptions {
  /** Path of the socket or pipe. Nothing may be there. */
  path: string
  onRequest: (request: HandoverRequest) => Promise<HandoverReply>
  log: Log
}

/** Listens; resolves once connections are taken. `close` ends the open ones too. Rejects with the system's error. */
export async function serveHandover(options: HandoverServerOptions): Promise<{ close(): Promise<void> }> {
  const { path, onRequest, log } = options
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // The other process may go at any time.
    socket.on('error', (error) => log.debug('handover connection failed', { error: String(error) }))
    void answer(socket, onRequest)
      .catch((error: unknown) => log.warn('handover request failed', { error: String(error) }))
      .finally(() => socket.destroySoon())
  })
  await listen(server, path)
  server.on('error', (error) => log.warn('handover stopped', { error: String(error) }))
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/**
 * Sends one request to the process that listens at `path`. Rejects with that process's own error; with not_connected if it
 * is gone (retryable: claim the home again); with timeout if it does not answer.
 */
export async function sendHandover(path: string, request: HandoverRequest): Promise<HandoverReply> {
  const socket = connect(path)
  try {
    const lines = readLines(socket)
    socket.write(`${JSON.stringify(request)}\n`)
    const first = z.union([taken, outcome]).parse(await nextLine(lines, TAKE_TIMEOUT_MS))
    const result = 'taken' in first ? outcome.parse(await nextLine(lines, OUTCOME_TIMEOUT_MS)) : first
    if ('error' in result) throw fromPublicError(result.error)
    return result.reply
  } catch (error) {
    if (error instanceof OrielError) throw error
    throw new OrielError('not_connected', 'The Oriel that is already running did not take the request.', {
      cause: error,
    })
  } finally {
    socket.destroy()
  }
}

/** Whether a process listens at `path`. */
export function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const settle = (served: boolean) => {
      socket.destroy()
      resolve(served)
    }
    socket.on('connect', () => settle(true))
    socket.on('error', () => settle(false))
  })
}

async function answer(socket: Socket, onRequest: HandoverServerOptions['onRequest']): Promise<void> {
  const write = (line: object): void => void socket.write(`${JSON.stringify(line)}\n`)
  try {
    const line = await nextLine(readLines(socket), TAKE_TIMEOUT_MS)
    // Another process only looked whether someone is here.
    if (line === undefined) return
    const request = handoverRequest.safeParse(line)
    if (!request.success)
      throw new OrielError('bad_message', 'The Oriel that is already running does not know this request.', {
        cause: request.error,
      })
    write({ taken: true })
    write({ reply: await onRequest(request.data) })
  } catch (error) {
    write({ error: toPublicError(error) })
    throw error
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Each line as parsed JSON. Throws on a line too long, or no JSON. */
async function* readLines(socket: Socket): AsyncGenerator {
  const decoder = new StringDecoder('utf8')
  let text = ''
  for await (const chunk of socket) {
    text += decoder.write(chunk as Buffer)
    if (text.length > MAX_LINE_BYTES) throw new OrielError('too_large', 'A handover message is too long.')
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
}

/** Undefined at the end of the connection. Rejects with timeout. */
async function nextLine(lines: AsyncGenerator, timeoutMs: number): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new OrielError('timeout', 'The Oriel that is already running does not answer.')),
      timeoutMs,
    )
  })
  try {
    const next = await Promise.race([lines.next(), late])
    return next.done ? undefined : next.value
  } finally {
    clearTimeout(timer)
  }
}

import type { Carrier } from '../../../shared/carrier.ts'
import type { ClientRequest } from '../../../shared/client-request.ts'
import { NO_REQUEST } from '../../../shared/client-request.ts'
import { OrielError, fromPublicError, toPublicError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/ids.ts'
import { CLOSE } from '../../../shared/protocol.ts'
import type { Log } from '../../log.ts'
import { Link } from './link.ts'
import { parseWireMessage } from './messages.ts'
import type { AskMessage, ComponentsMessage, OpenMessage, WireMessage } from './messages.ts'
import type { Wire } from './wire.ts'

/** How often the processes at the other end of links are asked for a sign of life, in ms. */
const LOOK_MS = 1000
/** Looks without an answer after which a process counts as standing still. */
const SILENT_LOOKS = 4
/** How long a process may take to make a page, in ms: longer than a script may take to show something. */
const ASK_TIMEOUT_MS = 15_000
/** Bytes of a page or file that is asked for. */
const MAX_BODY_BYTES = 64 * 1024 * 1024

/** Why connections between processes were ended. */
export type Loss = 'no_owner' | 'owner_timeout' | 'gap'

export interface RelayOptions {
  wire: Wire
  log: Log
  /** A visitor's connection has come by way of another process. */
  receive: (carrier: Carrier, request: ClientRequest, sid: string) => void
  /** Components are asked by way of another process; see component-link. */
  receiveComponents: (carrier: Carrier, sid: string) => void
  /** A page is asked for by way of another process. */
  answer: (request: Request, sid: string) => Promise<Response>
  /** For counting: connections were ended. */
  onLoss: (loss: Loss, links: number) => void
}

interface Neighbour {
  readonly links: Set<Link>
  readonly questions: Set<(outcome: Response | OrielError) => void>
  /** Looks since it was last heard of. */
  silence: number
}

/** Passes visitors' connections and requests on to the process that has their session, and takes those of other processes. */
export class Relay {
  readonly #options: RelayOptions
  readonly #links = new Map<string, Link>()
  /** By workerId: processes that we have links with. */
  readonly #neighbours = new Map<string, Neighbour>()
  readonly #asked = new Map<string, (outcome: Response | OrielError) => void>()
  readonly #timer: ReturnType<typeof setInterval>

  constructor(options: RelayOptions) {
    this.#options = options
    const { wire } = options
    wire.onMessage((raw) => this.#onRaw(raw))
    wire.onGap(() => this.#cut([...this.#links.values()], 'gap'))
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  /** Connections that are passed on, or come by way of another process. */
  get size(): number {
    return this.#links.size
  }

  /** Whether anybody listens for the process; one that stands still is there too. Rejects with not_connected. */
  exists(workerId: string): Promise<boolean> {
    const { wire } = this.#options
    return wire.send(workerId, { kind: 'ping', from: wire.workerId })
  }

  /** Passes a visitor's connection on to the process that has their session. */
  carry(carrier: Carrier, workerId: string, request: ClientRequest, sid: string): void {
    const { wire } = this.#options
    const link = this.#link(workerId, randomId(), true)
    const open: OpenMessage = { kind: 'open', from: wire.workerId, link: link.id, sid, request }
    wire.send(workerId, open).then(
      (isThere) => isThere || link.cut('no_owner'),
      () => link.cut('not_connected'),
    )
    carrier.onMessage((message) => {
      try {
        link.send(message as object)
      } catch (error) {
        link.close(CLOSE.badMessage, toPublicError(error).message.slice(0, 100))
      }
    })
    carrier.onClose((code, reason) => link.close(code, reason))
    link.onMessage((message) => {
      try {
        carrier.send(message as object)
      } catch {
        link.cut('too large')
      }
    })
    link.onClose((code, reason) => carrier.close(code, reason))
  }

  /** A link to the components of a visitor's session at another process. Rejects with no_owner, not_connected. */
  async toComponents(workerId: string, sid: string): Promise<Carrier> {
    const { wire } = this.#options
    const link = this.#link(workerId, randomId(), true)
    const message: ComponentsMessage = { kind: 'components', from: wire.workerId, link: link.id, sid }
    try {
      if (await wire.send(workerId, message)) return link
    } catch (error) {
      link.cut('not_connected')
      throw error
    }
    link.cut('no_owner')
    throw noOwner()
  }

  /** Has the process with a visitor's session answer a request. Rejects with no_owner, owner_timeout, not_connected, and what it throws. */
  async ask(workerId: string, request: Request, sid: string): Promise<Response> {
    const { wire } = this.#options
    const id = randomId()
    const { promise, resolve } = Promise.withResolvers<Response | OrielError>()
    const timer = setTimeout(() => resolve(ownerTimeout(workerId)), ASK_TIMEOUT_MS)
    this.#asked.set(id, resolve)
    const { questions } = this.#neighbour(workerId)
    questions.add(resolve)
    try {
      const headers = [...request.headers].filter(([name]) => PASSED_HEADERS.has(name))
      const ask: AskMessage = { kind: 'ask', from: wire.workerId, id, sid, url: request.url, headers }
      if (!(await wire.send(workerId, ask))) throw noOwner()
      const outcome = await promise
      if (outcome instanceof OrielError) throw outcome
      return outcome
    } finally {
      clearTimeout(timer)
      this.#asked.delete(id)
      questions.delete(resolve)
      this.#forget(workerId)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    for (const link of [...this.#links.values()]) link.close(CLOSE.shutdown, 'Oriel is closing.')
    await this.#options.wire.close()
  }

  #link(to: string, id: string, isEdge: boolean): Link {
    const link = new Link({ wire: this.#options.wire, to, id, isEdge, onEnd: (ended) => this.#onEnd(ended) })
    this.#links.set(id, link)
    this.#neighbour(to).links.add(link)
    return link
  }

  #neighbour(workerId: string): Neighbour {
    const known = this.#neighbours.get(workerId)
    if (known) return known
    const neighbour: Neighbour = { links: new Set(), questions: new Set(), silence: 0 }
    this.#neighbours.set(workerId, neighbour)
    return neighbour
  }

  /** Nobody looks after a process that we have nothing to do with. */
  #forget(workerId: string): void {
    const neighbour = this.#neighbours.get(workerId)
    if (neighbour?.links.size === 0 && neighbour.questions.size === 0) this.#neighbours.delete(workerId)
  }

  #onEnd(link: Link): void {
    this.#links.delete(link.id)
    this.#neighbours.get(link.to)?.links.delete(link)
    this.#forget(link.to)
  }

  #onRaw(raw: unknown): void {
    let message: WireMessage
    try {
      message = parseWireMessage(raw)
    } catch (error) {
      this.#options.log.warn('a message of another process was refused', { error: String(error) })
      return
    }
    const neighbour = this.#neighbours.get(message.from)
    if (neighbour) neighbour.silence = 0
    this.#onMessage(message)
  }

  #onMessage(message: WireMessage): void {
    const { wire, receive, receiveComponents } = this.#options
    switch (message.kind) {
      case 'open': {
        if (this.#links.has(message.link)) return
        receive(this.#link(message.from, message.link, false), { ...NO_REQUEST, ...message.request }, message.sid)
        return
      }
      case 'components': {
        if (this.#links.has(message.link)) return
        receiveComponents(this.#link(message.from, message.link, false), message.sid)
        return
      }
      case 'data':
        return this.#linkOf(message)?.onData(message)
      case 'close':
        return this.#linkOf(message)?.onClosed(message)
      case 'ask':
        return void this.#answer(message)
      case 'answer': {
        const { status, headers, body } = message
        const isEmpty = status === 204 || status === 304
        this.#asked.get(message.id)?.(new Response(isEmpty ? null : body, { status, headers }))
        return
      }
      case 'refusal':
        return this.#asked.get(message.id)?.(fromPublicError(message.error))
      case 'ping':
        wire.send(message.from, { kind: 'pong', from: wire.workerId }).catch(() => {})
        return
      case 'pong':
        return
    }
  }

  /** Only of the process that it is with. */
  #linkOf({ from, link: id }: { from: string; link: string }): Link | null {
    const link = this.#links.get(id)
    return link?.to === from ? link : null
  }

  async #answer({ from, id, sid, url, headers }: AskMessage): Promise<void> {
    const { wire, answer, log } = this.#options
    const send = (message: object) =>
      wire
        .send(from, message)
        .catch((error: unknown) => log.warn('an answer could not be sent', { error: String(error) }))
    try {
      const response = await answer(new Request(url, { headers }), sid)
      const body = new Uint8Array(await response.arrayBuffer())
      if (body.byteLength > MAX_BODY_BYTES)
        throw new OrielError('too_large', 'This file is too large to come by way of another process.')
      await send({
        kind: 'answer',
        from: wire.workerId,
        id,
        status: response.status,
        headers: [...response.headers],
        body,
      })
    } catch (error) {
      await send({ kind: 'refusal', from: wire.workerId, id, error: toPublicError(error) })
    }
  }

  /** A process that has gone, or stands still, is of no use to anybody: its links are cut, and who asks it is told. */
  #look(): void {
    const { wire } = this.#options
    for (const [workerId, neighbour] of [...this.#neighbours]) {
      const lose = (loss: Loss, error: OrielError): void => {
        this.#cut([...neighbour.links], loss)
        for (const settle of neighbour.questions) settle(error)
      }
      if (++neighbour.silence > SILENT_LOOKS) {
        lose('owner_timeout', ownerTimeout(workerId))
        continue
      }
      wire.send(workerId, { kind: 'ping', from: wire.workerId }).then(
        (isThere) => isThere || lose('no_owner', noOwner()),
        (error: unknown) => lose('gap', error instanceof OrielError ? error : noOwner()),
      )
    }
  }

  #cut(links: readonly Link[], loss: Loss): void {
    if (links.length === 0) return
    this.#options.log.warn('connections by way of another process were cut', { reason: loss, count: links.length })
    this.#options.onLoss(loss, links.length)
    for (const link of links) link.cut(loss)
  }
}

/** What a page depends on. */
const PASSED_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'if-none-match',
  'if-modified-since',
  'range',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'user-agent',
])

function noOwner(): OrielError {
  return new OrielError('no_owner', 'The process that has this session is gone. Try again.')
}

function ownerTimeout(workerId: string): OrielError {
  return new OrielError(
    'owner_timeout',
    `The process that has this session (${workerId}) did not answer in time. Try again.`,
  )
}

import type { Carrier } from '../../../shared/carrier.ts'
import type { ComponentAnswer } from '../../../shared/component-calls.ts'
import { OrielError, fromPublicError, toPublicError } from '../../../shared/errors.ts'
import type { PublicError } from '../../../shared/errors.ts'
import { checkBoolean, isTextRecord, shape, text, wholeNumber } from '../../../shared/validate.ts'
import type { Check } from '../../../shared/validate.ts'
import type { ComponentTarget, ComponentVisit } from '../../server/components.ts'

/*
 * How somebody asks the components of a session that another process has: a link for each request, and for each socket.
 * The first message says which it is.
 */

type FromEdge =
  | { kind: 'ask'; method: string; path: string; headers: { [name: string]: string }; body: Uint8Array }
  | { kind: 'socket'; headers: { [name: string]: string } }
  | { kind: 'text'; text: string }
  /** The last piece of an answer was taken; the next may come if anybody reads on. */
  | { kind: 'taken'; isRead: boolean }
type FromOwner =
  | ({ kind: 'answer' } & ComponentAnswer)
  | { kind: 'piece'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'text'; text: string }
  | { kind: 'refusal'; error: PublicError }

/** What may wait on its way to another process, in bytes, of one socket. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024

const word = text(1, 100)
const long = text(0, 100_000)
const speech = text(0, 20_000_000)
const headers: Check = (value, name) => {
  if (!isTextRecord(value, 200, 1000, 100_000)) throw new OrielError('bad_message', `${name} must be headers.`)
}
const bytes: Check = (value, name) => {
  if (!(value instanceof Uint8Array)) throw new OrielError('bad_message', `${name} must be binary.`)
}
const bytesOrNull: Check = (value, name) => {
  if (value !== null) bytes(value, name)
}
const error = shape({ code: word, message: long, retryable: checkBoolean })

const FROM_EDGE: Readonly<Record<FromEdge['kind'], Check>> = {
  ask: shape({ kind: word, method: word, path: long, headers, body: bytes }),
  socket: shape({ kind: word, headers }),
  text: shape({ kind: word, text: speech }),
  taken: shape({ kind: word, isRead: checkBoolean }),
}
const FROM_OWNER: Readonly<Record<FromOwner['kind'], Check>> = {
  answer: shape({ kind: word, status: wholeNumber(100), headers, body: bytesOrNull }),
  piece: shape({ kind: word, bytes }),
  end: shape({ kind: word }),
  text: shape({ kind: word, text: speech }),
  refusal: shape({ kind: word, error }),
}

/** Throws OrielError bad_message. */
function parse<M extends FromEdge | FromOwner>(raw: unknown, shapes: Readonly<Record<M['kind'], Check>>): M {
  const kind = typeof raw === 'object' && raw !== null ? (raw as { kind?: unknown }).kind : undefined
  if (typeof kind !== 'string' || !Object.hasOwn(shapes, kind))
    throw new OrielError('bad_message', 'Another process said something unknown about components.')
  shapes[kind as M['kind']](raw, 'message')
  return raw as M
}

/** Calls `listener` with each message; one that is not understood ends the link. */
function listen<M extends FromEdge | FromOwner>(
  link: Carrier,
  shapes: Readonly<Record<M['kind'], Check>>,
  listener: (message: M) => void,
): void {
  link.onMessage((raw) => {
    try {
      listener(parse<M>(raw, shapes))
    } catch {
      link.close()
    }
  })
}

/** The components of a session that another process has. `open`: a link to it; rejects with no_owner, not_connected. */
export function remoteComponents(open: () => Promise<Carrier>): ComponentTarget {
  return {
    /** Rejects with no_owner where nothing has happened there yet, owner_timeout where nobody knows. */
    async request({ method, path, headers: given, body }, sink) {
      const link = await open()
      const say = (message: FromEdge) => link.send(message)
      const answered = Promise.withResolvers<ComponentAnswer>()
      let comesInPieces = false
      listen<FromOwner>(link, FROM_OWNER, (message) => {
        switch (message.kind) {
          case 'answer':
            comesInPieces = message.body === null
            answered.resolve(message)
            if (!comesInPieces) link.close()
            return
          case 'piece':
            void sink.write(message.bytes).then((isRead) => say({ kind: 'taken', isRead }))
            return
          case 'refusal':
            answered.reject(fromPublicError(message.error))
            return link.close()
          case 'end':
            return link.close()
          case 'text':
            return
        }
      })
      link.onClose(() => {
        answered.reject(
          new OrielError('owner_timeout', 'The process that has this session went away before it had answered.'),
        )
        if (comesInPieces) sink.end()
      })
      say({ kind: 'ask', method, path, headers: given, body })
      const { status, headers: theirs, body: whole } = await answered.promise
      return { status, headers: theirs, body: whole, gone: () => link.close() }
    },

    open(_caller, given, end) {
      const opened = open().then((link) => {
        listen<FromOwner>(link, FROM_OWNER, (message) => {
          if (message.kind === 'text' && end.send(message.text)) return
          link.close()
        })
        link.onClose(() => end.close())
        link.send({ kind: 'socket', headers: given } satisfies FromEdge)
        return link
      })
      opened.catch(() => end.close())
      const withLink = (use: (link: Carrier) => void) => void opened.then(use, () => {})
      return {
        hear: (said) =>
          withLink((link) => {
            if (link.bufferedBytes > MAX_BUFFERED_BYTES) link.close()
            else link.send({ kind: 'text', text: said } satisfies FromEdge)
          }),
        gone: () => withLink((link) => link.close()),
      }
    },
  }
}

/** Takes what comes over a link of `remoteComponents` to the components of a session that is here. */
export async function answerRemote(link: Carrier, admitted: Promise<ComponentVisit>): Promise<void> {
  const say = (message: FromOwner) => link.send(message)
  const refuse = (why: unknown) => {
    say({ kind: 'refusal', error: toPublicError(why) })
    link.close()
  }
  let visit: ComponentVisit
  try {
    visit = await admitted
  } catch (why) {
    return refuse(why)
  }
  const { target, caller } = visit
  let isOpen = true
  /** Told whether anybody reads on. */
  let taken: (isRead: boolean) => void = () => {}
  let line: ReturnType<ComponentTarget['open']> | null = null
  link.onClose(() => {
    isOpen = false
    taken(false)
    line?.gone()
  })

  const ask = async ({ method, path, headers: given, body }: FromEdge & { kind: 'ask' }): Promise<void> => {
    // The script may be through before its answer is here.
    const begun = Promise.withResolvers<void>()
    const sink = {
      async write(piece: Uint8Array): Promise<boolean> {
        if (!isOpen) return false
        const { promise, resolve } = Promise.withResolvers<boolean>()
        taken = resolve
        say({ kind: 'piece', bytes: piece })
        return promise
      },
      end: () => void begun.promise.then(() => say({ kind: 'end' })),
    }
    try {
      const answer = await target.request({ method, path, headers: given, body, caller }, sink)
      link.onClose(() => answer.gone())
      say({ kind: 'answer', status: answer.status, headers: answer.headers, body: answer.body })
      begun.resolve()
    } catch (why) {
      refuse(why)
    }
  }
  const end = {
    send(given: string): boolean {
      if (isOpen && link.bufferedBytes > MAX_BUFFERED_BYTES) link.close()
      if (isOpen) say({ kind: 'text', text: given })
      return isOpen
    },
    close: () => link.close(),
  }
  listen<FromEdge>(link, FROM_EDGE, (message) => {
    switch (message.kind) {
      case 'ask':
        return void ask(message)
      case 'socket':
        try {
          line ??= target.open(caller, message.headers, end)
        } catch (why) {
          refuse(why)
        }
        return
      case 'text':
        return line?.hear(message.text)
      case 'taken':
        return taken(message.isRead)
    }
  })
}

import type { IpcMainEvent, WebContents } from 'electron'
import type { Carrier } from '../../shared/carrier.ts'
import { Receiver } from '../../shared/carriers/receiver.ts'
import { OrielError } from '../../shared/errors.ts'
import { IPC_CHANNEL, readIpcMessage } from '../../shared/ipc.ts'
import type { IpcMessage } from '../../shared/ipc.ts'
import { CLOSE } from '../../shared/protocol.ts'
import type { Log } from '../log.ts'

/** Which pages may connect, and who is told of it. */
export interface IpcCarriersOptions {
  /** The window whose pages are listened to. */
  contents: WebContents
  /** Scheme and authority that a page must come from, e.g. `oriel://app`. */
  origin: string
  /** Called with the carrier of each page that is loaded. */
  attach: (carrier: Carrier) => void
  log: Log
}

interface Link {
  id: string
  receiver: Receiver
}

/**
 * Gives a carrier for every page that the window loads, one after the other; a reload, a crash or the window's end cuts
 * the one before with 1006. Each message is checked for its sender: this window, its main frame, our own origin; others
 * are dropped and logged. `send` throws `bad_value` for what structured clone refuses. `bufferedBytes` is always 0.
 */
export function acceptIpcCarriers({ contents, origin, attach, log }: IpcCarriersOptions): void {
  let link: Link | null = null
  let refusals = 0

  /** Once a window: a page that floods us must not flood the log. */
  const refuse = (why: string): void => {
    if (refusals++ === 0) log.warn(why)
  }
  const cut = (): void => {
    const last = link
    link = null
    last?.receiver.end(CLOSE.cut)
  }

  const carrierOf = ({ id, receiver }: Link): Carrier => {
    const tell = (...message: IpcMessage): void => {
      if (!contents.isDestroyed()) contents.send(IPC_CHANNEL, ...message)
    }
    return {
      bufferedBytes: 0,
      send: (message) => {
        if (receiver.closed) return
        try {
          tell(id, 'message', message)
        } catch (error) {
          throw new OrielError(
            'bad_value',
            'This value cannot be sent: only JSON values, ArrayBuffer and typed arrays can.',
            { cause: error },
          )
        }
      },
      onMessage: (listener) => receiver.onMessage(listener),
      onClose: (listener) => receiver.onClose(listener),
      close: (code = CLOSE.normal, reason = '') => {
        if (receiver.closed) return
        tell(id, 'close', code, reason)
        receiver.end(code, reason)
      },
    }
  }

  // Not ipcMain: a window's own channel hears of no other window.
  contents.ipc.on(IPC_CHANNEL, (event, ...args: unknown[]) => {
    if (!isOwnPage(event, contents, origin)) {
      refuse('a message from a page that is not ours was dropped')
      return
    }
    const message = readIpcMessage(args)
    if (message === null) {
      if (link === null) refuse('a message that is none was dropped')
      // Whom it was attached to hears of it, and writes it down.
      else carrierOf(link).close(CLOSE.badMessage, 'A message must be an object.')
      return
    }
    const [id, kind] = message
    if (kind === 'open') {
      cut()
      link = { id, receiver: new Receiver() }
      attach(carrierOf(link))
      return
    }
    // Late words of a page that is gone.
    if (link === null || id !== link.id) return
    if (kind === 'message') link.receiver.deliver(message[2])
    else link.receiver.end(message[2], message[3])
  })
  // A page of ours says `open` itself, maybe before this event. Not at the start of a navigation: it may yet be denied.
  contents.on('did-navigate', (_event, url) => {
    if (!url.startsWith(`${origin}/`)) cut()
  })
  contents.on('render-process-gone', cut)
  contents.on('destroyed', cut)
}

function isOwnPage({ sender, senderFrame }: IpcMainEvent, contents: WebContents, origin: string): boolean {
  // Null: the frame went away or on to another page since. https://www.electronjs.org/docs/latest/tutorial/security#17-validate-the-sender-of-all-ipc-messages
  if (sender !== contents || senderFrame === null || senderFrame !== contents.mainFrame) return false
  return senderFrame.url.startsWith(`${origin}/`)
}

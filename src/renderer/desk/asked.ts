import type { PageAsk } from '../../shared/desk/asks.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import type { ShellModel } from '../shell/model.ts'
import { copyText } from '../ui/copy-text.ts'

/** How long a browser may need for a download to begin, in ms; then its bytes are let go. */
const DOWNLOAD_MS = 60_000

/** Does what the script asks of this page. Rejects with not_allowed for what the browser or the person refuses. */
export async function doAsked(ask: PageAsk, model: ShellModel): Promise<Value> {
  switch (ask.what) {
    case 'toast':
      return model.say(ask.toast)
    case 'notify':
      return notify(ask.title, ask.body, model)
    case 'copy':
      if (await copyText(ask.text)) return null
      throw new OrielError('not_allowed', 'The browser lets a page write to the clipboard only after a click in it.')
    case 'paste':
      return navigator.clipboard.readText().catch((error: unknown) => {
        throw new OrielError('not_allowed', 'The browser does not let this page read the clipboard.', { cause: error })
      })
    case 'download':
      return download(ask)
    case 'open':
      // Without a click just before, a browser keeps new tabs shut; the person opens it then.
      if (!window.open(ask.url, '_blank', 'noopener,noreferrer') && !navigator.userActivation.isActive)
        void model.say({ text: ask.url, level: 'info', action: 'Open', durationMs: 60_000 }).then((pressed) => {
          if (pressed) window.open(ask.url, '_blank', 'noopener,noreferrer')
        })
      return null
  }
}

async function notify(title: string, body: string, model: ShellModel): Promise<null> {
  const isAllowed = typeof Notification === 'function' && Notification.permission === 'granted'
  if (isAllowed && !document.hasFocus()) {
    const shown = new Notification(title, { body })
    shown.addEventListener('click', () => window.focus())
  } else
    void model.say({ text: body === '' ? title : `${title}: ${body}`, level: 'info', action: null, durationMs: 10_000 })
  return null
}

function download({ name, type, bytes }: Extract<PageAsk, { what: 'download' }>): null {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.hidden = true
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_MS)
  return null
}

import { checkKeys, checkText } from '../check.ts'
import { askDesk } from './ask.ts'

export interface NotifyOptions {
  /** Under the title. */
  body?: string
}

/**
 * Has the system tell the person something, whichever window they look at: for what they have been waiting for. Where neither
 * system nor browser lets us, it stands in the window instead. Rejects with OrielError no_session, session_closed, bad_value, window_closed.
 */
export async function notify(title: string, options: NotifyOptions = {}): Promise<void> {
  checkText(title, 'notify: title')
  checkKeys(options, ['body'], 'notify: options')
  const { body = '' } = options
  checkText(body, 'notify: body')
  await askDesk('notify()', 'desk.notify', { title, body })
}

import { checkText } from '../check.ts'
import { askDesk } from './ask.ts'

/**
 * Opens an http, https or mailto address in the person's own browser or mail program; one a second. Rejects with OrielError
 * no_session, session_closed, bad_value for any other address, overloaded, window_closed.
 */
export async function openExternal(url: string | URL): Promise<void> {
  const text = url instanceof URL ? url.href : url
  checkText(text, 'openExternal: url')
  await askDesk('openExternal()', 'desk.open', { url: text })
}

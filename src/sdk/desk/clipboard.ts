import { checkText } from '../check.ts'
import { askDesk } from './ask.ts'

/**
 * The clipboard of the person's computer. A browser may refuse: it lets a page write for a moment after a click, and read
 * once the person has agreed. Both reject with OrielError no_session, session_closed, window_closed, not_allowed.
 */
export const clipboard = Object.freeze({
  async writeText(text: string): Promise<void> {
    checkText(text, 'clipboard.writeText: text')
    await askDesk('clipboard.writeText()', 'desk.copy', { text })
  },

  /** '' if there is no text in it. */
  async readText(): Promise<string> {
    return askDesk('clipboard.readText()', 'desk.paste', {})
  },
})

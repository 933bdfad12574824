import type { ToastRequest } from './toasts.ts'

/**
 * What a page is asked to do for the script, as the data of DESK_EVENT. Answers: toast, whether its button was pressed; `paste`,
 * the text; the others null. A page that may not do it answers with not_allowed or not_supported.
 */
export type PageAsk =
  | { what: 'toast'; toast: ToastRequest }
  | { what: 'notify'; title: string; body: string }
  | { what: 'copy'; text: string }
  | { what: 'paste' }
  | { what: 'download'; name: string; type: string; bytes: Uint8Array }
  | { what: 'open'; url: string }

/** Main → page, as a request: do this. Data: PageAsk. */
export const DESK_EVENT = 'oriel:desk'

/** Main → script: the person cancels a task. Data: { id }. */
export const TASK_CANCEL_EVENT = 'oriel:task-cancel'
/** Main → script: the person chose a command, in a menu or by its keys. Data: { id }. */
export const COMMAND_EVENT = 'oriel:command'
/** Main → script, as a request: may this window be closed? Answer: a boolean. Data: null. */
export const CLOSE_ASKED_EVENT = 'oriel:close-asked'

import { DIALOG_TYPE, dialogRecordId } from '../../../shared/desk/dialogs.ts'
import type { DialogAnswer, DialogProps, DialogRequest, FolderListing } from '../../../shared/desk/dialogs.ts'
import type { Op } from '../../../shared/document/types.ts'
import { OrielError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/ids.ts'
import type { Value } from '../../../shared/value.ts'
import type { HostWindow } from '../../hosts/types.ts'
import { isFileRequest } from './files.ts'
import type { DeskFiles } from './files.ts'

/** Dialogs of one session that may wait for their turn. */
const MAX_WAITING = 100

interface Dialog {
  /** What the page answers with; nobody but the main process makes one. */
  id: string
  widgetId: string
  request: DialogRequest
  /** Of the script, to take it back with. */
  askId: string
  answer: (answer: DialogAnswer) => void
  fail: (error: unknown) => void
  state: 'waiting' | 'in the page' | 'at the host' | 'over'
}

export interface DialogsOptions {
  edit: (ops: Op[]) => void
  files: DeskFiles
  /** The window, where its host asks such a thing by itself; null: the page does. */
  native: (widgetId: string, request: DialogRequest) => HostWindow | null
}

/**
 * The questions of one session's script. Each window shows one at a time, as a record of the document, so that a page that
 * is loaded again shows it again; the others wait behind it. Answers come from pages and count only for what was asked.
 */
export class Dialogs {
  readonly #options: DialogsOptions
  #waiting: Dialog[] = []

  constructor(options: DialogsOptions) {
    this.#options = options
  }

  /** Resolves to the answer, null if there is none to come. Rejects with not_supported, overloaded. */
  ask(widgetId: string, askId: string, request: DialogRequest): Promise<DialogAnswer> {
    if (isFileRequest(request)) this.#options.files.check(request)
    if (this.#waiting.length >= MAX_WAITING)
      throw new OrielError(
        'overloaded',
        `${MAX_WAITING} dialogs wait for an answer. Await one before you open the next.`,
      )
    return new Promise((answer, fail) => {
      this.#waiting.push({ id: randomId(), widgetId, askId, request, answer, fail, state: 'waiting' })
      this.#showNext(widgetId)
    })
  }

  /** The script takes one back: its answer is null. */
  takeBack(askId: string): void {
    for (const dialog of this.#waiting) if (dialog.askId === askId) this.#end(dialog, null)
  }

  /** A page answers. Rejects with bad_value for what is no answer to that question; it goes on standing there. */
  async onAnswer(widgetId: string, id: string, answer: Value): Promise<void> {
    const dialog = this.#shown(widgetId, id)
    const taken = await this.#take(dialog.request, answer)
    this.#end(dialog, taken)
  }

  /** A page wants to see what is in a folder, for a dialog about files that stands in it. */
  async list(widgetId: string, id: string, folder: string | null): Promise<FolderListing> {
    const { request } = this.#shown(widgetId, id)
    if (!isFileRequest(request)) throw notAsked()
    return this.#options.files.list(folder ?? request.folder)
  }

  /** Whether the person has been asked something there. */
  isWaiting(widgetId: string): boolean {
    return this.#waiting.some((dialog) => dialog.widgetId === widgetId)
  }

  /** The window is gone. */
  onWindowClosed(widgetId: string): void {
    this.#drop((dialog) => dialog.widgetId === widgetId)
  }

  /** The script is gone, or the session. */
  dropAll(): void {
    this.#drop(() => true)
  }

  #drop(isMeant: (dialog: Dialog) => boolean): void {
    const dropped = this.#waiting.filter(isMeant)
    // First of all: none of those behind is to be shown for a moment.
    this.#waiting = this.#waiting.filter((dialog) => !dropped.includes(dialog))
    for (const dialog of dropped) this.#end(dialog, null)
  }

  #shown(widgetId: string, id: string): Dialog {
    const dialog = this.#waiting.find((each) => each.id === id)
    if (dialog?.state !== 'in the page' || dialog.widgetId !== widgetId) throw notAsked()
    return dialog
  }

  async #take(request: DialogRequest, answer: Value): Promise<DialogAnswer> {
    if (answer === null) return null
    if (isFileRequest(request)) return this.#options.files.take(request, answer)
    if (request.kind === 'prompt') {
      if (typeof answer === 'string') return answer
    } else if (answer === true) return true
    throw new OrielError('bad_value', 'This is no answer to the dialog.')
  }

  #showNext(widgetId: string): void {
    const dialog = this.#waiting.find((each) => each.widgetId === widgetId)
    if (dialog?.state !== 'waiting') return
    const { id, request } = dialog
    const window = this.#options.native(widgetId, request)
    if (window?.dialog) {
      dialog.state = 'at the host'
      window.dialog(request).then(
        (answer) => this.#end(dialog, answer),
        (error: unknown) => this.#end(dialog, null, error),
      )
      return
    }
    dialog.state = 'in the page'
    const props: DialogProps = { id, widgetId, request, files: this.#options.files.source }
    const record = { id: dialogRecordId(id), type: DIALOG_TYPE, scope: 'view' as const }
    this.#options.edit([{ op: 'put', record: { ...record, props: props as unknown as { [key: string]: Value } } }])
  }

  /** Once; who was faster counts. */
  #end(dialog: Dialog, answer: DialogAnswer, error?: unknown): void {
    if (dialog.state === 'over') return
    if (dialog.state === 'in the page') this.#options.edit([{ op: 'remove', id: dialogRecordId(dialog.id) }])
    dialog.state = 'over'
    this.#waiting = this.#waiting.filter((each) => each !== dialog)
    if (error === undefined) dialog.answer(answer)
    else dialog.fail(error)
    this.#showNext(dialog.widgetId)
  }
}

function notAsked(): OrielError {
  return new OrielError('not_allowed', 'There is no such dialog in this window.')
}

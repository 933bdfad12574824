import { writeFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { DialogAnswer, DialogLevel, DialogRequest } from '../../shared/desk/dialogs.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { checkKeys, checkText, refuse } from '../check.ts'
import { requireSession } from '../runtime/frame.ts'
import { askDesk } from './ask.ts'
import { download } from './download.ts'

interface Asked {
  /** Takes the dialog back; it resolves as if it had been cancelled. */
  signal?: AbortSignal
}
interface Titled extends Asked {
  /** In large letters over the text. Default: none, and the text stands in its place. */
  title?: string
}
export interface MessageOptions extends Titled {
  /** Default 'info'. */
  level?: DialogLevel
  /** On the button; default 'OK'. */
  ok?: string
}
export interface ConfirmOptions extends Titled {
  /** On the button that means yes; default 'OK'. Say what it does: 'Delete'. */
  ok?: string
  /** Default 'Cancel'. */
  cancel?: string
  /** What is asked about cannot be undone: the button says so by its colour, and Enter does not press it. Default false. */
  danger?: boolean
}
export interface PromptOptions extends Titled {
  /** What is there to begin with; default ''. */
  value?: string
  /** Shown while nothing is entered. */
  placeholder?: string
  /** Default 'OK'. */
  ok?: string
  /** Default 'Cancel'. */
  cancel?: string
  /** Several lines; default false. */
  multiline?: boolean
}
interface FolderBegun extends Asked {
  title?: string
  /** Where to begin; relative ones are meant from the session's folder. Default: where the last dialog ended. */
  folder?: string
}
export interface OpenFileOptions extends FolderBegun {
  /** Only files with one of these extensions: ['csv', 'tsv']. Default any. */
  extensions?: readonly string[]
  /** Any number of files; the answer is then a list. Default false. */
  multiple?: boolean
}
export type OpenFolderOptions = FolderBegun
export interface SaveFileOptions extends FolderBegun {
  /** What is offered as the file's name. */
  name?: string
  /** The first is put behind a name that has none of them. Default any. */
  extensions?: readonly string[]
  /** What to write. Without it the path is all that comes of it; served scripts must give it, and a visitor gets a download. */
  data?: string | Uint8Array
}

/**
 * Asks the person and waits for the answer, in the window whose event is being handled, or else in the newest. Dialogs of
 * one window come one after the other. Cancelling, or the end of the window, gives null (`confirm`: false). All reject with
 * OrielError no_session, session_closed, bad_value, window_closed where no window is open.
 */
export const dialog = Object.freeze({
  /** Tells something that must not be missed. Resolves when it was read. */
  async message(text: string, options: MessageOptions = {}): Promise<void> {
    const { level = 'info', ok = 'OK' } = checkTexts('message', text, options, ['title', 'ok'], ['level'])
    if (!LEVELS.includes(level)) refuse('dialog.message: level', "'info', 'warning' or 'error'", level)
    await ask('message', options, { kind: 'message', ...titled(text, options), level, ok })
  },

  /** Asks yes or no. */
  async confirm(text: string, options: ConfirmOptions = {}): Promise<boolean> {
    const checked = checkTexts('confirm', text, options, ['title', 'ok', 'cancel'], ['danger'])
    const { ok = 'OK', cancel = 'Cancel', danger = false } = checked
    checkFlag(danger, 'dialog.confirm: danger')
    return (await ask('confirm', options, { kind: 'confirm', ...titled(text, options), ok, cancel, danger })) === true
  },

  /** Asks for a line of text, or several. */
  async prompt(text: string, options: PromptOptions = {}): Promise<string | null> {
    const names = ['title', 'value', 'placeholder', 'ok', 'cancel'] as const
    const checked = checkTexts('prompt', text, options, names, ['multiline'])
    const { value = '', placeholder = '', ok = 'OK', cancel = 'Cancel', multiline = false } = checked
    checkFlag(multiline, 'dialog.prompt: multiline')
    const more = { value, placeholder, ok, cancel, multiline }
    return asText(await ask('prompt', options, { kind: 'prompt', ...titled(text, options), ...more }))
  },

  openFile,

  /** The path of a folder that is there. Rejects with not_supported in a served script. */
  async openFolder(options: OpenFolderOptions = {}): Promise<string | null> {
    const { title, folder } = checkFileOptions('openFolder', options, [])
    return asText(await ask('openFolder', options, { kind: 'openFolder', title: title ?? 'Choose a folder', folder }))
  },

  /**
   * Where to save: the path, whose folder is there; the person has agreed if something is replaced. With `data` it is
   * written, whole or not at all; rejects with what the file system says. In a served script: the name of the download.
   */
  async saveFile(options: SaveFileOptions = {}): Promise<string | null> {
    const { title, folder, extensions } = checkFileOptions('saveFile', options, ['extensions', 'name', 'data'])
    const { name = '', data } = options
    checkText(name, 'dialog.saveFile: name')
    if (data !== undefined && typeof data !== 'string' && !(data instanceof Uint8Array))
      refuse('dialog.saveFile: data', 'text or a Uint8Array', data)
    const request: DialogRequest = { kind: 'saveFile', title: title ?? 'Save as', name, extensions, folder }
    try {
      const chosen = asText(await ask('saveFile', options, request))
      if (chosen !== null && data !== undefined) await writeWhole(chosen, data)
      return chosen
    } catch (error) {
      if (data === undefined || !(error instanceof OrielError && error.code === 'not_supported')) throw error
      const saved = name || `file${extensions[0] ? `.${extensions[0]}` : ''}`
      await download(saved, data)
      return saved
    }
  },
})

const LEVELS: readonly unknown[] = ['info', 'warning', 'error']

function openFile(options: OpenFileOptions & { multiple: true }): Promise<string[] | null>
function openFile(options?: OpenFileOptions & { multiple?: false }): Promise<string | null>
function openFile(options?: OpenFileOptions): Promise<string | string[] | null>
/**
 * The path of a file that can be read, or with `multiple` several. A visitor of a served script sends a copy of theirs, whose
 * path this is for as long as the session lives.
 */
async function openFile(options: OpenFileOptions = {}): Promise<string | string[] | null> {
  const { title, folder, extensions } = checkFileOptions('openFile', options, ['extensions', 'multiple'])
  const { multiple = false } = options
  checkFlag(multiple, 'dialog.openFile: multiple')
  const asked = title ?? (multiple ? 'Open files' : 'Open a file')
  const answer = await ask('openFile', options, { kind: 'openFile', title: asked, extensions, multiple, folder })
  return answer === true ? null : answer
}

async function ask(name: keyof typeof dialog, { signal }: Asked, request: DialogRequest): Promise<DialogAnswer> {
  const session = requireSession(`dialog.${name}()`)
  if (signal?.aborted) return null
  const askId = randomId()
  const takeBack = () => void session.link.call('dialog.takeBack', { askId }).catch(() => {})
  signal?.addEventListener('abort', takeBack, { once: true })
  try {
    return await askDesk(`dialog.${name}()`, 'dialog.open', { askId, request })
  } finally {
    signal?.removeEventListener('abort', takeBack)
  }
}

function asText(answer: DialogAnswer): string | null {
  return typeof answer === 'string' ? answer : null
}

/** Without a title the text is what it is about. */
function titled(text: string, { title }: Titled): { title: string; text: string } {
  return title === undefined ? { title: text, text: '' } : { title, text }
}

function checkTexts<O extends Titled>(
  name: string,
  text: string,
  options: O,
  texts: readonly (keyof O & string)[],
  others: readonly string[],
): O {
  checkText(text, `dialog.${name}: text`)
  checkKeys(options, [...texts, ...others, 'signal'], `dialog.${name}: options`)
  checkSignal(options, name)
  for (const key of texts) if (options[key] !== undefined) checkText(options[key], `dialog.${name}: ${key}`)
  return options
}

function checkFileOptions(
  name: string,
  options: FolderBegun & { extensions?: readonly string[] },
  more: readonly string[],
): { title: string | undefined; folder: string | null; extensions: string[] } {
  const session = requireSession(`dialog.${name}()`)
  checkKeys(options, ['title', 'folder', 'signal', ...more], `dialog.${name}: options`)
  checkSignal(options, name)
  const { title, folder, extensions = [] } = options
  if (title !== undefined) checkText(title, `dialog.${name}: title`)
  if (folder !== undefined) checkText(folder, `dialog.${name}: folder`)
  if (!Array.isArray(extensions) || !extensions.every((each) => typeof each === 'string' && /^\.?[\w.-]+$/.test(each)))
    refuse(`dialog.${name}: extensions`, "a list such as ['csv', 'tsv']", extensions)
  return {
    title,
    folder: folder === undefined ? null : path.resolve(session.folder, folder),
    extensions: extensions.map((each: string) => each.replace(/^\./, '').toLowerCase()),
  }
}

function checkSignal({ signal }: Asked, name: string): void {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(`dialog.${name}: signal`, 'an AbortSignal', signal)
}

function checkFlag(value: unknown, what: string): void {
  if (typeof value !== 'boolean') refuse(what, 'true or false', value)
}

/** What was there before stays until all of the new is on the disk. */
async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${randomId(8)}`)
  try {
    await writeFile(beside, data)
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

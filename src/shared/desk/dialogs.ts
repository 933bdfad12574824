/*
 * What a script may ask a person in a dialog: the questions, their answers, and how a window lists folders for them.
 */

export type DialogLevel = 'info' | 'warning' | 'error'

/** Extensions are lower case and without a dot; none: any file. `folder`: absolute, where to begin; null: where the last one ended. */
export type DialogRequest =
  | { kind: 'message'; title: string; text: string; level: DialogLevel; ok: string }
  | { kind: 'confirm'; title: string; text: string; ok: string; cancel: string; danger: boolean }
  | {
      kind: 'prompt'
      title: string
      text: string
      value: string
      placeholder: string
      ok: string
      cancel: string
      multiline: boolean
    }
  | { kind: 'openFile'; title: string; extensions: string[]; multiple: boolean; folder: string | null }
  | { kind: 'openFolder'; title: string; folder: string | null }
  | { kind: 'saveFile'; title: string; name: string; extensions: string[]; folder: string | null }
export type DialogKind = DialogRequest['kind']

/** True: yes, or read. Text: what was entered, or a path. Null: cancelled, or the window is gone. */
export type DialogAnswer = true | string | string[] | null

/** Where the files of a dialog are: in folders that the window lists, or at the visitor, who sends them. */
export type DialogFiles = 'folders' | 'upload'

/** Props of a record of type `dialog` (id `dialog:` + id): a question that stands in a window. Only the main process writes it. */
export interface DialogProps {
  id: string
  widgetId: string
  request: DialogRequest
  files: DialogFiles
}
export const DIALOG_TYPE = 'dialog'
export const dialogRecordId = (id: string): string => `dialog:${id}`

/** One file that a visitor sends. */
export interface SentFile {
  name: string
  bytes: Uint8Array
}

/** What is in a folder, for the dialog that shows it. */
export interface FolderListing {
  /** Absolute. */
  folder: string
  /** Null at the top. */
  parent: string | null
  /** Folders first, then files, by name; hidden ones left out. */
  entries: FolderEntry[]
  /** How many more there are than are listed. */
  more: number
  /** Where people keep things. */
  places: { name: string; path: string }[]
}
export interface FolderEntry {
  name: string
  /** Absolute. */
  path: string
  isFolder: boolean
  /** Bytes; 0 for folders. */
  size: number
  /** Unix ms */
  changedAt: number
}

/** Whether a file's name has one of the extensions. */
export function hasExtension(name: string, extensions: readonly string[]): boolean {
  const lower = name.toLowerCase()
  return extensions.length === 0 || extensions.some((extension) => lower.endsWith(`.${extension}`))
}

import type { DialogFiles, DialogRequest, FolderListing } from '../../../shared/desk/dialogs.ts'
import type { Value } from '../../../shared/value.ts'

export type FileRequest = Extract<DialogRequest, { kind: 'openFile' | 'openFolder' | 'saveFile' }>

/** The files that dialogs of a session are about: this computer's, or what a visitor sends. */
export interface DeskFiles {
  readonly source: DialogFiles
  /** Throws OrielError not_supported if there can be no such dialog here. */
  check(request: FileRequest): void
  /** What is in a folder; null: where such a dialog begins. Rejects with not_supported, or bad_value where it cannot be read. */
  list(folder: string | null): Promise<FolderListing>
  /** The paths that an answer stands for. Rejects with bad_value, saying what is wrong with it. */
  take(request: FileRequest, answer: Value): Promise<string | string[]>
  /** The session is over: what was made for it goes. */
  close(): Promise<void>
}

export function isFileRequest(request: DialogRequest): request is FileRequest {
  return request.kind === 'openFile' || request.kind === 'openFolder' || request.kind === 'saveFile'
}

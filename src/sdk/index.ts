/*
 * The package `oriel`: what a script imports.
 */
export { session } from './context.ts'
export type { SessionContext, SessionContextValues } from './context.ts'
export type { ProposedEdit } from './session-document.ts'
export { Html, html, raw } from './html.ts'
export type { HtmlValue } from './html.ts'
export { clipboard } from './desk/clipboard.ts'
export { dialog } from './desk/dialog.ts'
export type {
  ConfirmOptions,
  MessageOptions,
  OpenFileOptions,
  OpenFolderOptions,
  PromptOptions,
  SaveFileOptions,
} from './desk/dialog.ts'
export { download } from './desk/download.ts'
export type { DownloadOptions } from './desk/download.ts'
export { onClose, unsavedChanges } from './desk/leaving.ts'
export type { CloseHandler } from './desk/leaving.ts'
export { menu, shortcut } from './desk/menu.ts'
export type { CommandHandler, Menu, MenuEntry } from './desk/menu.ts'
export { notify } from './desk/notify.ts'
export type { NotifyOptions } from './desk/notify.ts'
export { openExternal } from './desk/open-external.ts'
export { progress } from './desk/progress.ts'
export type { Progress, ProgressStep } from './desk/progress.ts'
export { task } from './desk/task.ts'
export type { TaskOptions } from './desk/task.ts'
export { theme } from './desk/theme.ts'
export { toast } from './desk/toast.ts'
export type { ToastOptions } from './desk/toast.ts'
export { ByteStream, ImageStream } from './image-stream.ts'
export type { Picture } from './picture.ts'
export { SessionState } from './session-state.ts'
export { useSessionState } from './session-state/session-values.ts'
export type { StateBase, StateSchema } from './session-state.ts'
export type { StateConstructor } from './session-state/store.ts'
export { show } from './show.ts'
export type { ShowOptions } from './show.ts'
export type { Widget } from './widget.ts'
export type { WidgetInput } from './widget-content.ts'
export type { WidgetEvent, WidgetHandler } from './widget-events.ts'
export type { AttachedClient } from '../shared/calls.ts'
export type { ClientRequest } from '../shared/client-request.ts'
export { OrielError } from '../shared/errors.ts'
export type { ErrorCode } from '../shared/errors.ts'
export type { DialogLevel } from '../shared/desk/dialogs.ts'
export type { ToastLevel } from '../shared/desk/toasts.ts'
export type { FrameOutcome } from '../shared/stream.ts'
export type { Value } from '../shared/value.ts'
export type { Bounds } from '../shared/window.ts'

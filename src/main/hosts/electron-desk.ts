import type { BrowserWindow, Clipboard, Dialog, Notification as ElectronNotification } from 'electron'
import type { DialogAnswer, DialogKind, DialogRequest } from '../../shared/desk/dialogs.ts'
import type { Notification } from './types.ts'

/** What of Electron stands between a script and the person's computer. */
export interface ElectronDesk {
  dialog: Pick<Dialog, 'showMessageBox' | 'showOpenDialog' | 'showSaveDialog'>
  Notification: typeof ElectronNotification
  clipboard: Pick<Clipboard, 'readText' | 'writeText'>
}

/** Electron has no dialog that takes text; the page asks for that. */
export const NATIVE_DIALOGS: readonly DialogKind[] = ['message', 'confirm', 'openFile', 'openFolder', 'saveFile']

/** Asks in a dialog of the system's. Null: cancelled. */
export async function askNative(
  dialog: ElectronDesk['dialog'],
  window: BrowserWindow,
  request: DialogRequest,
): Promise<DialogAnswer> {
  switch (request.kind) {
    case 'message': {
      const { title: message, text: detail, level: type, ok } = request
      await dialog.showMessageBox(window, { type, message, detail, buttons: [ok], noLink: true })
      return true
    }
    case 'confirm': {
      const { title: message, text: detail, ok, cancel, danger } = request
      const { response } = await dialog.showMessageBox(window, {
        type: danger ? 'warning' : 'question',
        message,
        detail,
        buttons: [ok, cancel],
        // What cannot be undone is not done by pressing Enter.
        defaultId: danger ? 1 : 0,
        cancelId: 1,
        noLink: true,
      })
      return response === 0 ? true : null
    }
    case 'openFile': {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: request.title,
        ...begin(request.folder),
        filters: filters(request.extensions),
        properties: ['openFile', ...(request.multiple ? (['multiSelections'] as const) : [])],
      })
      if (canceled || filePaths.length === 0) return null
      return request.multiple ? filePaths : filePaths[0]!
    }
    case 'openFolder': {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: request.title,
        ...begin(request.folder),
        properties: ['openDirectory', 'createDirectory'],
      })
      return canceled ? null : (filePaths[0] ?? null)
    }
    case 'saveFile': {
      const { folder, name, extensions, title } = request
      const start = folder === null ? name : `${folder.replace(/[\\/]$/, '')}/${name}`
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title,
        ...(start === '' ? {} : { defaultPath: start }),
        filters: filters(extensions),
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      return canceled || !filePath ? null : filePath
    }
    case 'prompt':
      return null
  }
}

/** Has the system tell something; resolves at once, whether anybody looks or not. */
export async function notifyNative(Native: ElectronDesk['Notification'], { title, body }: Notification): Promise<void> {
  new Native({ title, body }).show()
}

function begin(folder: string | null): { defaultPath?: string } {
  return folder === null ? {} : { defaultPath: folder }
}

function filters(extensions: readonly string[]): { name: string; extensions: string[] }[] {
  if (extensions.length === 0) return []
  return [{ name: extensions.map((each) => `.${each}`).join(', '), extensions: [...extensions] }]
}

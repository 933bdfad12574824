import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { Receiver } from '../shared/carriers/receiver.ts'
import { randomId } from '../shared/ids.ts'
import { IPC_CHANNEL, readIpcMessage } from '../shared/ipc.ts'
import { CLOSE } from '../shared/protocol.ts'

/*
 * Hands the page its connection as `window.orielCarrier`, a Carrier, and what only Electron knows of dropped files as
 * `window.orielNative`. Nothing else crosses; ipcRenderer itself stays here.
 */

const link = randomId()
const receiver = new Receiver()

ipcRenderer.on(IPC_CHANNEL, (_event, ...args: unknown[]) => {
  const message = readIpcMessage(args)
  if (message === null || message[0] !== link) return
  if (message[1] === 'message') receiver.deliver(message[2])
  if (message[1] === 'close') receiver.end(message[2], message[3])
})

contextBridge.exposeInMainWorld('orielCarrier', {
  bufferedBytes: 0,
  send: (message: object) => {
    if (!receiver.closed) ipcRenderer.send(IPC_CHANNEL, link, 'message', message)
  },
  onMessage: (listener: (message: unknown) => void) => receiver.onMessage(listener),
  onClose: (listener: (code: number, reason: string) => void) => receiver.onClose(listener),
  close: (code: number = CLOSE.normal, reason = '') => {
    if (receiver.end(code, reason)) ipcRenderer.send(IPC_CHANNEL, link, 'close', code, reason)
  },
})
contextBridge.exposeInMainWorld('orielNative', {
  pathForFile: (file: File) => webUtils.getPathForFile(file),
})

ipcRenderer.send(IPC_CHANNEL, link, 'open')

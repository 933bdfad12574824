import { vi } from 'vitest'
import { ipcLines, preloadElectron } from '../support/lines/ipc.ts'
import { portLines } from '../support/lines/port.ts'
import { socketLines } from '../support/lines/socket.ts'
import { sessionContract } from './suites/session-contract.ts'

vi.mock('electron', () => preloadElectron)

sessionContract({
  name: 'message ports',
  lines: { script: portLines, window: portLines, program: portLines },
})
sessionContract({
  name: 'WebSockets',
  lines: { script: socketLines, window: socketLines, program: socketLines },
})
sessionContract({
  name: 'what the app in Electron has: a port, IPC and a WebSocket',
  lines: { script: portLines, window: ipcLines, program: socketLines },
})

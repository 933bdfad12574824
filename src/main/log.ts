import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { pino } from 'pino'

/** Where the main process writes what it does. Messages are for developers; what a person should read goes to the terminal or a window. */
export interface Log {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** A log that writes nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * JSON lines into `file` (made if missing), or nothing where the file cannot be written: a full disk must not stop the app.
 * Tickets and secrets are masked wherever they stand.
 */
export function createLog(options: { file: string; level: LogLevel }): Log & { close(): void } {
  if (options.level === 'silent') return { ...silentLog, close() {} }
  try {
    mkdirSync(path.dirname(options.file), { recursive: true })
    const destination = pino.destination({ dest: options.file, sync: true, mkdir: true })
    // A log line that cannot be written is lost; the app goes on.
    destination.on('error', () => {})
    const logger = pino(
      {
        level: options.level,
        base: { pid: process.pid },
        redact: { paths: ['ticket', '*.ticket', 'resume', '*.resume', 'secret', '*.secret'], censor: '[hidden]' },
      },
      destination,
    )
    return {
      debug: (message, fields) => logger.debug(fields ?? {}, message),
      info: (message, fields) => logger.info(fields ?? {}, message),
      warn: (message, fields) => logger.warn(fields ?? {}, message),
      error: (message, fields) => logger.error(fields ?? {}, message),
      close: () => {
        try {
          destination.flushSync()
          destination.end()
        } catch {
          // The file was never opened.
        }
      },
    }
  } catch {
    return { ...silentLog, close() {} }
  }
}

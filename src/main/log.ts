import { mkdirSync, renameSync, statSync } from 'node:fs'
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

/** A log that has grown past this is put aside at the next start, in the place of the one put aside before. */
const MAX_BYTES = 10 * 1024 * 1024

/**
 * JSON lines into `file` (made if missing, for this user alone; `-`: standard error), or nothing where the file cannot be written: a full disk
 * must not stop the app. Tickets and secrets are masked, whether they are fields of their own or stand in an address.
 */
export function createLog(options: { file: string; level: LogLevel }): Log & { close(): void } {
  if (options.level === 'silent') return { ...silentLog, close() {} }
  try {
    const isTerminal = options.file === '-'
    if (!isTerminal) {
      mkdirSync(path.dirname(options.file), { recursive: true, mode: 0o700 })
      putAside(options.file)
    }
    const destination = pino.destination({ dest: isTerminal ? 2 : options.file, sync: true, mode: 0o600 })
    // A log line that cannot be written is lost; the app goes on.
    destination.on('error', () => {})
    const logger = pino({ level: options.level, base: { pid: process.pid } }, destination)
    const write = (level: Exclude<LogLevel, 'silent'>) => (message: string, fields?: object) => {
      if (logger.isLevelEnabled(level)) logger[level](masked(fields ?? {}), withoutTickets(message))
    }
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
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

function putAside(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > MAX_BYTES) renameSync(file, `${file}.old`)
}

const SECRETS: ReadonlySet<string> = new Set(['ticket', 'resume', 'secret'])
const HIDDEN = '[hidden]'
/** Fields inside each other that are written. */
const MAX_DEPTH = 6

function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutTickets(value)
  // As JSON an Error would be empty.
  if (value instanceof Error) return withoutTickets(String(value))
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return '…'
  if (Array.isArray(value)) return value.map((item) => masked(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SECRETS.has(key) ? HIDDEN : masked(item, depth + 1)]),
  )
}

function withoutTickets(text: string): string {
  return text.replace(/([?&]ticket=)[^&#\s"']+/g, `$1${HIDDEN}`)
}

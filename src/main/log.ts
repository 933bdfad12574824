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
 * JSON lines into `file` (made if missing, for this user alone; `-`: standard error), or nothing where the file cannot be
 * written: a full disk must not stop the app. Tickets, secrets, passwords, cookies and tokens are masked, whether they are
 * fields of their own or stand in an address or another text.
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
      if (logger.isLevelEnabled(level)) logger[level](masked(fields ?? {}), withoutSecrets(message))
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

/** Fields that are hidden, whatever their names have of capitals, hyphens and underscores. */
const SECRETS: ReadonlySet<string> = new Set(
  (
    'ticket resume secret clientsecret password passphrase cookie cookies setcookie authorization proxyauthorization ' +
    'token accesstoken idtoken refreshtoken codeverifier sid'
  ).split(' '),
)
/** What a secret stands behind in an address. */
const IN_ADDRESS =
  /([?&#](?:ticket|resume|secret|client_secret|password|token|access_token|id_token|refresh_token|code|key|sid)=)[^&#\s"']+/gi
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z+.-]{0,30}:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/gi, '$1[hidden]@'],
  [/(\b(?:Bearer|Basic)\s+)[\w.~+/=-]{8,}/g, '$1[hidden]'],
  [/((?:__Host-)?\boriel[\w-]{0,50}=)[\w.%-]{8,}/g, '$1[hidden]'],
  // A signed or sealed token, wherever it stands.
  [/\beyJ[\w-]{8,2000}\.[\w-]{0,4000}\.[\w.-]+/g, '[hidden]'],
]
const HIDDEN = '[hidden]'
/** Fields inside each other that are written. */
const MAX_DEPTH = 6

function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutSecrets(value)
  // As JSON an Error would be empty.
  if (value instanceof Error) return withoutSecrets(String(value))
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return '…'
  if (Array.isArray(value)) return value.map((item) => masked(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecret(key) ? HIDDEN : masked(item, depth + 1)]),
  )
}

function isSecret(name: string): boolean {
  return SECRETS.has(name.toLowerCase().replace(/[^a-z]/g, ''))
}

function withoutSecrets(text: string): string {
  const plain = text.replace(IN_ADDRESS, `$1${HIDDEN}`)
  return ELSEWHERE.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), plain)
}

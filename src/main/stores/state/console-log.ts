import type { Log } from '../../log.ts'

/** Where nobody gives a log: warnings and errors as one line each on the console. */
export const consoleLog: Log = {
  debug() {},
  info() {},
  warn: (message, fields) => console.warn(line(message, fields)),
  error: (message, fields) => console.error(line(message, fields)),
}

function line(message: string, fields: object = {}): string {
  const details = Object.entries(fields).map(([name, value]) => ` ${name}=${text(value)}`)
  return `oriel: ${message}${details.join('')}`
}

function text(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(String(value))
  return JSON.stringify(value) ?? String(value)
}

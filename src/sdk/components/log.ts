/** Where components report. Default: the console, which in a script is the session's own. */
export interface ComponentLog {
  warn(message: string, ...details: unknown[]): void
  error(message: string, ...details: unknown[]): void
}

/** Asks for the console at each call: a session has one of its own. */
export const consoleLog: ComponentLog = {
  warn: (...line) => console.warn(...line),
  error: (...line) => console.error(...line),
}

const reported = new WeakSet<object>()

/** Logs a failure once, however many it passes on its way up (rule Q9). */
export function reportOnce(log: ComponentLog, message: string, error: unknown): void {
  if (typeof error === 'object' && error !== null) {
    if (reported.has(error)) return
    reported.add(error)
  }
  log.error(message, error)
}

import type { Log } from '../../src/main/log.ts'

/** A log whose warnings and errors can be read. */
export class RecordedLog implements Log {
  /** Message and fields of each, as text. */
  readonly lines: string[] = []
  debug(): void {}
  info(): void {}
  warn(message: string, fields: object = {}): void {
    const text = JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? String(value) : value))
    this.lines.push(`${message} ${text}`)
  }
  error(message: string, fields?: object): void {
    this.warn(message, fields)
  }
}

import { OrielError } from '../../shared/errors.ts'
import type { ErrorCode } from '../../shared/errors.ts'

/** Where in a file, or in a query, something is wrong. */
export interface DataPlace {
  /** Absolute path. */
  readonly file?: string
  /** Counted from 1. */
  readonly line?: number
  /** Character in that line, counted from 1. */
  readonly column?: number
}

/**
 * A file or a query that cannot be read. Codes: `file_missing`, `file_unreadable` (a folder, no right to read, an unknown
 * type), `file_damaged`, `bad_query`. `line` and `column` are there where they are known.
 */
export class DataError extends OrielError implements DataPlace {
  readonly file?: string
  readonly line?: number
  readonly column?: number

  constructor(code: ErrorCode, message: string, place: DataPlace = {}, cause?: unknown) {
    super(code, message, cause === undefined ? undefined : { cause })
    this.name = 'DataError'
    Object.assign(this, place)
  }
}

import { OrielError, type ErrorCode } from '../errors.ts'
import type { Op, Path } from './types.ts'

/** The record that an op changes; null for `roots` and `title`. */
export function opRecordId(op: Op): string | null {
  if (op.op === 'put') return op.record.id
  return op.op === 'roots' || op.op === 'title' ? null : op.id
}

/** A path as people write it: `items[3].name`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += text === '' ? key : `.${key}`
  }
  return text
}

/** The error of one op, naming its index in the edit, its record and its path. */
export function opError(code: ErrorCode, index: number, op: Op, reason: string): OrielError {
  const id = opRecordId(op)
  const at = 'path' in op && op.path.length > 0 ? ` at ${formatPath(op.path)}` : ''
  return new OrielError(code, `Op ${index} (${op.op}${id === null ? '' : ` on record '${id}'`}${at}): ${reason}`)
}

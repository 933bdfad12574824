import type { Document } from '../client/document.ts'
import type { Op } from '../shared/document/types.ts'
import { OrielError } from '../shared/errors.ts'
import { RESERVED_TYPES } from '../shared/records.ts'
import { MAX_NAME_LENGTH } from '../shared/validate.ts'
import type { Value } from '../shared/value.ts'
import { z } from 'zod'
import { checkFunction, refuse } from './check.ts'
import { frames, requireFrame, requireSession } from './runtime/frame.ts'

/** An edit that a program wants to make, as `session.onEdit` hands it to the script. */
export interface ProposedEdit {
  readonly ops: readonly Op[]
  /** Of the program. */
  readonly connectionId: string
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** See `session.document`. */
export function sessionDocument(): Document {
  return requireSession('session.document').link.document
}

/** See `session.defineRecord`. */
export function defineRecord(recordType: string, schema: z.ZodType): void {
  const session = requireSession('session.defineRecord()')
  if (typeof recordType !== 'string' || recordType === '' || recordType.length > MAX_NAME_LENGTH)
    refuse('session.defineRecord: type', `text of 1 to ${MAX_NAME_LENGTH} characters`, recordType)
  if (RESERVED_TYPES.has(recordType))
    throw new OrielError(
      'bad_value',
      `session.defineRecord: the type "${recordType}" is Oriel's own. Use another name.`,
    )
  session.declarations.defineRecord(recordType, jsonSchemaOf(recordType, schema))
}

/** See `session.onEdit`. */
export function onEdit(handler: (edit: ProposedEdit) => unknown): () => void {
  checkFunction(handler, 'session.onEdit(handler)')
  const frame = requireFrame('session.onEdit()')
  return requireSession('session.onEdit()').declarations.addGuard((edit) => frames.run(frame, () => handler(edit)))
}

/** What can be said of `schema` outside of this process: binary and what only code can check passes. Throws bad_value. */
function jsonSchemaOf(recordType: string, schema: z.ZodType): Value {
  try {
    return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))) as Value
  } catch (cause) {
    throw new OrielError('bad_value', `session.defineRecord('${recordType}'): the schema must be one of zod's.`, {
      cause,
    })
  }
}

import type { Op } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import { isPlainObject } from '../../shared/document/kinds.ts'
import { TYPED_LIMITS, TYPED_TYPE, typedRecordId } from '../../shared/typed.ts'
import type { TypedField } from '../../shared/typed.ts'
import type { Room } from './room.ts'

/** Keeps what was typed in a window and not sent, in the place of what was kept before. Throws bad_value, too_large. */
export function keepTyped(room: Room, widgetId: string, fields: unknown): void {
  const kept = checkFields(fields)
  const id = typedRecordId(widgetId)
  const op: Op =
    kept.length > 0
      ? { op: 'put', record: { id, type: TYPED_TYPE, scope: 'state', props: { widgetId, fields: kept } } }
      : { op: 'remove', id }
  if (kept.length > 0 || room.journal.state.get(id)) room.edit([op])
}

function checkFields(fields: unknown): { key: string; base: string; value: string }[] {
  if (!Array.isArray(fields)) throw notFields()
  if (fields.length > TYPED_LIMITS.fields) throw tooMuch()
  let chars = 0
  return fields.map((field: unknown) => {
    if (!isPlainObject(field)) throw notFields()
    const { key, base, value } = field as Partial<TypedField>
    if (typeof key !== 'string' || typeof base !== 'string' || typeof value !== 'string') throw notFields()
    chars += key.length + base.length + value.length
    if (Math.max(key.length, base.length, value.length) > TYPED_LIMITS.fieldChars || chars > TYPED_LIMITS.allChars)
      throw tooMuch()
    return { key, base, value }
  })
}

function notFields(): OrielError {
  return new OrielError('bad_value', 'Typed text is a list of { key, base, value }.')
}

function tooMuch(): OrielError {
  return new OrielError('too_large', 'More was typed than is kept.')
}

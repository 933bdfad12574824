import { isPlainObject } from '../../shared/document/kinds.ts'
import { MAX_DEPTH } from '../../shared/validate.ts'
import { isForbidden } from './clean.ts'
import { ComponentError } from './errors.ts'

/**
 * How something that JSON lacks is kept in a component's state. `name` is written beside it; `encode` gives JSON, from
 * which `decode` makes the value again.
 */
export interface StateCodec<T = unknown> {
  readonly name: string
  matches(value: unknown): value is T
  encode(value: T): unknown
  decode(encoded: unknown): T
}

/** How a value that a codec wrote stands in JSON. */
export const CODEC_KEY = '$codec'

/**
 * A deep copy of `state` as JSON has it: dates are ISO strings, what is undefined is left out. With `codecs`, what one of
 * them matches is written by it. Throws ComponentError bad_state, naming the path, for what JSON would lose or change
 * (rule Q28).
 */
export function stateCopy(
  state: object,
  codecs: readonly StateCodec[] = [],
  without: ReadonlySet<string> = NONE,
): Record<string, unknown> {
  units = 0
  const copy: Record<string, unknown> = {}
  const above: object[] = [state]
  for (const key of Object.keys(state)) {
    if (without.has(key) || isForbidden(key)) continue
    const value: unknown = (state as Record<string, unknown>)[key]
    if (value === undefined) continue
    units += key.length
    copy[key] = copyValue(value, key, above, codecs)
  }
  return copy
}

const NONE: ReadonlySet<string> = new Set()

/** UTF-16 units in the last copy, and 8 for each value. */
let units = 0
/** What a unit may come to in JSON: an escape. */
const MAX_BYTES_PER_UNIT = 6

/** No copy that was just made is more than this as JSON, in bytes. */
export function mostBytesOfLastCopy(): number {
  return (units + 8) * MAX_BYTES_PER_UNIT
}

/** Whether `value` is copied as it is. Counts it. */
function isSimple(value: unknown): boolean {
  units += 8
  if (typeof value === 'string') {
    units += value.length
    return true
  }
  return typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'boolean' || value === null || value === undefined
}

/** `above`: the objects that `value` is inside of. */
function copyValue(value: unknown, path: string, above: object[], codecs: readonly StateCodec[]): unknown {
  if (isSimple(value)) return value
  return typeof value === 'object' ? copyObject(value!, path, above, codecs) : encoded(value, path, above, codecs)
}

function copyObject(value: object, path: string, above: object[], codecs: readonly StateCodec[]): unknown {
  if (above.includes(value)) throw badState(path, 'holds itself')
  if (above.length > MAX_DEPTH) throw badState(path, `is nested more than ${MAX_DEPTH} deep`)
  if (Array.isArray(value)) {
    above.push(value)
    const list: unknown[] = []
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      list.push(isSimple(item) ? (item ?? null) : copyValue(item, `${path}[${index}]`, above, codecs))
    }
    above.pop()
    return list
  }
  if (isPlainObject(value)) {
    above.push(value)
    // To take all at once and go through them is twice as fast as to put one by one into a new object.
    const copy: Record<string, unknown> = { ...value }
    for (const key of Object.keys(copy)) {
      const item = copy[key]
      units += key.length
      if (item === undefined || isForbidden(key)) delete copy[key]
      else if (!isSimple(item)) copy[key] = copyValue(item, `${path}.${key}`, above, codecs)
    }
    above.pop()
    return copy
  }
  if (value instanceof Date && !codecs.some((one) => one.matches(value))) {
    if (Number.isNaN(value.getTime())) throw badState(path, 'is an invalid date')
    return value.toISOString()
  }
  above.push(value)
  const copy = encoded(value, path, above, codecs)
  above.pop()
  return copy
}

function encoded(value: unknown, path: string, above: object[], codecs: readonly StateCodec[]): unknown {
  const codec = codecs.find((one) => one.matches(value))
  if (!codec) throw badState(path, `is ${kindOf(value)}`)
  return { [CODEC_KEY]: codec.name, value: copyValue(codec.encode(value), path, above, codecs) }
}

/** Puts back what codecs wrote, in place. An unknown name stays as it is. */
export function decodeState(value: unknown, codecs: readonly StateCodec[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  const object = value as Record<string, unknown>
  for (const key of Object.keys(object)) object[key] = decodeState(object[key], codecs)
  const name = Array.isArray(value) ? undefined : object[CODEC_KEY]
  const codec = name === undefined ? undefined : codecs.find((one) => one.name === name)
  return codec ? codec.decode(object['value']) : value
}

function badState(path: string, what: string): ComponentError {
  return new ComponentError(
    `state.${path} ${what}, which state cannot hold. Keep text, numbers, lists and plain objects there, or declare a codec.`,
    { code: 'bad_state' },
  )
}

function kindOf(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object') return `an object of the class ${value?.constructor?.name || 'without a name'}`
  return typeof value === 'number' ? String(value) : `a ${typeof value}`
}

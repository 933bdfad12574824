import { isPlainObject } from '../../shared/document/kinds.ts'
import { MAX_DEPTH } from '../../shared/validate.ts'
import { FORBIDDEN_KEYS } from '../../shared/value.ts'
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
  const copy: Record<string, unknown> = {}
  const above: object[] = [state]
  for (const key of Object.keys(state)) {
    if (without.has(key) || FORBIDDEN_KEYS.has(key)) continue
    const value: unknown = (state as Record<string, unknown>)[key]
    if (value !== undefined) copy[key] = copyValue(value, key, above, codecs)
  }
  return copy
}

const NONE: ReadonlySet<string> = new Set()

/** `above`: the objects that `value` is inside of. */
function copyValue(value: unknown, path: string, above: object[], codecs: readonly StateCodec[]): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      break
    case 'object':
      if (value === null) return null
      return copyObject(value, path, above, codecs)
    default:
  }
  return encoded(value, path, above, codecs)
}

function copyObject(value: object, path: string, above: object[], codecs: readonly StateCodec[]): unknown {
  if (above.includes(value)) throw badState(path, 'holds itself')
  if (above.length > MAX_DEPTH) throw badState(path, `is nested more than ${MAX_DEPTH} deep`)
  if (Array.isArray(value)) {
    above.push(value)
    const list: unknown[] = []
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      list.push(item === undefined ? null : copyValue(item, `${path}[${index}]`, above, codecs))
    }
    above.pop()
    return list
  }
  if (isPlainObject(value)) {
    above.push(value)
    const copy: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      const item = value[key]
      if (item !== undefined && !FORBIDDEN_KEYS.has(key)) copy[key] = copyValue(item, `${path}.${key}`, above, codecs)
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

import { safeParse, type $ZodIssue, type $ZodShape, type $ZodType } from 'zod/v4/core'
import { z } from 'zod'
import { formatPath } from '../../shared/document/op-error.ts'
import type { Path } from '../../shared/document/types.ts'
import { parseValue } from '../../shared/document/validate.ts'
import { OrielError } from '../../shared/errors.ts'
import { FORBIDDEN_KEYS, type Value } from '../../shared/value.ts'

export type Schema = $ZodType

/** Takes everything. */
export const FREE: Schema = z.any()

/** What a schema says of the inside of a list or an object. */
export interface Inside {
  /**
   * A change inside must be checked by the whole: the schema has checks of its own (`min`, `refine`), or it cannot be seen
   * from it what belongs where (a union, a pipe).
   */
  whole: boolean
  /** The schema of what is under `key`; null if nothing may be there. */
  child(key: string | number): Schema | null
  /** Whether what is under `key` may go whatever its schema says: it is a key of a record, or a field that is not declared. */
  isSpare(key: string): boolean
}

/** Looks into a schema, through optional, default and the like. */
export function insideOf(schema: Schema): Inside {
  let inner = schema
  let whole = false
  for (;;) {
    const { def } = (inner as ZodSchema)._zod
    whole ||= (def.checks?.length ?? 0) > 0
    if (def.type === 'lazy') inner = def.getter()
    else if (WRAPPERS.has(def.type)) inner = (def as { innerType: Schema }).innerType
    else break
  }
  const { def } = (inner as ZodSchema)._zod
  return (whole ? null : partsOf(def)) ?? { whole: true, child: () => FREE, isSpare: () => true }
}

/** As much of a zod schema's definition as is read here. */
type ZodSchema = {
  _zod: {
    def: { checks?: readonly unknown[] } & (
      | { type: 'array'; element: Schema }
      | { type: 'object'; shape: $ZodShape; catchall?: ZodSchema & Schema }
      | { type: 'record'; keyType: Schema; valueType: Schema }
      | { type: 'lazy'; getter: () => Schema }
      | { type: 'any' | 'unknown' | 'wrapper'; innerType?: Schema }
    )
  }
}
const OPEN_KEYS = new Set<string>(['string', 'template_literal'])
const WRAPPERS = new Set<string>(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly', 'catch'])

/** Null where a part cannot be judged without the rest. */
function partsOf(def: ZodSchema['_zod']['def']): Inside | null {
  switch (def.type) {
    case 'array':
      return { whole: false, child: () => def.element, isSpare: () => false }
    case 'object':
      return {
        whole: false,
        child: (key) => (Object.hasOwn(def.shape, key) ? (def.shape[key] ?? null) : looseness(def)),
        isSpare: (key) => !Object.hasOwn(def.shape, key),
      }
    case 'record':
      // With a fixed set of keys each of them has to be there.
      if (!OPEN_KEYS.has((def.keyType as ZodSchema)._zod.def.type)) return null
      return {
        whole: false,
        child: (key) => (safeParse(def.keyType, key).success ? def.valueType : null),
        isSpare: () => true,
      }
    case 'any':
    case 'unknown':
      return { whole: false, child: () => FREE, isSpare: () => true }
    default:
      return null
  }
}

/** What `SessionState.define` was given: the fields of a state class. */
export class FieldsSchema implements Inside {
  readonly schema: Schema
  /** The object as a whole has checks: a field alone does not tell whether it fits. */
  readonly whole: boolean
  readonly #shape: $ZodShape
  readonly #catchall: Schema | null

  /** Takes z.object(…) or what belongs in it. Throws OrielError bad_usage. */
  constructor(given: unknown) {
    this.schema = isSchema(given) ? given : shapeToObject(given)
    const { def } = (this.schema as ZodSchema)._zod
    if (def.type !== 'object')
      throw new OrielError('bad_usage', `SessionState.define() takes z.object(…), not z.${def.type}(…).`)
    this.whole = (def.checks?.length ?? 0) > 0
    this.#shape = def.shape
    this.#catchall = looseness(def)
    for (const name of this.declared)
      if (name.startsWith('_') || FORBIDDEN_KEYS.has(name))
        throw new OrielError('bad_usage', `SessionState.define(): a field cannot be named "${name}".`)
  }

  get declared(): string[] {
    return Object.keys(this.#shape)
  }

  declares(field: string): boolean {
    return Object.hasOwn(this.#shape, field)
  }

  /** Null where the schema does not allow the field. Fields that start with `_` are never part of it. */
  child(field: string | number): Schema | null {
    if (Object.hasOwn(this.#shape, field)) return this.#shape[field] ?? null
    return String(field).startsWith('_') ? null : this.#catchall
  }

  isSpare(field: string): boolean {
    return !this.declares(field)
  }
}

/**
 * `value` as `schema` has it (coerced, defaults filled in), copied, and fit to be stored; undefined where the schema says so.
 * Throws OrielError bad_value that names `owner` and the path.
 */
export function conform(schema: Schema, value: unknown, owner: string, path: Path): Value | undefined {
  const result = parse(schema, value)
  if (!result.success) throw misfit(owner, path, result.error.issues, result.error)
  if (result.data === undefined) return undefined
  return parseValue(result.data, `${owner}.${formatPath(path)}`, { copy: true })
}

/** Whether `value` fits, and what it then is. */
export function tryConform(schema: Schema, value: unknown): { fits: true; value: Value | undefined } | { fits: false } {
  const result = parse(schema, value)
  if (!result.success) return { fits: false }
  try {
    return { fits: true, value: result.data === undefined ? undefined : parseValue(result.data, '', { copy: true }) }
  } catch {
    return { fits: false }
  }
}

function parse(schema: Schema, value: unknown) {
  try {
    return safeParse(schema, value)
  } catch (cause) {
    throw new OrielError('bad_usage', 'A schema of session state cannot be asynchronous, and must not throw.', {
      cause,
    })
  }
}

function misfit(owner: string, path: Path, issues: readonly $ZodIssue[], cause: unknown): OrielError {
  const lines = issues.map((issue) => {
    const full = [...path, ...issue.path.filter((key) => typeof key !== 'symbol')]
    return `${owner}${full.length > 0 ? '.' : ''}${formatPath(full)}: ${issue.message}`
  })
  return new OrielError('bad_value', lines.join('\n'), { cause })
}

/** The schema of fields that are not declared; null where none are allowed. */
function looseness(def: { catchall?: ZodSchema & Schema }): Schema | null {
  return def.catchall && (def.catchall._zod.def.type as string) !== 'never' ? def.catchall : null
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && '_zod' in value
}

function shapeToObject(given: unknown): Schema {
  const fields = typeof given === 'object' && given !== null ? Object.entries(given) : null
  const wrong = fields?.find(([, schema]) => !isSchema(schema))
  if (!fields || wrong)
    throw new OrielError(
      'bad_usage',
      `SessionState.define() takes an object of zod schemas${wrong ? `; "${wrong[0]}" is none of zod 4` : ''}.`,
    )
  return z.object(given as $ZodShape)
}

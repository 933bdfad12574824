import { OrielError } from '../errors.ts'
import { FORBIDDEN_KEYS, type Value } from '../value.ts'
import { isTreeRecordId } from '../elements/node.ts'
import { MAX_DEPTH, MAX_TREE_DEPTH } from '../validate.ts'
import { isArrayBuffer, isPlainObject, isTypedArray } from './kinds.ts'
import type { DocumentRecord, DocumentSnapshot, Op, Path, RecordScope } from './types.ts'

/** How long a record's id or type may be, in UTF-16 units. */
const MAX_ID_LENGTH = 1024

export interface ParseOptions {
  /**
   * Copies lists and objects, so that whoever passed them may go on changing them, and leaves out keys that hold
   * undefined, as JSON does. Binary is shared all the same. Default false.
   */
  copy?: boolean
}

const SCOPES: ReadonlySet<unknown> = new Set<RecordScope>(['state', 'view', 'data'])

/**
 * The ops in `value`, which may come from anyone: their shape and every value in them is checked, unknown fields are
 * refused. Whether they fit a document only `applyOps` can tell. Throws OrielError bad_op | bad_path | bad_value.
 */
export function parseOps(value: unknown, options?: ParseOptions): Op[] {
  if (!Array.isArray(value)) throw new OrielError('bad_op', 'Ops must be a list.')
  const ops: Op[] = []
  for (let i = 0; i < value.length; i++) ops.push(parseOp(value[i], i, options))
  return ops
}

/** One op, as parseOps checks it; `index` is for the message. */
export function parseOp(value: unknown, index = 0, options?: ParseOptions): Op {
  return new Parser(`Op ${index}`, options?.copy ?? false).op(value)
}

/** A whole document from anyone. Throws OrielError bad_op | bad_value. */
export function parseSnapshot(value: unknown, options?: ParseOptions): DocumentSnapshot {
  return new Parser('Snapshot', options?.copy ?? false).snapshot(value)
}

/** One value from anyone: JSON plus binary, no forbidden keys, no undefined, at most MAX_DEPTH deep. Throws OrielError bad_value; `where` begins its message. */
export function parseValue(value: unknown, where: string, options?: ParseOptions): Value {
  return new Parser(where, options?.copy ?? false).value(value, '')
}

type Fields = { [key: string]: unknown }

class Parser {
  #where: string
  readonly #copy: boolean
  /** Of what is being read. */
  #maxDepth = MAX_DEPTH

  constructor(where: string, copy: boolean) {
    this.#where = where
    this.#copy = copy
  }

  op(value: unknown): Op {
    const fields = this.#fields(value, 'an op')
    const name = fields['op']
    if (typeof name === 'string') this.#where += ` (${name.slice(0, 40)})`
    switch (name) {
      case 'put':
        this.#only(fields, ['op', 'record'])
        return { op: 'put', record: this.record(fields['record']) }
      case 'remove':
        this.#only(fields, ['op', 'id'])
        return { op: 'remove', id: this.#name(fields['id'], 'id') }
      case 'set':
        this.#only(fields, ['op', 'id', 'path', 'value'])
        return { op: 'set', ...this.#target(fields), value: this.value(fields['value'], 'value') }
      case 'unset':
        this.#only(fields, ['op', 'id', 'path'])
        return { op: 'unset', ...this.#target(fields) }
      case 'splice':
        this.#only(fields, ['op', 'id', 'path', 'index', 'remove', 'insert'])
        return {
          op: 'splice',
          ...this.#target(fields),
          index: this.#count(fields['index'], 'index'),
          remove: this.#count(fields['remove'], 'remove'),
          insert: this.#list(fields['insert'], 'insert'),
        }
      case 'move':
        this.#only(fields, ['op', 'id', 'path', 'from', 'to'])
        return {
          op: 'move',
          ...this.#target(fields),
          from: this.#count(fields['from'], 'from'),
          to: this.#count(fields['to'], 'to'),
        }
      case 'append':
        return this.#append(fields)
      case 'columns':
        return this.#columns(fields)
      case 'roots':
        this.#only(fields, ['op', 'ids'])
        return { op: 'roots', ids: this.#names(fields['ids'], 'ids') }
      case 'title':
        this.#only(fields, ['op', 'title'])
        if (typeof fields['title'] !== 'string') throw this.#error('bad_op', 'title must be text')
        return { op: 'title', title: fields['title'] }
      default:
        throw this.#error('bad_op', 'unknown op')
    }
  }

  record(value: unknown): DocumentRecord {
    const fields = this.#fields(value, 'a record')
    this.#only(fields, ['id', 'type', 'props', 'children', 'scope'])
    const { props, children, scope } = fields
    const id = this.#name(fields['id'], 'id')
    this.#expect(id)
    if (!isPlainObject(props)) throw this.#error('bad_op', `record '${id}' has no props object`)
    if (scope !== undefined && !SCOPES.has(scope)) throw this.#error('bad_op', `record '${id}' has an unknown scope`)
    const record: DocumentRecord = {
      id,
      type: this.#name(fields['type'], 'type'),
      props: this.value(props, `record '${id}'`) as DocumentRecord['props'],
    }
    if (children !== undefined) record.children = this.#names(children, 'children')
    if (scope !== undefined) record.scope = scope as RecordScope
    return record
  }

  snapshot(value: unknown): DocumentSnapshot {
    const fields = this.#fields(value, 'a snapshot')
    const { title, records } = fields
    if (typeof title !== 'string') throw this.#error('bad_op', 'title must be text')
    if (!Array.isArray(records)) throw this.#error('bad_op', 'records must be a list')
    const parsed: DocumentRecord[] = []
    for (let i = 0; i < records.length; i++) parsed.push(this.record(records[i]))
    return { title, roots: this.#names(fields['roots'], 'roots'), records: parsed }
  }

  value(value: unknown, where: string, depth = 0): Value {
    switch (typeof value) {
      case 'string':
      case 'number':
      case 'boolean':
        return value
      case 'object':
        if (value === null) return null
        break
      default:
        throw this.#error('bad_value', `${at(where)}${typeof value} cannot be stored`)
    }
    if (depth >= this.#maxDepth)
      throw this.#error('bad_value', `${at(where)}nested deeper than ${this.#maxDepth} levels, or in itself`)
    if (Array.isArray(value)) return this.#list(value, where, depth)
    if (isTypedArray(value) || isArrayBuffer(value)) {
      const buffer = isArrayBuffer(value) ? value : value.buffer
      if (!isArrayBuffer(buffer)) throw this.#error('bad_value', `${at(where)}shared memory cannot be stored`)
      return value
    }
    if (!isPlainObject(value)) throw this.#error('bad_value', `${at(where)}${className(value)} cannot be stored`)
    const copy: { [key: string]: Value } = {}
    for (const key of Object.keys(value)) {
      this.#key(key, where)
      if (this.#copy && value[key] === undefined) continue
      const inner = this.value(value[key], where, depth + 1)
      if (this.#copy) copy[key] = inner
    }
    return this.#copy ? copy : (value as { [key: string]: Value })
  }

  #list(value: unknown, where: string, depth = 0): readonly Value[] {
    if (!Array.isArray(value)) throw this.#error('bad_op', `${where} must be a list`)
    const copy: Value[] = []
    // By index, so that a hole counts as the undefined that it reads as.
    for (let i = 0; i < value.length; i++) {
      const inner = this.value(value[i], where, depth + 1)
      if (this.#copy) copy.push(inner)
    }
    return this.#copy ? copy : (value as Value[])
  }

  #append(fields: Fields): Op {
    this.#only(fields, ['op', 'id', 'columns', 'rollover'])
    const { columns, rollover } = fields
    const id = this.#name(fields['id'], 'id')
    if (!isPlainObject(columns)) throw this.#error('bad_op', 'columns must be an object')
    const op: Op = { op: 'append', id, columns: this.value(columns, 'columns') as { [name: string]: Value } }
    for (const [name, rows] of Object.entries(op.columns))
      if (!Array.isArray(rows) && !isTypedArray(rows))
        throw this.#error('bad_value', `column '${name}' must be a list or a typed array`)
    if (rollover !== undefined) {
      if (this.#count(rollover, 'rollover') === 0) throw this.#error('bad_op', 'rollover must be at least 1')
      op.rollover = rollover as number
    }
    return op
  }

  #columns(fields: Fields): Op {
    this.#only(fields, ['op', 'id', 'patches'])
    const id = this.#name(fields['id'], 'id')
    const patches: { [name: string]: [number, Value][] } = {}
    for (const [name, cells] of Object.entries(this.#fields(fields['patches'], 'patches'))) {
      this.#key(name, 'patches')
      if (!Array.isArray(cells)) throw this.#error('bad_op', `patches of '${name}' must be a list`)
      const parsed: [number, Value][] = []
      for (let i = 0; i < cells.length; i++) {
        const cell: unknown = cells[i]
        if (!Array.isArray(cell) || cell.length !== 2)
          throw this.#error('bad_op', `a patch of '${name}' must be [index, value]`)
        parsed.push([this.#count(cell[0], 'index'), this.value(cell[1], `patch of '${name}'`)])
      }
      patches[name] = parsed
    }
    return { op: 'columns', id, patches }
  }

  #target(fields: Fields): { id: string; path: Path } {
    const id = this.#name(fields['id'], 'id')
    const path: unknown = fields['path']
    this.#expect(id)
    if (!Array.isArray(path) || path.length === 0 || path.length > this.#maxDepth)
      throw this.#error('bad_path', `path on record '${id}' must be a list of 1 to ${this.#maxDepth} keys`)
    const keys: (string | number)[] = []
    for (let i = 0; i < path.length; i++) {
      const key: unknown = path[i]
      if (typeof key === 'number' ? !Number.isSafeInteger(key) || key < 0 : typeof key !== 'string')
        throw this.#error('bad_path', `path on record '${id}' has a key that is neither text nor an index`)
      if (typeof key === 'string' && isForbidden(key))
        throw this.#error('bad_path', `path on record '${id}' has a forbidden key`)
      keys.push(key as string | number)
    }
    return { id, path: keys }
  }

  /** What comes next is of this record. */
  #expect(id: string): void {
    this.#maxDepth = isTreeRecordId(id) ? MAX_TREE_DEPTH : MAX_DEPTH
  }

  #fields(value: unknown, what: string): Fields {
    if (!isPlainObject(value)) throw this.#error('bad_op', `${what} must be an object`)
    return value
  }

  #only(fields: Fields, allowed: readonly string[]): void {
    for (const key of Object.keys(fields))
      if (fields[key] !== undefined && !allowed.includes(key))
        throw this.#error('bad_op', `unknown field '${key.slice(0, 40)}'`)
  }

  #name(value: unknown, what: string): string {
    if (typeof value !== 'string' || value === '' || value.length > MAX_ID_LENGTH || isForbidden(value))
      throw this.#error('bad_op', `${what} must be text of 1 to ${MAX_ID_LENGTH} characters`)
    return value
  }

  #names(value: unknown, what: string): string[] {
    if (!Array.isArray(value)) throw this.#error('bad_op', `${what} must be a list of ids`)
    const names = new Set<string>()
    for (let i = 0; i < value.length; i++) names.add(this.#name(value[i], `each of ${what}`))
    if (names.size !== value.length) throw this.#error('bad_op', `${what} names an id twice`)
    return [...names]
  }

  #key(key: string, where: string): void {
    if (isForbidden(key)) throw this.#error('bad_value', `${at(where)}key '${key}' is forbidden`)
  }

  #count(value: unknown, what: string): number {
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      throw this.#error('bad_op', `${what} must be a whole number from 0`)
    return value as number
  }

  #error(code: 'bad_op' | 'bad_path' | 'bad_value', reason: string): OrielError {
    return new OrielError(code, `${this.#where}: ${reason}.`)
  }
}

/** Also as the codec respells it: msgpackr writes `__proto__` as `__proto_`. */
function isForbidden(key: string): boolean {
  return FORBIDDEN_KEYS.has(key) || key === '__proto_'
}

function at(where: string): string {
  return where === '' ? '' : `${where}: `
}

function className(value: object): string {
  return typeof value.constructor === 'function' ? `an object of class ${value.constructor.name}` : 'such an object'
}

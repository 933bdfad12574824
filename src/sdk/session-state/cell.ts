import type { Document } from '../../client/document.ts'
import { equal } from '../../shared/document/equal.ts'
import type { ValueObject } from '../../shared/document/kinds.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import { editProps } from './edits.ts'
import { instanceHandler } from './instance.ts'
import { conform, tryConform, type FieldsSchema, type Schema } from './schema.ts'
import { outdate, rootNode, valueOf, type Node } from './tree.ts'

/** How a class's instance is made. */
export interface CellOptions {
  document: Document
  /** Of the class: the record is `state:` + name. */
  name: string
  fields: FieldsSchema
  /** The object under construction; its fields are put on it. */
  target: object
  /** Start values that the constructor was given. */
  values: { readonly [field: string]: unknown }
}

/**
 * One state instance and its record in the session document. What the script changes is written at the end of the running
 * turn, as one transaction; what others change in the record is taken over at once.
 */
export class Cell {
  /** What the script gets. */
  readonly instance: object
  readonly recordId: string
  readonly #document: Document
  readonly #name: string
  readonly #fields: FieldsSchema
  readonly #root: Node
  readonly #stop: () => void
  /** The fields as last written or taken over. */
  #synced: ValueObject = {}
  /** The record's props at that moment: if they are others, somebody else has changed them. */
  #seen: ValueObject = {}
  #constructing = true
  #due = false
  #closed = false
  #listeners: (() => void)[] = []
  readonly #subscribers = new Set<() => void>()
  /** The fields as `read` gave them last. */
  #read: ValueObject = {}
  #tail: Promise<unknown> = Promise.resolve()

  /** Throws OrielError bad_value if `values` do not fit, or a field has neither a stored value nor a default. */
  constructor({ document, name, fields, target, values }: CellOptions) {
    this.#document = document
    this.#name = name
    this.#fields = fields
    this.recordId = `state:${name}`
    const stored = document.get(this.recordId)?.props
    const start = this.#start(stored ?? {}, values)
    Object.assign(target, start)
    const functions = new Set<string>()
    const tree = {
      owner: name,
      isField: (key: string) => !functions.has(key) && fields.child(key) !== null,
      changed: () => this.#schedule(),
    }
    const hasStart = (key: string) => Object.hasOwn(values, key) || (stored !== undefined && Object.hasOwn(stored, key))
    const options = { fields, functions, isConstructing: () => this.#constructing, hasStart }
    this.#root = rootNode(tree, fields, target, (node) => new Proxy(target, instanceHandler(node, options)))
    this.instance = this.#root.proxy
    if (stored) {
      this.#seen = stored
      this.#synced = Object.fromEntries(Object.entries(stored).filter(([key]) => fields.child(key)))
    }
    const onChange = ({ origin }: { origin: string }) => origin === 'remote' && this.#takeOver()
    this.#stop = document.onChange(onChange, { id: this.recordId })
    this.#schedule()
  }

  /** The constructors are through; from here on class fields are assignments like others. */
  constructed(): void {
    this.#constructing = false
  }

  /** Writes what the script has changed so far. */
  flush(): void {
    this.#due = false
    this.#constructing = false
    if (this.#closed) return
    const now = valueOf(this.#root) as ValueObject
    const before = this.#synced
    this.#synced = now
    this.#document.transact((tx) => {
      if (tx.get(this.recordId)) editProps(tx, this.recordId, before, now)
      else tx.put({ id: this.recordId, type: 'state', scope: 'state', props: { ...now } })
    })
    this.#seen = this.#document.get(this.recordId)?.props ?? {}
    for (const subscriber of [...this.#subscribers]) subscriber()
  }

  /** Calls `listener` at the end of each turn in which anyone has changed it. Returns what removes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#subscribers.add(listener)
    return () => this.#subscribers.delete(listener)
  }

  /** The fields as plain values: the same object as long as they are equal. */
  readonly read = (): ValueObject => {
    const now = valueOf(this.#root) as ValueObject
    if (now !== this.#read && !equal(now, this.#read)) this.#read = now
    return this.#read
  }

  /** Calls `listener` after others' changes were taken over. Returns what removes it. */
  onChange(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own)
    }
  }

  /** Runs `fn` after all that were given here before have settled. */
  serialise<R>(fn: () => R | Promise<R>): Promise<R> {
    const result = this.#tail.then(fn)
    this.#tail = result.catch(() => {})
    return result
  }

  /** Writes what is left and lets the document go; later changes stay in the instance. */
  close(): void {
    if (this.#closed) return
    this.flush()
    this.abandon()
  }

  /** As close, but writes nothing. */
  abandon(): void {
    this.#closed = true
    this.#stop()
  }

  /** What is stored where it fits, what the constructor was given where nothing is stored, else the defaults (rule T12). */
  #start(stored: ValueObject, values: { readonly [field: string]: unknown }): { [field: string]: Value } {
    const start: { [field: string]: Value } = {}
    const misfits: string[] = []
    const take = (field: string, value: Value | undefined) => {
      if (value !== undefined) start[field] = value
    }
    for (const [field, value] of Object.entries(values)) {
      const schema = this.#fields.child(field)
      if (!schema) throw new OrielError('bad_value', `${this.#name} has no field "${field}".`)
      take(field, conform(schema, value, this.#name, [field]))
    }
    for (const [field, value] of Object.entries(stored)) {
      const schema = this.#fields.child(field)
      if (!schema) continue
      const kept = tryConform(schema, value)
      if (kept.fits) take(field, kept.value)
      else misfits.push(field)
    }
    for (const field of this.#fields.declared)
      if (!Object.hasOwn(start, field)) take(field, this.#defaultOf(this.#fields.child(field) as Schema, field))
    if (this.#fields.whole) conform(this.#fields.schema, start, this.#name, [])
    if (misfits.length > 0)
      console.warn(
        `State ${this.#name}: what was stored of ${named(misfits)} does not fit the schema any more; it starts from the default.`,
      )
    return start
  }

  #defaultOf(schema: Schema, field: string): Value | undefined {
    try {
      return conform(schema, undefined, this.#name, [field])
    } catch (error) {
      if (!(error instanceof OrielError)) throw error
      throw new OrielError(
        error.code,
        `${this.#name}.${field} has no value to start with: give its schema a .default(), or the constructor a value.`,
        { cause: error },
      )
    }
  }

  /** Takes over what others have changed. What does not fit is not taken, and with the next flush ours is there again. */
  #takeOver(): void {
    const before = this.#seen
    this.#seen = this.#document.get(this.recordId)?.props ?? {}
    if (this.#closed || this.#seen === before) return
    const taken = new Map<string, Value | undefined>()
    const misfits: string[] = []
    const synced: { [field: string]: Value } = { ...this.#synced }
    for (const field of new Set([...Object.keys(before), ...Object.keys(this.#seen)])) {
      const schema = this.#fields.child(field)
      const value = this.#seen[field]
      if (!schema || equal(before[field], value)) continue
      if (value === undefined) delete synced[field]
      else synced[field] = value
      const fitting = tryConform(schema, value)
      if (fitting.fits) taken.set(field, fitting.value)
      else misfits.push(field)
    }
    this.#synced = synced
    if (this.#fields.whole) {
      const whole = { ...(valueOf(this.#root) as ValueObject), ...Object.fromEntries(taken) }
      if (!tryConform(this.#fields.schema, whole).fits) misfits.push(...taken.keys())
    }
    const own = this.#root.own as { [field: string]: Value }
    for (const [field, value] of taken) {
      if (misfits.includes(field)) continue
      if (value === undefined) delete own[field]
      else own[field] = value
    }
    outdate(this.#root)
    if (misfits.length > 0)
      console.warn(
        `State ${this.#name}: ${named(misfits)} was set from outside to what does not fit; it stays as it was.`,
      )
    this.#schedule()
    if ([...taken.keys()].some((field) => !misfits.includes(field))) for (const listener of this.#listeners) listener()
  }

  #schedule(): void {
    if (this.#due || this.#closed) return
    this.#due = true
    queueMicrotask(() => {
      if (this.#due) this.flush()
    })
  }
}

function named(fields: readonly string[]): string {
  return fields.map((field) => `"${field}"`).join(', ')
}

import { AsyncLocalStorage } from 'node:async_hooks'
import type { z } from 'zod'
import { OrielError } from '../shared/errors.ts'
import { session } from './context.ts'
import { requireHooks } from './elements/hooks.ts'
import { Cell } from './session-state/cell.ts'
import { currentHost } from './session-state/host.ts'
import { FieldsSchema } from './session-state/schema.ts'
import { StateStore, type StateConstructor } from './session-state/store.ts'

/** The fields of a state class: zod schemas by name, or a z.object for a loose schema or checks across fields. */
export type StateSchema = z.ZodObject | { readonly [field: string]: z.ZodType }

type ObjectOf<S extends StateSchema> = S extends z.ZodObject
  ? S
  : S extends z.core.$ZodLooseShape
    ? z.ZodObject<S>
    : never

/** What `define` gives, to be extended by a class of your own name. */
export interface StateBase<S extends StateSchema> {
  /** Makes the session's instance with other start values than the defaults; what is stored counts before them. */
  new (values?: Partial<z.input<ObjectOf<S>>>): z.output<ObjectOf<S>>
  /** See SessionState.get. */
  get<T extends object>(this: StateConstructor<T>): T
  /** See SessionState.use. */
  use<T extends object>(this: StateConstructor<T>): T
  /** See SessionState.transact. */
  transact<T extends object, R>(this: StateConstructor<T>, fn: (state: T) => R | Promise<R>): Promise<R>
  /** See SessionState.onChange. */
  onChange<T extends object>(this: StateConstructor<T>, listener: (state: T) => unknown): () => void
}

const schemas = new WeakMap<object, FieldsSchema>()
/** The classes that each script has used, for `initialize`. Weak, so that those of an ended script can go. */
const used = new Map<string, Set<WeakRef<StateConstructor>>>()
/** The cells whose `transact` the running code is in. */
const inside = new AsyncLocalStorage<readonly Cell[]>()

/**
 * State that belongs to one session and is kept: over closing the window, restarting and crashes. A class made with
 * `define` has one instance in each session; assigning its fields, and changing lists and objects in them, is checked by the
 * schema and stored. Fields that start with `_` are the instance's own.
 */
export class SessionState {
  constructor(values: object = {}) {
    const type = new.target as unknown as StateConstructor
    const fields = fieldsOf(type, `new ${type.name}()`)
    const { host, store } = openStore(`new ${type.name}()`)
    if (store.get(type))
      throw new OrielError('bad_usage', `This session has its ${type.name} already: ${type.name}.get() gives it.`)
    store.checkName(type)
    remember(host.script, type)
    const cell = new Cell({
      document: host.document,
      name: type.name,
      fields,
      target: this,
      values: values as { [field: string]: unknown },
    })
    store.add(type, cell)
    // What is returned here is `this` to the constructors of those that extend it.
    return cell.instance
  }

  /**
   * A class with these fields, to be extended: `class Counter extends SessionState.define({ count: z.number().default(0) }) {}`.
   * Values must be JSON values or binary. Throws OrielError bad_usage for what is no schema.
   */
  static define<S extends StateSchema>(schema: S): StateBase<S> {
    const base = class extends SessionState {}
    schemas.set(base, new FieldsSchema(schema))
    return base as unknown as StateBase<S>
  }

  /**
   * The instance of the running session, made when first asked for: from what is stored, else from the defaults. Throws
   * OrielError no_session, session_closed, state_not_defined, bad_value (a field without a start value) or bad_usage (two
   * classes of one name).
   */
  static get<T extends object>(this: StateConstructor<T>): T {
    return cellOf(this, 'get').instance as T
  }

  /**
   * As `get`, for components: the one that calls it is rendered again whenever the state has changed, once for all changes
   * of a turn. A hook: call it at the top of a component. Throws as `get`, and bad_usage outside of rendering.
   */
  static use<T extends object>(this: StateConstructor<T>): T {
    const cell = cellOf(this, 'use')
    requireHooks(`${this.name}.use()`).useSyncExternalStore(cell.subscribe, cell.read)
    return cell.instance as T
  }

  /**
   * Runs `fn` with the instance when every earlier `transact` of this class in this session has settled, so that reading,
   * awaiting and writing do not lose what another handler does. Nested in itself it runs at once. Resolves to what `fn`
   * gives. What `fn` has changed stays if it throws. Throws as `get`.
   */
  static async transact<T extends object, R>(this: StateConstructor<T>, fn: (state: T) => R | Promise<R>): Promise<R> {
    const cell = cellOf(this, 'transact')
    const outer = inside.getStore() ?? []
    const run = () => fn(cell.instance as T)
    return outer.includes(cell) ? run() : cell.serialise(() => inside.run([...outer, cell], run))
  }

  /**
   * Calls `listener` whenever somebody else, such as an attached program, has changed this state; what the script itself
   * changes it knows. Runs in the context it was given in; what it throws is reported. Returns what removes it. Throws as
   * `get`.
   */
  static onChange<T extends object>(this: StateConstructor<T>, listener: (state: T) => unknown): () => void {
    const cell = cellOf(this, 'onChange')
    if (typeof listener !== 'function') throw new OrielError('bad_value', `${this.name}.onChange(fn) takes a function.`)
    const { report } = currentHost(`${this.name}.onChange()`)
    const heard = session.bind(async () => listener(cell.instance as T))
    return cell.onChange(() => void heard().catch(report))
  }

  /**
   * Makes the running session's instances of `classes` and of every class that the script has used before, in this
   * session or another, and gives all of them. Those that are there stay as they are. Throws as `get`.
   */
  static initialize(...classes: StateConstructor[]): Map<StateConstructor, object> {
    for (const type of classes) cellOf(type, 'initialize')
    const { host, store } = openStore('SessionState.initialize()')
    const all = new Map<StateConstructor, object>()
    const known = used.get(host.script) ?? new Set()
    for (const reference of known) {
      const type = reference.deref()
      if (!type) known.delete(reference)
      else all.set(type, (store.get(type) ?? cellOf(type, 'initialize')).instance)
    }
    return all
  }
}

function openStore(what: string) {
  const host = currentHost(what)
  return { host, store: StateStore.of(host) }
}

function remember(script: string, type: StateConstructor): void {
  const known = used.get(script) ?? new Set()
  used.set(script, known)
  for (const reference of known) if (reference.deref() === type) return
  known.add(new WeakRef(type))
}

function cellOf(type: StateConstructor, call: string): Cell {
  const what = `${type.name || 'SessionState'}.${call}()`
  // First: whoever is outside of any session is told so whatever the class.
  const { store } = openStore(what)
  fieldsOf(type, what)
  const there = store.get(type)
  if (there) return there
  try {
    Reflect.construct(type, [])
  } catch (error) {
    store.remove(type)
    throw error
  }
  const cell = store.get(type) as Cell
  cell.constructed()
  return cell
}

/** The fields of a class that extends a defined one. Throws OrielError state_not_defined. */
function fieldsOf(type: StateConstructor, what: string): FieldsSchema {
  // What define gave is no class of anyone yet; only what extends it is.
  for (
    let base: object | null = Object.getPrototypeOf(type) as object | null;
    base;
    base = Object.getPrototypeOf(base) as object | null
  ) {
    const fields = schemas.get(base)
    if (fields) return fields
  }
  throw new OrielError(
    'state_not_defined',
    `${what}: ${type.name || 'this class'} is no state class. Write class ${type.name || 'Name'} extends SessionState.define({ … }) {}.`,
  )
}

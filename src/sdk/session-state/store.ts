import { OrielError } from '../../shared/errors.ts'
import type { StateHost } from './host.ts'
import type { Cell } from './cell.ts'

/** A class made by `SessionState.define`, or one that extends it. */
export type StateConstructor<T extends object = object> = new (...values: never[]) => T

const stores = new WeakMap<StateHost, StateStore>()

/** The state instances of one session: one per class, made when first asked for. */
export class StateStore {
  readonly #cells = new Map<StateConstructor, Cell>()

  /** The store of a session; it is dropped when the session closes (rule T11). */
  static of(host: StateHost): StateStore {
    const known = stores.get(host)
    if (known) return known
    const store = new StateStore()
    stores.set(host, store)
    host.onClose(async () => {
      stores.delete(host)
      await store.#close()
    })
    return store
  }

  get(type: StateConstructor): Cell | undefined {
    return this.#cells.get(type)
  }

  add(type: StateConstructor, cell: Cell): void {
    this.#cells.set(type, cell)
  }

  /** For an instance whose constructor failed: nothing of it is written. */
  remove(type: StateConstructor): void {
    this.#cells.get(type)?.abandon()
    this.#cells.delete(type)
  }

  /** Refuses a class that cannot be stored beside those that are here. Throws OrielError bad_usage. */
  checkName(type: StateConstructor): void {
    if (type.name === '')
      throw new OrielError('bad_usage', 'A state class needs a name: what it holds is stored by it.')
    for (const other of this.#cells.keys())
      if (other !== type && other.name === type.name)
        throw new OrielError(
          'bad_usage',
          `Two state classes are named ${type.name}, and both would be stored in one place. Rename one of them.`,
        )
  }

  /** Writes what is left, then runs the instances' disposers, the last made first. */
  async #close(): Promise<void> {
    const errors: unknown[] = []
    for (const cell of [...this.#cells.values()].reverse()) {
      try {
        await dispose(cell.instance)
      } catch (error) {
        errors.push(error)
      }
      cell.close()
    }
    this.#cells.clear()
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'Several state classes failed to close.')
  }
}

async function dispose(instance: object): Promise<void> {
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } = instance as Partial<AsyncDisposable & Disposable>
  if (later) await later.call(instance)
  else now?.call(instance)
}

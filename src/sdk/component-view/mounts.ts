import type { ClientEvent } from '../../client/types.ts'
import { isPlainObject } from '../../shared/document/kinds.ts'
import { OrielError } from '../../shared/errors.ts'
import { MOUNTED_TYPE, mountedRecordId } from '../../shared/records.ts'
import type { AnyComponent } from '../components/component.ts'
import type { RunningSession } from '../runtime/session.ts'
import type { ShownComponent } from './shown-component.ts'

/** Dots are between a component and its slots. */
const NAME = /^[^./]{1,100}$/

/** Of a component as windows name it, the part before the slots it is in. */
const OWN_NAME = /^[^/]*\/[^.]*/

/** One component among elements, from when it comes until it goes. */
interface Mounted {
  readonly component: AnyComponent
  /** Resolves when it is shown, or could not be. */
  begun: Promise<void>
  shown: ShownComponent | null
  hasEnded: boolean
}

/** Components that have gone before they were there. */
const leaving = new WeakMap<AnyComponent, Promise<unknown>>()

/** The components that stand among the elements of one widget, each in a record of its own. */
export class Mounts {
  readonly #session: RunningSession
  readonly #widgetId: string
  readonly #mounted = new Map<string, Mounted>()

  constructor(session: RunningSession, widgetId: string) {
    this.#session = session
    this.#widgetId = widgetId
  }

  /**
   * What windows, and the record of its state, are to call `component`: by `given`, else by the id it was given, else by its
   * class. Throws OrielError bad_value.
   */
  nameOf(component: AnyComponent, given?: string): string {
    const name: unknown = given ?? (component.params['componentId'] || component.constructor.name)
    if (typeof name !== 'string' || !NAME.test(name))
      throw new OrielError(
        'bad_value',
        `<Mount>: ${JSON.stringify(name)} cannot be a name. Give it one: name="…", at most 100 characters without dots and slashes.`,
      )
    return `${this.#widgetId}/${name}`
  }

  /**
   * Shows `component` under a name of `nameOf` from now on. Returns what ends that. `onFailure`: it could not be mounted, or
   * not be rendered. Throws OrielError bad_value where another has the name.
   */
  add(name: string, component: AnyComponent, onFailure: (error: unknown) => void): () => void {
    if (this.#mounted.has(name)) throw nameTaken(name)
    const mounted: Mounted = { component, begun: Promise.resolve(), shown: null, hasEnded: false }
    this.#mounted.set(name, mounted)
    mounted.begun = this.#begin(name, mounted).catch((error: unknown) => {
      if (!mounted.hasEnded) onFailure(error)
    })
    return () => {
      mounted.hasEnded = true
      this.#mounted.delete(name)
      if (mounted.shown) mounted.shown.end()
      else leaving.set(component, mounted.begun)
      this.#removeRecord(mountedRecordId(name))
    }
  }

  /**
   * What an event of a window is for. It waits until that is there: where the script was started again, windows still show
   * what the run before has drawn. Rejects with OrielError unknown_component.
   */
  async find({ data }: ClientEvent): Promise<ShownComponent> {
    const id = isPlainObject(data) ? data['component_id'] : null
    const [name] = (typeof id === 'string' && OWN_NAME.exec(id)) || ['']
    const mounted = this.#mounted.get(name)
    await mounted?.begun
    if (typeof id === 'string' && mounted?.shown?.has(id) && !mounted.hasEnded) return mounted.shown
    throw new OrielError('unknown_component', 'This part of the page is no longer there.')
  }

  /** Null if it does not stand here. */
  shownAs(component: AnyComponent): ShownComponent | null {
    for (const mounted of this.#mounted.values()) if (mounted.component === component) return mounted.shown
    return null
  }

  async #begin(name: string, mounted: Mounted): Promise<void> {
    const { component } = mounted
    // What it had begun elsewhere has to be over first.
    await leaving.get(component)
    // Scripts that show none do not load what they need.
    const { ShownComponent } = await import('./shown-component.ts')
    if (mounted.hasEnded) return
    const begin = () => ShownComponent.begin(this.#session, name, component)
    const shown = await this.#session.holding(this.#session.enter(begin))
    if (mounted.hasEnded) return shown.end()
    mounted.shown = shown
    const { document, state } = this.#session.link
    if (state === 'closed') return
    const id = mountedRecordId(name)
    document.transact((tx) => tx.put({ id, type: MOUNTED_TYPE, scope: 'view', props: { ...shown.content } }))
    shown.follow({ recordId: id, path: [] })
  }

  #removeRecord(id: string): void {
    const { document, state } = this.#session.link
    if (state !== 'closed' && document.get(id)) document.transact((tx) => tx.remove(id))
  }
}

function nameTaken(name: string): OrielError {
  const own = JSON.stringify(name.slice(name.indexOf('/') + 1))
  return new OrielError(
    'bad_value',
    `<Mount>: two components in one window are called ${own}. State is kept by name: give each its own, name="…".`,
  )
}

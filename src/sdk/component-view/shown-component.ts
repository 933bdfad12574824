import type { ClientEvent } from '../../client/types.ts'
import type { Transaction } from '../../client/transaction.ts'
import { isPlainObject } from '../../shared/document/kinds.ts'
import type { Path } from '../../shared/document/types.ts'
import { OrielError, fromPublicError } from '../../shared/errors.ts'
import { COMPONENT_TYPE, componentRecordId } from '../../shared/records.ts'
import type { ComponentHtml } from '../../shared/records.ts'
import type { Value } from '../../shared/value.ts'
import type { AnyComponent } from '../components/component.ts'
import { lockedOf } from '../components/dispatch.ts'
import type { DispatchRequest, DispatchResult } from '../components/dispatch.ts'
import { INSTANCE } from '../components/instance.ts'
import { decodeState, stateCopy } from '../components/state-copy.ts'
import { StreamingComponent } from '../components/streaming.ts'
import { publicError } from '../components/wire.ts'
import { frames } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'
import { splitHtml } from './html-parts.ts'
import { diffLists } from './list-diff.ts'
import { markRoot } from '../components/mark-root.ts'
import { writeChange } from './value-diff.ts'

/** Where a component's HTML stands in the document: `{ parts, frame }` at `path` of the record. */
export interface ComponentPlace {
  recordId: string
  path: Path
}

/**
 * A component that a window shows, with those in its slots. Events come from the window, frames go into the document as
 * what differs from the one before, and each component's state is a record of scope `state`: so it is there for windows
 * that come later, for programs, and for the next run of the script.
 */
export class ShownComponent {
  readonly root: AnyComponent
  readonly #session: RunningSession
  readonly #name: string
  #html = ''
  #parts: string[] = []
  #frame = 0
  #place: ComponentPlace | null = null
  #unfollow: () => void = () => {}

  private constructor(session: RunningSession, name: string, root: AnyComponent) {
    this.#session = session
    this.#name = name
    this.root = root
  }

  /**
   * Takes up the states that the session has for a component of this name, or mounts it, and renders it. Throws OrielError
   * bad_value if it is shown already, and what mounting and rendering throw.
   */
  static async begin(session: RunningSession, name: string, root: AnyComponent): Promise<ShownComponent> {
    if (root[INSTANCE].mark !== null)
      throw new OrielError('bad_value', `${root.constructor.name} is shown already. Show another instance of it.`)
    root[INSTANCE].mark = name
    const shown = new ShownComponent(session, name, root)
    try {
      await shown.#begin()
    } catch (error) {
      shown.end()
      throw error
    }
    return shown
  }

  /** What is shown now, as the document is to have it. */
  get content(): ComponentHtml {
    return { parts: this.#parts, frame: this.#frame }
  }

  /** Whether the component of this name, as windows name it, is this one or in its slots. */
  has(name: string): boolean {
    return this.#members().has(name)
  }

  /** From now on frames go there; what it shows by then is there already. */
  follow(place: ComponentPlace): void {
    this.#place = place
    this.#write(() => {})
    const { document } = this.#session.link
    const prefix = componentRecordId(this.#name)
    this.#unfollow = document.onChange(({ ops, origin }) => {
      if (origin !== 'remote') return
      for (const [name, component] of this.#members()) {
        const id = componentRecordId(name)
        if (
          id.startsWith(prefix) &&
          ops.some((op) => ('id' in op && op.id === id) || ('record' in op && op.record.id === id))
        )
          this.#session.enter(() => void this.#takeUp(component, id))
      }
    })
  }

  /** Handles what happened in a window. Rejects with the component's error, without what nobody outside is to know. */
  async handle(event: ClientEvent): Promise<Value> {
    const given: { readonly [key: string]: unknown } = isPlainObject(event.data) ? event.data : {}
    const component = this.#members().get(String(given['component_id']))
    if (!component) throw new OrielError('unknown_component', 'This part of the page is no longer there.')
    const name = String(given['event'])
    const request = this.#request(component, name, payloadOf(name, given['payload']))
    try {
      await frames.run(this.#frameOf(event), () => this.#dispatch(component, request))
    } catch (error) {
      if (event.signal.aborted) return null
      const { cause } = error as Error
      if (!(error instanceof OrielError) || cause !== undefined) this.#session.report(cause ?? error)
      throw fromPublicError(publicError(error))
    }
    return null
  }

  /** Shows the component as it is now, for what has changed it other than an event. */
  async redraw(): Promise<void> {
    await this.#dispatch(this.root, this.#request(this.root, null, null))
  }

  /** It is no longer shown; its state stays. */
  end(): void {
    this.#unfollow()
    this.#place = null
    for (const component of this.#members().values()) component[INSTANCE].mark = null
  }

  async #begin(): Promise<void> {
    const { root } = this
    for (const [name, component] of this.#members()) {
      const instance = component[INSTANCE]
      // One that was shown under this name has its state, and may have gone on with it since.
      const state = instance.lastMark === name ? null : this.#stored(name, component)
      instance.lastMark = name
      if (state) await this.#restore(component, state)
    }
    const first = root.mounted ? this.#request(root, null, null) : {}
    this.#showWhole(await root.asyncDispatch(first))
  }

  /** State that no longer fits is said and left behind: the component begins anew. */
  async #restore(component: AnyComponent, state: object): Promise<void> {
    try {
      await component.asyncDispatch({ state, restored: true })
    } catch (error) {
      console.warn(`${component.constructor.name}: its stored state no longer fits, and it begins anew.`, error)
    }
  }

  #stored(name: string, { constructor, serializer }: AnyComponent): object | null {
    const props = this.#session.link.document.get(componentRecordId(name))?.props
    if (props?.['component'] !== constructor.name || !isPlainObject(props['state'])) return null
    return decodeState(structuredClone(props['state']), serializer.codecs) as object
  }

  /** Somebody else has changed its state in the document. */
  async #takeUp(component: AnyComponent, id: string): Promise<void> {
    const state: unknown = this.#session.link.document.get(id)?.props['state']
    try {
      if (isPlainObject(state)) {
        const decoded = decodeState(structuredClone(state), component.serializer.codecs) as object
        await this.#dispatch(component, { state: decoded, restored: true })
      }
    } catch (error) {
      this.#session.report(error)
    }
  }

  /** An event with the state as it is when its turn has come, not as it is now: others may be before it. */
  #request(component: AnyComponent, event: string | null, payload: object | null): DispatchRequest {
    return {
      event,
      payload,
      get state() {
        return component.dehydrate()
      },
      restored: true,
    }
  }

  async #dispatch(component: AnyComponent, request: DispatchRequest): Promise<void> {
    let predicted = false
    const onOptimistic = (patch: Record<string, unknown>) => {
      predicted = this.#predict(component, patch)
    }
    // Assigned, as a copy would ask for the state now.
    Object.assign(request, { onOptimistic })
    try {
      if (component instanceof StreamingComponent) {
        for await (const frame of component.asyncStreamDispatch(request)) await this.#showFrame(component, frame)
      } else await this.#showFrame(component, await component.asyncDispatch(request))
    } catch (error) {
      if (predicted) await this.#rollBack(component)
      throw error
    }
  }

  async #showFrame(component: AnyComponent, frame: DispatchResult): Promise<void> {
    const { root } = this
    if (component === root) return this.#showWhole(frame)
    // While the whole is busy with an event of its own, this part of it does not wait.
    if (root[INSTANCE].last !== null) return this.#showPart(component, frame)
    this.#showWhole(await root.asyncDispatch(this.#request(root, null, null)))
  }

  #showWhole({ html }: Pick<DispatchResult, 'html'>, isTrue = true): void {
    this.#show(markRoot(html, this.#name), isTrue)
  }

  /** Puts a component's HTML in the place of what it showed before; where that is not found, the next frame of the whole has it. */
  #showPart({ [INSTANCE]: instance }: AnyComponent, { html }: Pick<DispatchResult, 'html'>, isTrue = true): void {
    const { shown, mark } = instance
    const at = shown === null ? -1 : this.#html.indexOf(shown)
    if (shown === null || mark === null || at < 0) return this.#show(this.#html, isTrue)
    instance.shown = markRoot(html, mark)
    this.#show(this.#html.slice(0, at) + instance.shown + this.#html.slice(at + shown.length), isTrue)
  }

  /** Shows what is expected before the handler runs. False if that cannot be rendered at once. */
  #predict(component: AnyComponent, patch: Record<string, unknown>): boolean {
    const { state } = component
    component.state = { ...structuredClone(state), ...patch }
    try {
      const html = component.render()
      if (component === this.root) this.#showWhole({ html }, false)
      else this.#showPart(component, { html }, false)
      return true
    } catch {
      return false
    } finally {
      component.state = state
    }
  }

  /** The component is as it was before the event: so is what is shown. */
  async #rollBack(component: AnyComponent): Promise<void> {
    try {
      await this.#dispatch(component, this.#request(component, null, null))
    } catch (error) {
      this.#session.report(error)
    }
  }

  /** `isTrue`: what is shown is so, and not just expected. */
  #show(html: string, isTrue = true): void {
    const parts = splitHtml(html)
    const splices = diffLists(this.#parts, parts)
    this.#html = html
    this.#parts = parts
    if (splices.length > 0) this.#frame++
    this.#write((tx, { recordId, path }) => {
      if (splices.length === 0) return
      for (const { index, remove, insert } of splices) tx.splice(recordId, [...path, 'parts'], index, remove, insert)
      tx.set(recordId, [...path, 'frame'], this.#frame)
    }, isTrue)
  }

  #write(more: (tx: Transaction, place: ComponentPlace) => void, withState = true): void {
    const place = this.#place
    const { state, document } = this.#session.link
    if (!place || state === 'closed' || !document.get(place.recordId)) return
    document.transact((tx) => {
      if (withState) for (const [name, component] of this.#members()) this.#writeState(tx, name, component)
      more(tx, place)
    })
  }

  #writeState(tx: Transaction, name: string, component: AnyComponent): void {
    if (!component.mounted) return
    const id = componentRecordId(name)
    const state = stateCopy(component.dehydrate(), component.serializer.codecs, new Set(lockedOf(component))) as {
      [key: string]: Value
    }
    const { name: className } = component.constructor
    const before = tx.get(id)?.props
    if (before?.['component'] === className && isPlainObject(before['state']))
      writeChange(tx, id, ['state'], before['state'], state)
    else tx.put({ id, type: COMPONENT_TYPE, scope: 'state', props: { component: className, state } })
  }

  /** The component and those in its slots, by the names that their HTML has. */
  #members(): Map<string, AnyComponent> {
    const members = new Map<string, AnyComponent>()
    const add = (name: string, component: AnyComponent): void => {
      if (members.has(name)) return
      members.set(name, component)
      for (const [slot, child] of component[INSTANCE].children) {
        child[INSTANCE].mark ??= `${name}.${slot}`
        add(child[INSTANCE].mark, child)
      }
    }
    add(this.#name, this.root)
    return members
  }

  /** Of the window that the event is from (rule K2). */
  #frameOf({ widgetId, connectionId }: ClientEvent) {
    const { frame, clients } = this.#session
    const request = clients.requestOf(connectionId) ?? frame.values['request']
    return Object.freeze({
      values: Object.freeze({ ...frame.values, widgetId, connectionId, request }),
      session: this.#session,
    })
  }
}

/** What a field of a page sends has its `name`; forms know it as `field`, and of a box whether it is ticked. */
function payloadOf(event: string, payload: unknown): object | null {
  if (!/^field_?change$/i.test(event) || !isPlainObject(payload) || 'field' in payload) return payload as object | null
  const { name: field, value, checked } = payload
  return { field, value: checked ?? value }
}

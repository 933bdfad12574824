import type { ClientEvent, RequestOptions } from '../client/types.ts'
import type { CallMethod, Calls } from '../shared/calls.ts'
import { ELEMENT_EVENT, WINDOW_CLOSED_EVENT } from '../shared/calls.ts'
import { isPlainObject } from '../shared/document/kinds.ts'
import { COMPONENT_EVENT } from '../shared/component-event.ts'
import { treeRecordId } from '../shared/elements/node.ts'
import { OrielError } from '../shared/errors.ts'
import { randomId } from '../shared/ids.ts'
import { widgetRecordId } from '../shared/records.ts'
import type { WidgetContent, WidgetProps } from '../shared/records.ts'
import { FORBIDDEN_KEYS } from '../shared/value.ts'
import type { Value } from '../shared/value.ts'
import type { Bounds } from '../shared/window.ts'
import {
  checkEventName,
  checkFunction,
  checkKeys,
  checkPosition,
  checkSendable,
  checkSize,
  checkText,
  refuse,
} from './check.ts'
import type { ShownComponent } from './component-view/shown-component.ts'
import type { AnyComponent } from './components/component.ts'
import { Html } from './html.ts'
import type { Tree } from './elements/tree.ts'
import { sessionClosed } from './runtime/frame.ts'
import type { RunningSession, WidgetInbox } from './runtime/session.ts'
import { ANY_EVENT, WidgetEvents } from './widget-events.ts'
import type { WidgetHandler } from './widget-events.ts'
import { isComponent, isReactElement, toContent } from './widget-content.ts'
import type { WidgetInput } from './widget-content.ts'

/**
 * Something a script shows, in its own window. All methods reject (`on` throws) with OrielError session_closed after the
 * end of the session, window_closed once the window is gone, bad_value for wrong arguments.
 */
export interface Widget {
  readonly id: string
  /** Adds a handler for an event of the page, '*' for all. Runs in the context it was registered in. Returns what removes it. */
  on(type: string, handler: WidgetHandler): () => void
  /** Sends an event to the page. Resolves to how many windows it reached. */
  emit(type: string, data?: Value): Promise<number>
  /** Asks the page. Rejects with no_handler, handler_failed, timeout (default 30,000 ms) or cancelled. */
  request(type: string, data?: Value, options?: RequestOptions): Promise<Value>
  /** Shows something else; patches are forgotten. A component that is shown already: shows it as it is now. */
  update(content: WidgetInput): Promise<void>
  /** Replaces what is inside the elements that `selector` finds. Kept: a window that is opened again shows it too. */
  patch(selector: string, html: string | Html): Promise<void>
  setTitle(title: string): Promise<void>
  /** Moves and resizes, in DIP. Rejects with not_supported where the host cannot. */
  setBounds(bounds: Partial<Bounds>): Promise<void>
  /** In DIP. */
  getBounds(): Promise<Bounds>
  focus(): Promise<void>
  minimize(): Promise<void>
  /** PNG of what is painted now, in device pixels. */
  capture(): Promise<Uint8Array>
  /** Closes the window; does nothing if it is closed. */
  close(): Promise<void>
  /** Resolves when the window is gone, whoever closed it. Never rejects. */
  readonly closed: Promise<void>
}

/** The script's end of one widget. Made by `show`, which writes its record. */
export class ShownWidget implements Widget, WidgetInbox {
  readonly id: string
  readonly closed: Promise<void>
  readonly #session: RunningSession
  readonly #events: WidgetEvents
  readonly #release: () => void
  #resolveClosed!: () => void
  #open = true
  #listening = false
  /** While it shows React elements. */
  #tree: Tree | null = null
  /** While it shows a component. */
  #shown: ShownComponent | null = null

  constructor(session: RunningSession, id: string) {
    this.id = id
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve))
    this.#session = session
    this.#events = new WidgetEvents(session, id)
    this.#release = session.hold()
    session.widgets.set(id, this)
  }

  get listening(): boolean {
    return this.#listening
  }

  on(type: string, handler: WidgetHandler): () => void {
    this.#check('on')
    if (type !== ANY_EVENT) checkEventName(type, 'widget.on: type')
    checkFunction(handler, `widget.on('${type}'): handler`)
    const remove = this.#events.add(type, handler)
    this.#listens()
    return remove
  }

  /**
   * Renders what `content` is, if it is React elements or a component; what was rendered before is given up. Gives what the
   * record is to hold of a component, null otherwise.
   */
  async render(content: WidgetInput): Promise<WidgetContent | null> {
    if (!isReactElement(content)) {
      this.#tree?.unmount()
      this.#tree = null
      removeRecords(this.#session, [treeRecordId(this.id)])
    }
    this.#shown?.end()
    this.#shown = null
    if (isComponent(content)) return this.#begin(content)
    if (!isReactElement(content)) return null
    // Scripts that show none do not load React.
    const { Tree } = await import('./elements/tree.ts')
    this.#check('update')
    this.#tree ??= new Tree(this.#session, this.id)
    this.#tree.render(content)
    this.#listens()
    return null
  }

  async emit(type: string, data: Value = null): Promise<number> {
    this.#checkSent('emit', type, data)
    return this.#session.holding(this.#session.link.emit(this.id, type, data))
  }

  async request(type: string, data: Value = null, options: RequestOptions = {}): Promise<Value> {
    this.#checkSent('request', type, data)
    checkKeys(options, ['timeoutMs', 'signal'], 'widget.request: options')
    const { timeoutMs } = options
    if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0))
      refuse('widget.request: timeoutMs', 'a number of milliseconds above 0', timeoutMs)
    return this.#session.holding(this.#session.link.request(this.id, type, data, options))
  }

  async update(content: WidgetInput): Promise<void> {
    this.#check('update')
    const shownHere = isComponent(content) ? this.#shownOf(content) : null
    if (shownHere) return this.#session.holding(shownHere.redraw())
    const plain = isComponent(content) ? null : toContent(content, this.#session.folder, 'widget.update: content')
    const next = (await this.render(content)) ?? plain!
    const record = this.#session.link.document.get(this.#record)
    const shown = record && (record.props as unknown as WidgetProps).content
    // What is rendered is followed as it changes.
    if (next.kind === 'elements' && shown?.kind === 'elements') return
    this.#session.link.document.transact((tx) => {
      tx.set(this.#record, ['content'], next)
      tx.set(this.#record, ['revision'], randomId())
      tx.set(this.#record, ['patches'], {})
    })
    this.follow()
  }

  async patch(selector: string, html: string | Html): Promise<void> {
    this.#check('patch')
    if (typeof selector !== 'string' || selector.trim() === '' || FORBIDDEN_KEYS.has(selector))
      refuse('widget.patch: selector', 'a CSS selector', selector)
    const text: unknown = html instanceof Html ? html.toString() : html
    checkText(text, 'widget.patch: html')
    this.#session.link.document.transact((tx) => {
      const patches = tx.get(this.#record)?.props['patches']
      // Unset first: patches are applied in the order they were set, and this one is now the last.
      if (isPlainObject(patches) && Object.hasOwn(patches, selector)) tx.unset(this.#record, ['patches', selector])
      tx.set(this.#record, ['patches', selector], text)
    })
  }

  async setTitle(title: string): Promise<void> {
    this.#check('setTitle')
    checkText(title, 'widget.setTitle: title')
    this.#session.link.document.transact((tx) => tx.set(this.#record, ['title'], title))
  }

  async setBounds(bounds: Partial<Bounds>): Promise<void> {
    this.#check('setBounds')
    checkKeys(bounds, ['x', 'y', 'width', 'height'], 'widget.setBounds: bounds')
    const checked: Partial<Bounds> = {}
    for (const side of ['x', 'y'] as const)
      if (bounds[side] !== undefined) checked[side] = checkPosition(bounds[side], `widget.setBounds: ${side}`)
    for (const side of ['width', 'height'] as const)
      if (bounds[side] !== undefined) checked[side] = checkSize(bounds[side], `widget.setBounds: ${side}`)
    await this.#call('window.setBounds', { widgetId: this.id, bounds: checked })
  }

  async getBounds(): Promise<Bounds> {
    this.#check('getBounds')
    return this.#call('window.getBounds', { widgetId: this.id })
  }

  async focus(): Promise<void> {
    this.#check('focus')
    await this.#call('window.focus', { widgetId: this.id })
  }

  async minimize(): Promise<void> {
    this.#check('minimize')
    await this.#call('window.minimize', { widgetId: this.id })
  }

  async capture(): Promise<Uint8Array> {
    this.#check('capture')
    return this.#call('window.capture', { widgetId: this.id })
  }

  async close(): Promise<void> {
    if (!this.#open) return
    try {
      await this.#call('window.close', { widgetId: this.id })
    } catch (error) {
      // The person was faster; the window is gone, which is all that was asked.
      if (!(error instanceof OrielError && error.code === 'window_closed')) throw error
    }
    this.#onClosed()
  }

  dispatch(event: ClientEvent): unknown {
    if (event.type === ELEMENT_EVENT) return this.#happen(event)
    if (event.type === COMPONENT_EVENT) return this.#dispatchComponent(event)
    if (event.type !== WINDOW_CLOSED_EVENT) return this.#events.dispatch(event)
    this.#onClosed()
    return null
  }

  /** The record is there. */
  follow(): void {
    this.#shown?.follow({ recordId: this.#record, path: ['content'] })
  }

  unmount(): void {
    this.#tree?.unmount()
  }

  end(): void {
    if (!this.#open) return
    this.#open = false
    this.#events.clear()
    this.#tree?.unmount()
    this.#shown?.end()
    this.#session.widgets.delete(this.id)
    this.#release()
    this.#resolveClosed()
  }

  /** Nothing of it stays. */
  remove(): void {
    this.end()
    removeRecords(this.#session, [this.#record, treeRecordId(this.id)])
  }

  get #record(): string {
    return widgetRecordId(this.id)
  }

  async #begin(component: AnyComponent): Promise<WidgetContent> {
    // Scripts that show none do not load what they need.
    const { ShownComponent } = await import('./component-view/shown-component.ts')
    this.#shown = await this.#session.holding(ShownComponent.begin(this.#session, this.id, component))
    this.#listens()
    return { kind: 'component', ...this.#shown.content }
  }

  #shownOf(component: AnyComponent): ShownComponent | null {
    return this.#shown?.root === component ? this.#shown : (this.#tree?.mounts.shownAs(component) ?? null)
  }

  /** As with elements, the answer follows what it has changed. */
  async #dispatchComponent(event: ClientEvent): Promise<Value> {
    const shown = this.#shown ?? (await this.#tree?.mounts.find(event))
    if (!shown) throw new OrielError('no_handler', `The widget "${this.id}" shows no component.`)
    const answer = await shown.handle(event)
    await this.#tree?.settled()
    return answer
  }

  /** A window that is gone has no record: a session that is resumed must not find it again. */
  #onClosed(): void {
    if (this.#open) this.remove()
  }

  #listens(): void {
    if (this.#listening) return
    this.#listening = true
    this.#session.onListening(this.id)
  }

  /** Something happened to an element. The answer follows what it has changed: whoever waits for it has seen that. */
  async #happen(event: ClientEvent): Promise<Value> {
    const call = this.#tree?.find(event)
    if (!call) return null
    const answer = await this.#events.run(event, call)
    await this.#tree?.settled()
    return answer
  }

  #check(method: string): void {
    if (this.#session.state === 'closed') throw sessionClosed(`widget.${method}()`)
    if (!this.#open) throw new OrielError('window_closed', `widget.${method}(): the window of "${this.id}" is closed.`)
  }

  #checkSent(method: 'emit' | 'request', type: string, data: Value): void {
    this.#check(method)
    checkEventName(type, `widget.${method}: type`)
    if (type === ANY_EVENT) refuse(`widget.${method}: type`, 'the name of one event', type)
    checkSendable(data, `The data of "${type}"`)
  }

  #call<M extends CallMethod>(method: M, params: Calls[M]['params']): Promise<Calls[M]['result']> {
    return this.#session.holding(this.#session.link.call(method, params))
  }
}

/** Takes these records out of the document, as far as they are there. */
function removeRecords(session: RunningSession, ids: readonly string[]): void {
  const { document, state } = session.link
  const there = ids.filter((id) => document.get(id))
  if (state === 'closed' || there.length === 0) return
  document.transact((tx) => {
    if (document.roots.some((id) => there.includes(id))) tx.roots(document.roots.filter((id) => !there.includes(id)))
    for (const id of there) tx.remove(id)
  })
}

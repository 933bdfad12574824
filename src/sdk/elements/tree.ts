import { createElement } from 'react'
import type { ReactNode } from 'react'
import { ConcurrentRoot } from 'react-reconciler/constants.js'
import type { ClientEvent } from '../../client/types.ts'
import { ELEMENT_ASK_EVENT } from '../../shared/calls.ts'
import { isPlainObject } from '../../shared/document/kinds.ts'
import { TREE_TYPE, treeRecordId } from '../../shared/elements/node.ts'
import type { ElementAsk, ElementAskData, NodeProps, TreeProps } from '../../shared/elements/node.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import type { Value } from '../../shared/value.ts'
import type { RunningSession } from '../runtime/session.ts'
import { Mounts } from '../component-view/mounts.ts'
import type { ElementCall } from '../widget-events.ts'
import { writeChanges } from './commit.ts'
import { hasElements } from './element.ts'
import type { Container, ElementReconciler } from './host-config.ts'
import { htmlEvent } from './html-events.ts'
import { toNode } from './instance.ts'
import type { Child, ElementInstance, Parent, TextInstance, TreeState } from './instance.ts'
import { MountsContext } from './mount.ts'
import { inWords } from './react-errors.ts'
import { SessionReconciler } from './session-reconciler.ts'

const reconcilers = new WeakMap<RunningSession, SessionReconciler>()

/** The React elements that one widget shows: renders them, keeps them in the document, and finds the handlers of events. */
export class Tree {
  /** Components that stand among its elements. */
  readonly mounts: Mounts
  readonly #session: RunningSession
  readonly #reconciler: SessionReconciler
  readonly #widgetId: string
  readonly #recordId: string
  readonly #revision = randomId(12)
  readonly #container: Container
  readonly #root: ReturnType<ElementReconciler['createContainer']>
  #failed = false
  #closed = false
  /** What no window has heard yet, for the first one that comes: of each kind the newest. */
  readonly #unheard = new Map<ElementAsk, ElementInstance>()
  #stopWaiting: (() => void) | null = null

  constructor(session: RunningSession, widgetId: string) {
    this.#session = session
    this.#widgetId = widgetId
    this.mounts = new Mounts(session, widgetId)
    this.#reconciler = reconcilerOf(session)
    this.#recordId = treeRecordId(widgetId)
    let lastId = 0
    const state: TreeState = {
      elements: new Map<number, ElementInstance>(),
      changedChildren: new Set<Parent>(),
      changedProps: new Map<ElementInstance, NodeProps>(),
      changedTexts: new Set<TextInstance>(),
      putLast: null,
      nextId: () => ++lastId,
      ask: (element, ask) => void this.#ask(element, ask),
    }
    const children: Child[] = []
    this.#container = { parent: null, tree: state, children, written: null, committed: () => this.#write() }
    this.#root = this.#reconciler.react.createContainer(
      this.#container,
      ConcurrentRoot,
      null,
      false,
      null,
      `${widgetId}-`,
      (error: unknown) => this.#onUncaught(error),
      // Whoever wrote the boundary shows it.
      () => {},
      (error: unknown) => session.report(error),
      () => {},
      null,
    )
  }

  /** Renders `node`, now. Errors that no boundary catches are reported, and leave the widget without elements. */
  render(node: ReactNode): void {
    this.#failed = false
    this.#session.enter(() => {
      this.#reconciler.react.updateContainerSync(
        createElement(MountsContext, { value: this.mounts }, node),
        this.#root,
        null,
        null,
      )
      this.#reconciler.flush()
    })
    if (!this.#closed) this.#write()
  }

  /** Effects are cleaned up, and events are nobody's from now on. What is shown stays until something else is. */
  unmount(): void {
    if (this.#closed) return
    this.#closed = true
    this.#stopWaiting?.()
    this.#session.enter(() => {
      this.#reconciler.react.updateContainerSync(null, this.#root, null, null)
      this.#reconciler.flush()
    })
  }

  /**
   * Whom an event of a page is for; null if that element, or its handler, is not there any more. Throws OrielError
   * bad_value for what a page of ours does not send.
   */
  find({ data }: ClientEvent): ElementCall | null {
    if (!isPlainObject(data)) throw new OrielError('bad_value', 'The event of an element must be an object.')
    const { revision, id, event, data: payload } = data
    if (typeof id !== 'number' || typeof event !== 'string')
      throw new OrielError('bad_value', 'The event of an element must name the element and the event.')
    if (revision !== this.#revision || this.#closed) return null
    const element = this.#container.tree.elements.get(id)
    if (!element || !Object.hasOwn(element.handlers, event)) return null
    const handler = element.handlers[event]!
    return { handler, given: [givenTo(element, event, payload as Value)], name: `<${element.type}> ${event}` }
  }

  /** Resolves once what handlers have set off so far is rendered and in the document; null if that is nothing. */
  settled(): Promise<void> | null {
    return this.#reconciler.settled()
  }

  /** Windows are asked once they show what the script has made of the tree by now. */
  async #ask(element: ElementInstance, ask: ElementAsk): Promise<void> {
    await this.#reconciler.settled()
    const { link } = this.#session
    if (this.#closed || link.state === 'closed') return
    const data: ElementAskData = { revision: this.#revision, id: element.id, ask }
    const reached = await link.emit(this.#widgetId, ELEMENT_ASK_EVENT, { ...data }).catch(() => null)
    if (reached !== 0 || this.#closed) return
    this.#unheard.delete(ask)
    this.#unheard.set(ask, element)
    this.#stopWaiting ??= this.#session.clients.onAttach(({ role, widgetId }) => {
      if (role !== 'window' || widgetId !== this.#widgetId) return
      const asks = [...this.#unheard]
      this.#unheard.clear()
      for (const [what, whom] of asks) void this.#ask(whom, what)
    })
  }

  #onUncaught(error: unknown): void {
    this.#failed = true
    this.#session.report(inWords(error))
  }

  #write(): void {
    const { tree } = this.#container
    const { document, state } = this.#session.link
    if (this.#closed || state === 'closed') return
    document.transact((tx) => {
      const record = tx.get(this.#recordId)
      if (record?.props['revision'] === this.#revision) {
        writeChanges(tx, this.#recordId, tree)
        if (record.props['failed'] !== this.#failed) tx.set(this.#recordId, ['failed'], this.#failed)
        return
      }
      const shown = [...this.#container.children].filter((child) => !child.isHidden)
      this.#container.written = shown
      const props: TreeProps = {
        revision: this.#revision,
        ui: hasElements(),
        failed: this.#failed,
        nodes: shown.map(toNode),
      }
      tx.put({ id: this.#recordId, type: TREE_TYPE, scope: 'view', props: { ...props } })
      tree.changedChildren.clear()
      tree.changedProps.clear()
      tree.changedTexts.clear()
    })
  }
}

/** What the handler of an element's event is called with, from what a page has sent. Throws OrielError bad_value. */
function givenTo(element: ElementInstance, event: string, payload: Value): unknown {
  const { definition, type, props } = element
  if (!definition) {
    const domEvents = props['on'] as { readonly [domEvent: string]: string }
    const domEvent = Object.keys(domEvents).find((name) => domEvents[name] === event)
    return htmlEvent(payload, domEvent ?? event)
  }
  const checked = definition.events[event as `on${string}`]!.safeParse(payload)
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]!
  throw new OrielError('bad_value', `<${type}> ${event}: what the page sent does not fit: ${issue.message}.`)
}

function reconcilerOf(session: RunningSession): SessionReconciler {
  const known = reconcilers.get(session)
  if (known) return known
  const reconciler = new SessionReconciler(session)
  reconcilers.set(session, reconciler)
  session.onClose(() => reconciler.close())
  return reconciler
}

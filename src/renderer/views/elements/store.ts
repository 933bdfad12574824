import { flushSync } from 'react-dom'
import { equal } from '../../../shared/document/equal.ts'
import { CHILDREN_INDEX, PROPS_INDEX, treeRecordId } from '../../../shared/elements/node.ts'
import type { ElementAsk, ElementAskData, ElementNode, TreeNode, TreeProps } from '../../../shared/elements/node.ts'
import type { DocumentReader } from '../../types.ts'

/** What draws one element, as the store sees it. */
export interface DrawnElement {
  /** The element is now this. Unless `isChanged`, it looks as before: what differs below it is told to that itself. */
  update(node: ElementNode, isChanged: boolean): void
  /** The script asks this of it. */
  ask(ask: ElementAsk): void
  /** Whether it draws from the props of its children, so that a change of theirs is one of its own. */
  readonly readsChildren: boolean
}

const NOTHING: TreeProps = { revision: '', ui: false, failed: false, nodes: [] }

/**
 * Follows the tree of one widget. Elements on the page hold no subscription to the document: what a change has left alone
 * is the same object as before, so what differs is found by going down where objects are others.
 */
export class TreeStore {
  readonly #document: DocumentReader
  readonly #recordId: string
  readonly #drawn = new Map<number, DrawnElement>()
  #tree: TreeProps
  #changes = 0
  #listener: (() => void) | null = null

  constructor(document: DocumentReader, widgetId: string) {
    this.#document = document
    this.#recordId = treeRecordId(widgetId)
    this.#tree = this.#read()
  }

  get tree(): TreeProps {
    return this.#tree
  }

  /** How often what is at the top of the tree has changed. */
  readonly changes = (): number => this.#changes

  /** `listener` is called when `changes` has gone up. Returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listener = listener
    this.#follow()
    const stop = this.#document.onChange(() => flushSync(() => this.#follow()), { id: this.#recordId })
    return () => {
      stop()
      this.#listener = null
    }
  }

  /** An element is on the page. */
  add(id: number, drawn: DrawnElement): void {
    this.#drawn.set(id, drawn)
  }

  /** It is gone, unless another has come in its place. */
  remove(id: number, drawn: DrawnElement): void {
    if (this.#drawn.get(id) === drawn) this.#drawn.delete(id)
  }

  /** Of an element that is not there, and of an earlier tree, nothing is asked. */
  ask({ revision, id, ask }: ElementAskData): void {
    if (revision === this.#tree.revision) this.#drawn.get(id)?.ask(ask)
  }

  #follow(): void {
    const before = this.#tree
    const now = (this.#tree = this.#read())
    if (before === now) return
    const isSameLife = before.revision === now.revision && before.ui === now.ui && before.failed === now.failed
    if (isSameLife && this.#followList(before.nodes, now.nodes, 0)) return
    this.#changes++
    this.#listener?.()
  }

  /** Tells the elements that are in both lists. Whether both have the same elements and texts in the same places. */
  #followList(before: readonly TreeNode[], now: readonly TreeNode[], from: number): boolean {
    if (before === now) return true
    if (!isSameList(before, now, from)) {
      const known = new Map<number, ElementNode>()
      for (let i = from; i < before.length; i++) {
        const node = before[i]!
        if (typeof node !== 'string') known.set(node[1], node)
      }
      for (let i = from; i < now.length; i++) {
        const node = now[i]!
        const old = typeof node === 'string' ? undefined : known.get(node[1])
        if (old && old !== node) this.#followElement(old, node as ElementNode)
      }
      return false
    }
    for (let i = from; i < now.length; i++)
      if (before[i] !== now[i]) this.#followElement(before[i] as ElementNode, now[i] as ElementNode)
    return true
  }

  #followElement(before: ElementNode, now: ElementNode): void {
    const drawn = this.#drawn.get(now[1])
    const isSame = this.#followList(childrenIn(before), childrenIn(now), CHILDREN_INDEX)
    drawn?.update(now, !isSame || drawn.readsChildren || !equal(before[PROPS_INDEX], now[PROPS_INDEX]))
  }

  #read(): TreeProps {
    return (this.#document.get(this.#recordId)?.props as unknown as TreeProps | undefined) ?? NOTHING
  }
}

/** The element as a list whose items from CHILDREN_INDEX on are nodes. */
const childrenIn = (node: ElementNode): readonly TreeNode[] => node as unknown as readonly TreeNode[]

function isSameList(before: readonly TreeNode[], now: readonly TreeNode[], from: number): boolean {
  if (before.length !== now.length) return false
  for (let i = from; i < now.length; i++) {
    const [a, b] = [before[i]!, now[i]!]
    if (a === b) continue
    if (typeof a === 'string' || typeof b === 'string' || a[1] !== b[1] || a[0] !== b[0]) return false
  }
  return true
}

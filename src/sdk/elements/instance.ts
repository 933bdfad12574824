import type { ElementDefinition } from '../../shared/elements/define.ts'
import type { ElementAsk, NodeProps, TreeNode } from '../../shared/elements/node.ts'
import type { ElementHandle } from './element.ts'

/*
 * What React has made of a script's elements, in the script's thread. The document has a copy of it, written after each
 * commit of React.
 */

/** Props as the script gave them, without children and refs. */
export type GivenProps = { readonly [name: string]: unknown }
export type Handler = (...given: unknown[]) => unknown

/** What holds children: an element, or the tree itself. */
export interface Parent {
  readonly parent: Parent | null
  readonly tree: TreeState
  /** In order, hidden ones too. */
  readonly children: Child[]
  /** The children that the document has; null while this is not in the document. */
  written: readonly Child[] | null
}

export interface ElementInstance extends Parent {
  readonly kind: 'element'
  readonly type: string
  readonly id: number
  /** Null for HTML tags. */
  readonly definition: ElementDefinition | null
  parent: Parent | null
  /** As drawn: checked, with `on`. */
  props: NodeProps
  handlers: { readonly [event: string]: Handler }
  /** The only child where that is text, for which React keeps no child of its own. */
  ownText: TextInstance | null
  isHidden: boolean
  /** What a ref on it gives, once there is one. */
  handle: ElementHandle | null
}

export interface TextInstance {
  readonly kind: 'text'
  readonly tree: TreeState
  parent: Parent | null
  text: string
  isHidden: boolean
}

export type Child = ElementInstance | TextInstance

/** What of a tree has changed since the document was written. */
export interface TreeState {
  /** Those in the document, by id. */
  readonly elements: Map<number, ElementInstance>
  readonly changedChildren: Set<Parent>
  readonly changedProps: Map<ElementInstance, NodeProps>
  readonly changedTexts: Set<TextInstance>
  /** Where a child was put in last among others: React puts the next one beside it. */
  putLast: { parent: Parent; index: number } | null
  nextId(): number
  /** Asks the windows that show the tree. */
  ask(element: ElementInstance, ask: ElementAsk): void
}

/** The children that a page shows: those of a part that waits (Suspense) are left out. */
export function shownChildren(parent: Parent): readonly Child[] {
  const { children } = parent
  return children.some((child) => child.isHidden) ? children.filter((child) => !child.isHidden) : [...children]
}

/** An instance as the document has it, with all below it, which from now on counts as written. */
export function toNode(child: Child): TreeNode {
  if (child.kind === 'text') return child.text
  const shown = shownChildren(child)
  child.written = shown
  child.tree.elements.set(child.id, child)
  const node: unknown[] = [child.type, child.id, child.props]
  for (const each of shown) node.push(toNode(each))
  return node as unknown as TreeNode
}

/** The instance and all below it are not in the document any more; events of them are nobody's. */
export function forget(child: Child): void {
  if (child.kind === 'text' || child.written === null) return
  child.written = null
  child.tree.elements.delete(child.id)
  for (const each of child.children) forget(each)
}

import type { Value } from '../value.ts'

/*
 * How a tree of elements stands in a session document: nested in the props of one record, so that inserting a subtree is
 * one op and what never changes needs no record, and no subscription, of its own.
 */

/**
 * An element: type, id, props, then its children. The type is an HTML tag (lower case) or the name of an element of
 * `oriel/ui`. The id is one of the tree's own, from 1 up, and never another element's. What the element listens for is
 * in `props.on`, see NodeProps.
 */
export type ElementNode = readonly [type: string, id: number, props: NodeProps, ...children: TreeNode[]]

/** An element, or text. */
export type TreeNode = ElementNode | string

/**
 * Props as the element is drawn with. `on`: of an HTML tag, DOM event → name of the event prop that it is for; of other
 * elements, the names of the event props that the script has given. `ref`: true where the script has a ref on it.
 */
export type NodeProps = { readonly [name: string]: Value }

/** Where in an ElementNode its props stand, and where its children begin. */
export const PROPS_INDEX = 2
export const CHILDREN_INDEX = 3

/** Props of a record of type `tree` (id `tree:` + widgetId, scope `view`): what a widget with elements shows. */
export interface TreeProps {
  /** A new random text for each life of the tree; events of an earlier one are not meant for this one. */
  revision: string
  /** Whether elements of `oriel/ui` may come, and the page should be ready for them. */
  ui: boolean
  /** An error that nobody caught has emptied the tree; the message is told elsewhere. */
  failed: boolean
  nodes: readonly TreeNode[]
}

export const TREE_TYPE = 'tree'
export const treeRecordId = (widgetId: string): string => `${TREE_TYPE}:${widgetId}`
export const isTreeRecordId = (id: string): boolean => id.startsWith(`${TREE_TYPE}:`)

/** Data of ELEMENT_EVENT: what a page tells of an element. */
export interface ElementEventData {
  /** Of the tree that the page shows. */
  revision: string
  /** Of the element. */
  id: number
  /** Name of the event prop, such as `onClick`. */
  event: string
  data: Value
}

/** What a script asks of an element by its ref, as the method of the element is called. */
export const ELEMENT_ASKS = ['focus', 'scrollIntoView'] as const
export type ElementAsk = (typeof ELEMENT_ASKS)[number]

/** Data of ELEMENT_ASK_EVENT. */
export interface ElementAskData {
  /** Of the tree that the element is in. */
  revision: string
  /** Of the element. */
  id: number
  ask: ElementAsk
}

/** Whether a tree's type is an HTML tag. */
export function isTag(type: string): boolean {
  return /^[a-z]/.test(type)
}

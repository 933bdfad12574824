import { Component } from 'react'
import type { FragmentInstance, ReactNode } from 'react'
import { CHILDREN_INDEX, PROPS_INDEX, isTag } from '../../../shared/elements/node.ts'
import type { ElementAsk, ElementNode, TreeNode } from '../../../shared/elements/node.ts'
import { Placeholder } from '../document/unknown.tsx'
import { ElementsContext } from './context.ts'
import type { ElementsScene } from './context.ts'
import { readsChildren, viewOf } from './registry.ts'
import type { DrawnElement } from './store.ts'
import { TagHold, drawTag } from './tag.tsx'
import { WidgetView } from './widget.tsx'

interface NodeViewProps {
  node: ElementNode
}

/**
 * One element of a tree. It is drawn again when it has changed itself, by the store, or when what is above it is drawn
 * again with another element in its place; not for what happens below it. One that cannot be drawn says so in its place.
 */
export class NodeView extends Component<NodeViewProps, { failed: boolean }> implements DrawnElement {
  static override contextType = ElementsContext
  declare context: ElementsScene
  override state = { failed: false }
  /** As it is now, and as it was drawn last. */
  #node: ElementNode
  #shown: ElementNode | null = null
  #hold: TagHold | null = null
  /** All that a view has drawn. */
  #held: FragmentInstance | null = null

  constructor(props: NodeViewProps) {
    super(props)
    this.#node = props.node
  }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  get readsChildren(): boolean {
    return readsChildren(this.#node[0])
  }

  override componentDidMount(): void {
    this.context.store.add(this.#node[1], this)
    this.#hold?.follow(this.#node)
  }

  override componentDidUpdate(): void {
    this.#hold?.follow(this.#node)
  }

  override componentWillUnmount(): void {
    this.context.store.remove(this.#node[1], this)
    this.#hold?.stop()
  }

  ask(ask: ElementAsk): void {
    const view = isTag(this.#node[0]) ? null : viewOf(this.#node[0])
    // It is drawn as soon as its view is here.
    if (view instanceof Promise) void view.then(() => setTimeout(() => this.#held?.[ask]()))
    else if (view) this.#held?.[ask]()
    else this.#hold?.element?.[ask]()
  }

  readonly #keep = (held: FragmentInstance | null): void => {
    this.#held = held
  }

  update(node: ElementNode, isChanged: boolean): void {
    if (this.#node === node) return
    this.#node = node
    if (isChanged && this.state.failed) this.setState({ failed: false })
    else if (isChanged) this.forceUpdate()
    else this.#shown = node
  }

  override shouldComponentUpdate({ node }: NodeViewProps, state: { failed: boolean }): boolean {
    this.#node = node
    return node !== this.#shown || state !== this.state
  }

  override render(): ReactNode {
    const node = (this.#shown = this.#node)
    if (this.state.failed) return <Placeholder>“{node[0]}” could not be drawn.</Placeholder>
    const children = drawNodes(node, CHILDREN_INDEX)
    if (!isTag(node[0]))
      return (
        <WidgetView node={node} hold={node[PROPS_INDEX]['ref'] ? this.#keep : null}>
          {children}
        </WidgetView>
      )
    if (TagHold.isFor(node)) this.#hold ??= new TagHold(this.context)
    return drawTag(node, children, this.#hold)
  }
}

/** What a list of nodes looks like, from one of them on. */
export function drawNodes(nodes: readonly unknown[], from: number): ReactNode {
  if (nodes.length === from) return null
  if (nodes.length === from + 1 && typeof nodes[from] === 'string') return nodes[from]
  const drawn: ReactNode[] = []
  for (let i = from; i < nodes.length; i++) drawn.push(drawNode(nodes[i] as TreeNode))
  return drawn
}

function drawNode(node: TreeNode): ReactNode {
  return typeof node === 'string' ? node : <NodeView key={`${node[0]}${node[1]}`} node={node} />
}

import type { Key, ReactNode, Ref } from 'react'
import type { ElementDefinition, GivenProps, PayloadOf } from '../../shared/elements/define.ts'

/** Event props of an element: each is called with the event's payload, in the session. What it gives answers the page. */
export type ElementHandlers<D extends ElementDefinition> = {
  [E in keyof D['events']]?: (payload: PayloadOf<D, E>) => unknown
}

/** What an element takes in JSX, as its schemas say; element-props.ts has the same written out. */
export type ElementProps<D extends ElementDefinition> = GivenProps<D> &
  ElementHandlers<D> & { key?: Key; ref?: Ref<ElementHandle> } & (D['children'] extends 'none'
    ? unknown
    : { children?: ReactNode })

/** An element of `oriel/ui` as a component. */
export type ElementComponent<P> = (props: P) => ReactNode

/** What a `ref` on an element, or on an HTML tag, gives. What it does happens in each window that shows the element. */
export interface ElementHandle {
  /** Of the element, within its widget. */
  readonly id: number
  /** Puts the focus on the element or, if that takes none, on the first thing in it that does. */
  focus(): void
  /** Scrolls it into view. */
  scrollIntoView(): void
}

const definitions = new Map<string, ElementDefinition>()

/**
 * The element of `definition` for scripts. To React it is a host element, so that none costs a component more. `P`: its
 * props written out, which must be just what its schemas say.
 */
export function element<D extends ElementDefinition, P extends ElementProps<D> = ElementProps<D>>(
  definition: D & (ElementProps<D> extends P ? unknown : never),
): ElementComponent<P> {
  definitions.set(definition.name, definition)
  return definition.name as unknown as ElementComponent<P>
}

export function definitionOf(name: string): ElementDefinition | undefined {
  return definitions.get(name)
}

/** Whether the script has `oriel/ui`, so that pages should be ready for its elements. */
export function hasElements(): boolean {
  return definitions.size > 0
}

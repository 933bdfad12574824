import { z } from 'zod'

/** The payload of each event of an element, by the name of its prop: `onChange`. */
export type ElementEvents = { readonly [event: `on${string}`]: z.ZodType }

/** What may stand between an element's tags. */
export type ElementChildren = 'nodes' | 'none'

/** One element of `oriel/ui`: what it takes, what it tells, what it holds. */
export interface ElementDefinition<
  P extends z.ZodObject = z.ZodObject,
  E extends ElementEvents = ElementEvents,
  C extends ElementChildren = ElementChildren,
> {
  /** As scripts write it: `Button`. */
  readonly name: string
  /** Checked in the script's thread, when the element is rendered. Defaults are filled in there. */
  readonly props: P
  /** What a page sends is checked by these before a handler sees it. */
  readonly events: E
  readonly children: C
}

/**
 * Defines an element. `props`: zod schemas by name, each with a docstring (unit, default): editors show it. `events`: zod
 * schema of what each event's handler is given, `z.null()` where there is nothing to tell. `children`: 'nodes' or 'none'.
 * `together`: what must hold of several props at once, and what is said where it does not.
 */
export function defineElement<
  const S extends z.core.$ZodLooseShape,
  const E extends ElementEvents,
  const C extends ElementChildren,
>(definition: {
  name: string
  props: S
  events: E
  children: C
  together?: { holds: (props: { readonly [P in keyof S]?: unknown }) => boolean; otherwise: string }
}): ElementDefinition<z.ZodObject<S>, E, C> {
  const { name, events, children, together } = definition
  const props = z.strictObject(definition.props)
  return Object.freeze({
    name,
    props: together ? props.refine(together.holds, together.otherwise) : props,
    events,
    children,
  })
}

/** What a view is drawn with: the checked props of its element. */
export type PropsOf<D extends ElementDefinition> = z.output<D['props']>

/** What scripts write: props with a default may be left out. */
export type GivenProps<D extends ElementDefinition> = z.input<D['props']>

/** What a handler of an event is given. */
export type PayloadOf<D extends ElementDefinition, E extends keyof D['events']> = z.output<D['events'][E] & z.ZodType>

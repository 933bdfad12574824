import type { ReactNode } from 'react'
import type { ElementDefinition, PropsOf } from '../../../shared/elements/define.ts'
import type { ElementNode } from '../../../shared/elements/node.ts'
import type { Value } from '../../../shared/value.ts'
import type { z } from 'zod'

/** What the view of an element is given. An event prop is there if the script listens; it gives the handler's answer. */
export type ElementViewProps<D extends ElementDefinition> = PropsOf<D> & {
  readonly [E in keyof D['events']]?: (payload: z.input<D['events'][E] & z.ZodType>) => Promise<Value>
} & {
  /** What is between its tags, drawn. */
  children?: ReactNode
  /** The element itself, for views that draw from the props of their children. */
  node: ElementNode
}

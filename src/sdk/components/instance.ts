import type { AnyComponent } from './component.ts'

/** What the core keeps of a component beside what its class sees. */
export class Instance {
  /** `Component.prototype`, to see what a class does in its own way. Set by the module that makes it. */
  static base: AnyComponent

  mounted = false
  /** By slot, in the order in which they were filled first. */
  readonly children = new Map<string, AnyComponent>()
  /** Its name in the window that shows it, which its HTML carries; null: no window does. */
  mark: string | null = null
  /** The name it had in a window last, under which its state is kept; null: no window has shown it. */
  lastMark: string | null = null
  /** Its HTML as it stands in that window, where it is in a slot. */
  shown: string | null = null
  /** While a frame is made: the HTML of its slots. */
  frame: Record<string, string> | null = null
  /** Input that the core has cleaned already. */
  clean: object | null = null
  /** The end of the last call that was begun, while there is one. */
  last: Promise<void> | null = null
  /** What a kind of component keeps beside its state; replaced and never changed, so that a failure can put it back. */
  kept: Readonly<Record<string, unknown>> = {}
  /** Whether the last event was a form that did not pass. */
  refused = false
}

/** Where a component has its `Instance`. */
export const INSTANCE: unique symbol = Symbol('oriel.component')

/** Where a component has the steps of one event, which a kind of component may do in its own way. */
export const HANDLE: unique symbol = Symbol('oriel.component.handle')

import type { AnyComponent } from './component.ts'
import { EventNotFoundError } from './errors.ts'
import type { Schema } from './schema.ts'

/** A handler of an event, and what its payload must look like, if the class says. */
export interface EventPlan {
  method: string
  handler: (payload: unknown) => unknown
  schema: Schema | null
}

const MAX_NAME_LENGTH = 200
const NAME = /^[a-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$/

/** `add_item` and `addItem` → `onAddItem`; null for what cannot be the name of an event. */
export function methodOf(event: unknown): string | null {
  if (typeof event !== 'string' || event.length > MAX_NAME_LENGTH || !NAME.test(event)) return null
  return `on${event[0]!.toUpperCase()}${event.slice(1).replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}`
}

const plans = new WeakMap<object, Map<string, EventPlan>>()

/**
 * The handler of `event`: a method of the component's class or of one above it, below `Component` itself. What instances
 * hold and what every object has cannot be reached (rule Q12). Throws EventNotFoundError.
 */
export function planOf(component: AnyComponent, event: string, base: object): EventPlan {
  const prototype = Object.getPrototypeOf(component) as object
  let known = plans.get(prototype)
  if (!known) plans.set(prototype, (known = new Map()))
  let plan = known.get(event)
  if (!plan) {
    const method = methodOf(event)
    const handler = method === null ? null : methodOn(prototype, method, base)
    if (!handler) throw new EventNotFoundError(event, component.constructor.name)
    plan = { method: method!, handler, schema: schemaOf(component.constructor, method!) }
    known.set(event, plan)
  }
  return plan
}

function methodOn(prototype: object, name: string, base: object): EventPlan['handler'] | null {
  for (let on: object | null = prototype; on && on !== base; on = Object.getPrototypeOf(on) as object | null) {
    const value: unknown = Object.getOwnPropertyDescriptor(on, name)?.value
    if (typeof value === 'function') return value as EventPlan['handler']
  }
  return null
}

/** What the nearest class says: a subclass that names schemas of its own does not lose those of the class above. */
function schemaOf(constructor: object, method: string): Schema | null {
  for (let on: object | null = constructor; on; on = Object.getPrototypeOf(on) as object | null) {
    const events: unknown = Object.getOwnPropertyDescriptor(on, 'events')?.value
    if (typeof events !== 'object' || events === null) continue
    for (const [event, schema] of Object.entries(events)) if (methodOf(event) === method) return schema as Schema
  }
  return null
}

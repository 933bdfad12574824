import { cleanCopy } from './clean.ts'
import type { AnyComponent } from './component.ts'
import { INSTANCE } from './instance.ts'

/** How a component was before an event, or at the last frame of a stream: a failure puts it back (rules Q9 and Q25). */
export class Snapshot {
  readonly #component: AnyComponent
  #mounted = false
  #state: object = {}
  #errors: Record<string, string> = {}
  #kept: Readonly<Record<string, unknown>> = {}

  constructor(component: AnyComponent) {
    this.#component = component
    this.take()
  }

  /** From now on this is what is put back. */
  take(): void {
    const { state, errors, [INSTANCE]: instance } = this.#component
    this.#mounted = instance.mounted
    this.#state = copyOf(state)
    this.#errors = { ...errors }
    this.#kept = instance.kept
  }

  restore(): void {
    const component = this.#component
    const instance = component[INSTANCE]
    instance.mounted = this.#mounted
    instance.kept = this.#kept
    instance.clean = null
    component.state = this.#state
    component.errors = this.#errors
  }
}

/** A copy of state that may be in any shape. */
export function copyOf(state: object): object {
  try {
    return cleanCopy(state)
  } catch {
    return { ...state }
  }
}

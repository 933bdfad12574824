import { timingSafeEqual } from 'node:crypto'
import { randomId } from '../../shared/ids.ts'
import type { ComponentGate } from './component-gate.ts'

/** Keys of one session that are good at once; asking for more takes the oldest away. */
const MAX_KEYS = 16

/**
 * Secrets with which programs on this computer ask a session's components, over plain HTTP as well. They are made where a
 * program asks to attach, kept nowhere but in memory, and good until the session ends.
 */
export class ComponentKeys {
  readonly #gates = new Map<ComponentGate, string[]>()

  issue(gate: ComponentGate): string {
    const key = randomId(32)
    this.#gates.set(gate, [...(this.#gates.get(gate) ?? []), key].slice(-MAX_KEYS))
    return key
  }

  /** null: nobody has given out this key, or its session has ended. */
  find(key: string): ComponentGate | null {
    const given = Buffer.from(key)
    let found: ComponentGate | null = null
    for (const [gate, keys] of this.#gates) {
      for (const known of keys) {
        const own = Buffer.from(known)
        if (own.length === given.length && timingSafeEqual(own, given)) found = gate
      }
    }
    return found
  }

  /** Its session has ended. */
  forget(gate: ComponentGate): void {
    this.#gates.delete(gate)
  }
}

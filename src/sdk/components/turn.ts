import type { AnyComponent } from './component.ts'
import { ComponentError } from './errors.ts'
import { INSTANCE } from './instance.ts'

/** What a component waits for while a synchronous call is under way: it is over before anybody can. */
const AT_ONCE = Promise.resolve()

/** Waits until the component is free, and gives what frees it for the next (rule Q17). */
export function takeTurn(component: AnyComponent): { before: Promise<void> | null; release: () => void } {
  const instance = component[INSTANCE]
  const { promise, resolve } = Promise.withResolvers<void>()
  const before = instance.last
  instance.last = promise
  return {
    before,
    release: () => {
      if (instance.last === promise) instance.last = null
      resolve()
    },
  }
}

/** Calls `work` as soon as what was called before is over. */
export async function inTurn<T>(component: AnyComponent, work: () => Promise<T>): Promise<T> {
  const { before, release } = takeTurn(component)
  try {
    if (before) await before
    return await work()
  } finally {
    release()
  }
}

/** Calls `work` now. Throws ComponentError component_busy while something else is under way. */
export function now<T>(component: AnyComponent, work: () => T): T {
  const instance = component[INSTANCE]
  if (instance.last)
    throw new ComponentError(
      `${component.constructor.name} is busy with another event. asyncDispatch() waits until it is free.`,
      { code: 'component_busy' },
    )
  instance.last = AT_ONCE
  try {
    return work()
  } finally {
    if (instance.last === AT_ONCE) instance.last = null
  }
}

import type { AnyComponent } from './component.ts'
import { ComponentError } from './errors.ts'
import type { Mode } from './steps.ts'

/** Whether `value` is declared async, so that calling it can only give a promise or an async generator. */
export function isAsync(value: unknown): boolean {
  const kind = Object.prototype.toString.call(value)
  return kind === '[object AsyncFunction]' || kind === '[object AsyncGeneratorFunction]'
}

/** For a part of a component that cannot be waited for where it was asked for (rule Q15). */
export function asyncNeeded(component: AnyComponent, part = 'a part of it'): ComponentError {
  return new ComponentError(
    `${component.constructor.name}: ${part} is async. Call asyncDispatch() instead of dispatch().`,
    {
      code: 'not_supported',
    },
  )
}

/** Calls a hook. Where nobody could wait for it, an async one is not even entered. */
export function invoke(component: AnyComponent, hook: 'mount' | 'beforeRender', mode: Mode): void | Promise<void> {
  if (mode === 'sync' && isAsync(component[hook])) throw asyncNeeded(component, `${hook}()`)
  return component[hook]()
}

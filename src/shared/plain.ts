import type { Value } from './value.ts'

/**
 * Under this key, an object that stands for a plain value gives that value. State that a script changes in place is behind
 * proxies, and no carrier can copy a proxy.
 */
export const PLAIN: unique symbol = Symbol('oriel.plain')

/** The plain value that `value` stands for; undefined if it stands for itself. */
export function plainValue(value: object): Value | undefined {
  return (value as { readonly [PLAIN]?: Value })[PLAIN]
}

import { Children } from 'react'
import type { ReactNode } from 'react'

/** The text between an element's tags; anything else there is left out. */
export function textOf(children: ReactNode): string {
  return Children.toArray(children)
    .filter((child) => typeof child === 'string' || typeof child === 'number')
    .join('')
}

import type { linkElement } from '../../../shared/elements/link.ts'
import type { ElementViewProps } from './view.ts'

/** Opens in the person's own browser or mail program: html/links.ts takes every click. */
export function Link({ href, children }: ElementViewProps<typeof linkElement>) {
  const isOpenable = href.startsWith('#') || /^(https?|mailto):/i.test(href)
  return (
    <a className="ui-link" {...(isOpenable && { href })}>
      {children ?? href}
    </a>
  )
}

import type { headingElement } from '../../../shared/elements/heading.ts'
import type { ElementViewProps } from './view.ts'

/** `<h1>` to `<h6>`. */
export function Heading({ level, children }: ElementViewProps<typeof headingElement>) {
  const Tag = `h${level}` as const
  return <Tag className="ui-heading">{children}</Tag>
}

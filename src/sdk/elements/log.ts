import { createElement } from 'react'
import type { Key, ReactNode, Ref } from 'react'
import type { GivenProps } from '../../shared/elements/define.ts'
import { logElement } from '../../shared/elements/log.ts'
import { element } from './element.ts'
import type { ElementHandle } from './element.ts'

const LogHost = element(logElement)

export type LogProps = Omit<GivenProps<typeof logElement>, 'earlier'> & { key?: Key; ref?: Ref<ElementHandle> }

/** Lines of text, the newest at the end. Windows are sent the newest `maxLines`, and of those what is new. */
export function Log({ lines, maxLines = MAX_LINES, ...look }: LogProps): ReactNode {
  // What does not fit is refused by the element itself.
  const earlier = Array.isArray(lines) && maxLines >= 1 ? Math.max(0, lines.length - Math.floor(maxLines)) : 0
  return createElement(LogHost, { ...look, maxLines, earlier, lines: earlier > 0 ? lines.slice(earlier) : lines })
}

const MAX_LINES = logElement.props.shape.maxLines.parse(undefined)

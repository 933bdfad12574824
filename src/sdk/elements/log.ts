import { createElement } from 'react'
import type { ReactNode } from 'react'
import { logElement } from '../../shared/elements/log.ts'
import { element } from './element.ts'
import type { LogProps } from './element-props.ts'

const LogHost = element(logElement)

/** Lines of text, the newest at the end. Windows are sent the newest `maxLines`, and of those what is new. */
export function Log({ lines, maxLines = MAX_LINES, ...look }: LogProps): ReactNode {
  // What does not fit is refused by the element itself.
  const earlier = Array.isArray(lines) && maxLines >= 1 ? Math.max(0, lines.length - Math.floor(maxLines)) : 0
  return createElement(LogHost, { ...look, maxLines, earlier, lines: earlier > 0 ? lines.slice(earlier) : lines })
}

const MAX_LINES = logElement.props.shape.maxLines.parse(undefined)

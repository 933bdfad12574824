import { useEffect, useLayoutEffect, useRef } from 'react'
import { morphInside } from '../../html/morph.ts'
import { highlightIn } from './highlight.ts'
import { markdownToElement } from './markdown.ts'
import { textOf } from './text-of.ts'
import type { markdownElement } from '../../../shared/elements/markdown.ts'
import type { ElementViewProps } from './view.ts'

/** Text with the usual marks. HTML in it is kept as far as it only formats; a change of the text changes only what differs. */
export function Markdown({ breaks, children }: ElementViewProps<typeof markdownElement>) {
  const text = textOf(children)
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => morphInside(place.current!, markdownToElement(text, breaks)), [text, breaks])
  useEffect(() => highlightIn(place.current!), [text, breaks])
  return <div className="ui-markdown" ref={place} />
}

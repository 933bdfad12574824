import { useLayoutEffect, useRef } from 'react'
import { morphInside } from '../../html/morph.ts'
import { parseInside } from '../../html/parse.ts'
import type { RecordViewProps } from './record.tsx'

/** What has no place inside a document's element: it would load, frame, leave or restyle the page. */
const REFUSED =
  'base, link, meta, style, title, iframe, frame, frameset, object, embed, applet, portal, template, audio, video'

/** `html`: { html }. Nothing in it runs; `data-event` works as everywhere. */
export function HtmlView({ record }: RecordViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const html = typeof record.props.html === 'string' ? record.props.html : ''
  useLayoutEffect(() => {
    const fresh = parseInside(place.current!, html)
    clean(fresh)
    morphInside(place.current!, fresh)
  }, [html])
  return <div className="document-html" ref={place} />
}

function clean(root: Element): void {
  for (const element of root.querySelectorAll(REFUSED)) element.remove()
  for (const element of root.querySelectorAll('[id], form[name], img[name]')) {
    // Ours are found by their ids; forms and images of a name would stand for the document's own properties.
    if (/^oriel/i.test(element.id)) element.removeAttribute('id')
    if (element.matches('form, img')) element.removeAttribute('name')
  }
}

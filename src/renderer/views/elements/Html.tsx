import createDOMPurify from 'dompurify'
import { useLayoutEffect, useRef } from 'react'
import { morphInside } from '../../html/morph.ts'
import type { htmlElement } from '../../../shared/elements/html.ts'
import type { ElementViewProps } from './view.ts'

const purify = createDOMPurify(window)

/** Formats and pictures; nothing that restyles the page, is filled in, or sends anything. */
const CLEAN = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: ['style', 'form', 'input', 'button', 'select', 'textarea', 'option', 'dialog'],
  // What the page's own code finds elements by.
  FORBID_ATTR: ['style', 'class', 'id', 'name', 'action', 'formaction', 'ping', 'target'],
  ALLOW_DATA_ATTR: false,
} as const

/** HTML of a script: cleaned unless it says that it is its own. A change of it changes only what differs. */
export function Html({ html, trusted }: ElementViewProps<typeof htmlElement>) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const holder = document.createElement('div')
    if (trusted) holder.innerHTML = html
    else holder.append(purify.sanitize(html, { ...CLEAN, RETURN_DOM_FRAGMENT: true } as never) as unknown as Node)
    morphInside(place.current!, holder)
  }, [html, trusted])
  return <div className="ui-html" ref={place} />
}

import { CONTENT_ELEMENT_ID } from './content.ts'

/** Fills the page with another one, for a widget whose content is an address. */
export function showFrame(url: string, title: string): void {
  const frame = document.createElement('iframe')
  frame.className = 'oriel-frame'
  frame.title = title
  frame.src = url
  const place = document.getElementById(CONTENT_ELEMENT_ID) ?? document.body
  place.replaceChildren(frame)
}

import { CONTENT_ELEMENT_ID } from './content.ts'

/** Fills the page with another one, for a widget whose content is an address. */
export function showFrame(url: string, title: string): void {
  const frame = document.createElement('iframe')
  frame.className = 'oriel-frame'
  frame.title = title
  // A page of the web may be itself, but neither leave its frame nor open windows of its own.
  frame.sandbox.add('allow-scripts', 'allow-same-origin', 'allow-forms', 'allow-modals', 'allow-downloads')
  frame.src = url
  const place = document.getElementById(CONTENT_ELEMENT_ID) ?? document.body
  place.replaceChildren(frame)
}

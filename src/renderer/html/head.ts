const STYLES = 'style, link[rel~="stylesheet"]'

/** What the server put there for Oriel itself. */
const isOurs = (element: Element): boolean => element.getAttribute('href')?.startsWith('/assets/') ?? false

/** Makes the author's styles in `head` those of `fresh`, without reloading the ones that stay. Other elements are left alone. */
export function syncHead(head: HTMLHeadElement, fresh: HTMLHeadElement): void {
  const old = new Map(
    [...head.querySelectorAll(STYLES)].filter((style) => !isOurs(style)).map((style) => [style.outerHTML, style]),
  )
  for (const style of fresh.querySelectorAll(STYLES)) {
    if (isOurs(style)) continue
    // Appending an element that is there already would load it again.
    if (!old.delete(style.outerHTML)) head.append(document.importNode(style, true))
  }
  for (const style of old.values()) style.remove()
}

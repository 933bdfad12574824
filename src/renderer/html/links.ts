export interface LinkOptions {
  openExternal(url: string): Promise<unknown>
  onError(error: unknown): void
}

/** Addresses that may leave the app, into the person's own browser or mail program. */
const OPENABLE = new Set(['http:', 'https:', 'mailto:'])

/** Sends links to other origins to the person's own browser: a widget's window never leaves its page. Returns the way to stop. */
export function followLinks(target: Document, options: LinkOptions): () => void {
  const stop = new AbortController()
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button === 2) return
    const link = event.target instanceof Element ? event.target.closest('a[href], area[href]') : null
    if (!link) return
    const url = URL.parse(link.getAttribute('href') ?? '', document.baseURI)
    if (!url) return event.preventDefault()
    const here = url.origin === location.origin && url.origin !== 'null'
    // What stays here: parts of this page, files beside it, and downloads made by the page itself.
    if ((here || isWithinPage(url) || url.protocol === 'blob:') && !opensWindow(link, event)) return
    event.preventDefault()
    if (OPENABLE.has(url.protocol) && !here) options.openExternal(url.href).catch(options.onError)
  }
  target.addEventListener('click', onClick, { signal: stop.signal })
  target.addEventListener('auxclick', onClick, { signal: stop.signal })
  return () => stop.abort()
}

// An `oriel:` page has the opaque origin "null" in some browsers; the address tells.
const isWithinPage = (url: URL): boolean =>
  url.protocol === location.protocol && url.host === location.host && url.protocol !== 'data:'

const opensWindow = (link: Element, event: MouseEvent): boolean =>
  !link.hasAttribute('download') && (link.getAttribute('target') === '_blank' || event.button === 1)

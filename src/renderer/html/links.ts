export interface LinkOptions {
  openExternal: (url: string) => Promise<unknown>
  onError: (error: unknown) => void
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
    const address = link.getAttribute('href') ?? ''
    if (address.startsWith('#')) return jump(event, address.slice(1))
    const url = URL.parse(address, document.baseURI)
    if (!url) return event.preventDefault()
    // By address, not by origin, which is opaque for schemes that a browser does not know.
    const here = url.protocol === location.protocol && url.host === location.host
    // What stays: files beside this page, and downloads that the page made itself.
    if ((here || url.protocol === 'blob:') && !opensWindow(link, event)) return
    event.preventDefault()
    if (OPENABLE.has(url.protocol) && !here) options.openExternal(url.href).catch(options.onError)
  }
  target.addEventListener('click', onClick, { signal: stop.signal })
  target.addEventListener('auxclick', onClick, { signal: stop.signal })
  return () => stop.abort()
}

const opensWindow = (link: Element, event: MouseEvent): boolean =>
  !link.hasAttribute('download') && (link.getAttribute('target') === '_blank' || event.button === 1)

/** To a part of this page. Where a <base> points to an HTML file's folder, the browser itself would leave for there. */
function jump(event: MouseEvent, id: string): void {
  event.preventDefault()
  const place = id === '' ? document.documentElement : document.getElementById(id)
  place?.scrollIntoView()
}

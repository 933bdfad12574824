/** What a page that was just reloaded is told instead. */
const BEHIND = 'oriel: the page is behind its script; reload it to see the newest.'

/**
 * The way to load the page again for what only the server can make: content, or a connection. Not twice within `quietMs`:
 * a server that is behind would have the page reload without end. Then `instead` is said on the console.
 */
export function reloadFor(widgetId: string, { quietMs = 2000, instead = BEHIND } = {}): () => void {
  const key = `oriel:reloaded:${widgetId}`
  return () => {
    const last = Number(sessionStorage.getItem(key) ?? 0)
    if (Date.now() - last < quietMs) return console.warn(instead)
    sessionStorage.setItem(key, String(Date.now()))
    location.reload()
  }
}

/**
 * The way to load the page again for content that only the server can make. Not twice within `quietMs`: a server that is
 * behind would have the page reload without end.
 */
export function reloadFor(widgetId: string, quietMs = 2000): () => void {
  const key = `oriel:reloaded:${widgetId}`
  return () => {
    const last = Number(sessionStorage.getItem(key) ?? 0)
    if (Date.now() - last < quietMs)
      return console.warn('oriel: the page is behind its script; reload it to see the newest.')
    sessionStorage.setItem(key, String(Date.now()))
    location.reload()
  }
}

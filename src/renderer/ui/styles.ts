/** Gives a page or a shadow root the style sheet `css`. Constructed, so that the page's own HTML cannot meet or remove it. */
export function adoptStyles(root: Document | ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet()
  // jsdom knows constructed sheets only in part
  if (!root.adoptedStyleSheets || !sheet.replaceSync) return
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}

/**
 * Tells Mantine's style sheets which half of the theme the page shows: what `data-theme` says, or the system. Returns what
 * ends it.
 */
export function followScheme(page: HTMLElement): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const follow = () => {
    const { theme } = page.dataset
    const scheme = theme === 'light' || theme === 'dark' ? theme : dark.matches ? 'dark' : 'light'
    if (page.dataset.mantineColorScheme !== scheme) page.dataset.mantineColorScheme = scheme
  }
  follow()
  dark.addEventListener('change', follow)
  const observer = new MutationObserver(follow)
  observer.observe(page, { attributeFilter: ['data-theme'] })
  // Its transitions then end at once for people who asked for less motion.
  page.dataset.respectReducedMotion = ''
  return () => {
    observer.disconnect()
    dark.removeEventListener('change', follow)
  }
}

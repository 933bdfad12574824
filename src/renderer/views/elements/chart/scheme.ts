import { useSyncExternalStore } from 'react'
import { colorOf } from './look.ts'

/**
 * Something that differs whenever the page's colours do: for what is drawn with colours that were looked up. Who sets them
 * does so in its own time, so the page itself is asked.
 */
export function useColors(): string {
  return useSyncExternalStore(followColors, readColors)
}

function readColors(): string {
  return colorOf(document.body, '--oriel-surface')
}

function followColors(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  for (const element of [document.documentElement, document.body]) observer.observe(element, { attributes: true })
  const preference = matchMedia('(prefers-color-scheme: dark)')
  preference.addEventListener('change', listener)
  return () => {
    observer.disconnect()
    preference.removeEventListener('change', listener)
  }
}

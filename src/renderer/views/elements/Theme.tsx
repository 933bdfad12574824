import { MantineProvider, createTheme } from '@mantine/core'
import type { CSSVariablesResolver } from '@mantine/core'
import mantineCss from '@mantine/core/styles.css?inline'
import { useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import { adoptStyles } from '../../ui/styles.ts'
import css from './theme.css?inline'

const theme = createTheme({
  primaryColor: 'teal',
  fontFamily: 'var(--oriel-font)',
  fontFamilyMonospace: 'var(--oriel-mono)',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
})

/** Mantine's colours are Oriel's, which follow the theme by themselves. */
const COLORS = {
  '--mantine-color-body': 'transparent',
  '--mantine-color-text': 'var(--oriel-text)',
  '--mantine-color-bright': 'var(--oriel-text)',
  '--mantine-color-dimmed': 'var(--oriel-muted)',
  '--mantine-color-placeholder': 'var(--oriel-muted)',
  '--mantine-color-error': 'var(--oriel-danger)',
  '--mantine-color-default': 'var(--oriel-surface)',
  '--mantine-color-default-hover': 'var(--oriel-accent-softer)',
  '--mantine-color-default-color': 'var(--oriel-text)',
  '--mantine-color-default-border': 'var(--oriel-edge)',
  '--mantine-color-anchor': 'var(--oriel-accent)',
  '--mantine-primary-color-filled': 'var(--oriel-accent)',
  '--mantine-primary-color-filled-hover': 'var(--oriel-accent-strong)',
  '--mantine-primary-color-contrast': 'var(--oriel-on-accent)',
  '--mantine-primary-color-light': 'var(--oriel-accent-soft)',
  '--mantine-primary-color-light-color': 'var(--oriel-accent-strong)',
  '--mantine-color-teal-filled': 'var(--oriel-accent)',
  '--mantine-color-teal-filled-hover': 'var(--oriel-accent-strong)',
  '--mantine-color-teal-light': 'var(--oriel-accent-soft)',
  '--mantine-color-teal-light-hover': 'var(--oriel-accent-soft)',
  '--mantine-color-teal-light-color': 'var(--oriel-accent-strong)',
}

const variables: CSSVariablesResolver = () => ({
  variables: { '--mantine-radius-default': 'var(--oriel-radius)' },
  light: COLORS,
  dark: COLORS,
})

const styled = new WeakSet<Document>()

function styleOnce(page: Document): void {
  if (styled.has(page)) return
  styled.add(page)
  adoptStyles(page, mantineCss)
  adoptStyles(page, css)
}

/** What elements of `oriel/ui` need around them. */
export function Theme({ children }: { children: ReactNode }) {
  styleOnce(document)
  const scheme = useSyncExternalStore(followScheme, readScheme)
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} cssVariablesResolver={variables}>
      {children}
    </MantineProvider>
  )
}

const prefersDark = () => matchMedia('(prefers-color-scheme: dark)')

function readScheme(): 'light' | 'dark' {
  const { theme: chosen } = document.documentElement.dataset
  if (chosen === 'light' || chosen === 'dark') return chosen
  return prefersDark().matches ? 'dark' : 'light'
}

function followScheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  const preference = prefersDark()
  preference.addEventListener('change', listener)
  return () => {
    observer.disconnect()
    preference.removeEventListener('change', listener)
  }
}

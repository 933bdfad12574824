import { createTheme, DEFAULT_THEME, MantineContext, MantineThemeContext, mergeMantineTheme } from '@mantine/core'
import type { MantineColorsTuple } from '@mantine/core'
import { useLayoutEffect } from 'react'
import type { ReactNode } from 'react'
import '../../theme/layers.ts'
import mantineCss from '../../theme/mantine.css?inline'
import { followScheme } from '../../theme/scheme.ts'
import { adoptStyles } from '../../ui/styles.ts'
import css from './elements.css?inline'

/*
 * Mantine in Oriel's colours. Its own provider would write its variables into the page, keep a choice of theme and follow
 * it: here the variables are a style sheet and the theme is the page's, so what is left of it are two fixed contexts.
 */

/** Of ten shades of one colour none is used: every rule asks for a variable by its purpose (mantine.css). */
function shades(variable: string): MantineColorsTuple {
  const shade = `var(${variable})`
  return [shade, shade, shade, shade, shade, shade, shade, shade, shade, shade]
}

const theme = mergeMantineTheme(
  DEFAULT_THEME,
  createTheme({
    primaryColor: 'accent',
    colors: { accent: shades('--oriel-accent'), danger: shades('--oriel-danger') },
    fontFamily: 'var(--oriel-font)',
    fontFamilyMonospace: 'var(--oriel-mono)',
    cursorType: 'pointer',
    respectReducedMotion: true,
  }),
)

const context = {
  colorScheme: 'auto' as const,
  setColorScheme: () => {},
  clearColorScheme: () => {},
  getRootElement: () => document.documentElement,
  classNamesPrefix: 'mantine',
  cssVariablesSelector: ':root',
  withStaticClasses: true,
}

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
  useLayoutEffect(() => followScheme(document.documentElement), [])
  return (
    <MantineContext value={context}>
      <MantineThemeContext value={theme}>{children}</MantineThemeContext>
    </MantineContext>
  )
}

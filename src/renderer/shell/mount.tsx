import { createRoot } from 'react-dom/client'
import type { Boot } from '../boot.ts'
import type { PageLink } from '../types.ts'
import { adoptStyles } from '../ui/styles.ts'
import { Shell } from './Shell.tsx'
import type { ShellModel } from './model.ts'
import css from './shell.css?inline'

/** Draws the shell over the page, in a shadow root beside <body>: the page's styles and updates do not reach it, nor its styles the page. */
export function mountShell(model: ShellModel, link: PageLink, boot: Boot): void {
  const host = document.createElement('oriel-shell')
  const page = document.documentElement
  const followTheme = () => {
    if (page.dataset.theme) host.dataset.theme = page.dataset.theme
  }
  followTheme()
  new MutationObserver(followTheme).observe(page, { attributeFilter: ['data-theme'] })
  const root = host.attachShadow({ mode: 'open' })
  adoptStyles(root, css)
  page.append(host)
  createRoot(root).render(
    <Shell model={model} link={link} coversScript={boot.view === null || boot.view === 'document'} />,
  )
}

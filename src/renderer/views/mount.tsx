import { createRoot } from 'react-dom/client'
import type { Boot } from '../boot.ts'
import { CONTENT_ELEMENT_ID } from '../html/content.ts'
import { adoptStyles } from '../ui/styles.ts'
import { views } from './index.ts'
import type { ViewProps } from './index.ts'
import documentCss from './document/document.css?inline'
import css from './views.css?inline'

/** Draws one of the renderer's own views as the page's content. */
export function mountView(view: NonNullable<Boot['view']>, props: ViewProps): void {
  const View = views[view]
  adoptStyles(document, css)
  if (view === 'document') adoptStyles(document, documentCss)
  const place = document.getElementById(CONTENT_ELEMENT_ID) ?? document.body
  createRoot(place).render(<View {...props} />)
}

import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { Boot } from '../boot.ts'
import { CONTENT_ELEMENT_ID } from '../html/content.ts'
import { adoptStyles } from '../ui/styles.ts'
import { loadElements } from './elements.tsx'
import { views } from './index.ts'
import type { ViewProps } from './index.ts'
import documentCss from './document/document.css?inline'
import css from './views.css?inline'

/** Draws one of the renderer's own views as the page's content. Resolves when it is drawn. */
export async function mountView(view: NonNullable<Boot['view']>, props: ViewProps): Promise<void> {
  const View = views[view]
  adoptStyles(document, css)
  if (view === 'document' || view === 'elements') adoptStyles(document, documentCss)
  const place = document.getElementById(CONTENT_ELEMENT_ID) ?? document.body
  if (view === 'elements') await loadElements(props.link.document, props.widgetId)
  const root = createRoot(place)
  flushSync(() => root.render(<View {...props} />))
}

import type { ComponentType } from 'react'
import type { Boot } from '../boot.ts'
import type { ElementAsks } from '../element-asks.ts'
import type { Predictions } from '../html/predictions.ts'
import type { PageLink } from '../types.ts'
import { DocumentView } from './document.tsx'
import { ElementsView } from './elements.tsx'
import { ErrorView } from './error.tsx'
import { HomeView } from './home.tsx'
import { TrustView } from './trust.tsx'

export interface ViewProps {
  link: PageLink
  widgetId: string
  /** Calls `send` once all that the person did before in this page has been sent. */
  inOrder: <T>(send: () => Promise<T>) => Promise<T>
  /** What the script asks of elements. */
  asks: ElementAsks
  onError: (error: unknown) => void
  predictions: Predictions
}

/** The renderer's own views by the name that a page's boot data gives. */
export const views: { readonly [V in NonNullable<Boot['view']>]: ComponentType<ViewProps> } = {
  home: HomeView,
  trust: TrustView,
  error: ErrorView,
  document: DocumentView,
  elements: ElementsView,
}

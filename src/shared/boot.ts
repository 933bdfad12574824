import type { WidgetProps } from './records.ts'

/** What a visitor's tab knows of who looks. */
export interface VisitorTab {
  /** Who is logged in; null: nobody. */
  user: string | null
}

/** What the page finds in `<script type="application/json" id="oriel-boot">`. */
export interface Boot {
  protocol: number
  ticket: string
  sessionId: string
  clientId: string
  widgetId: string
  /** The widget's revision that this page's HTML shows. */
  revision: string
  /** Path of the WebSocket, `/ws`; null where the preload brings the carrier. */
  socket: string | null
  theme: WidgetProps['theme']
  /** Name of the renderer's view, `elements` for a tree of elements; null for HTML content. */
  view: 'home' | 'trust' | 'error' | 'document' | 'elements' | null
  /** The page is a tab of a visitor's own browser, beside others; absent: a window of the app. */
  tab?: VisitorTab
  /** Address to frame; null unless the content is a url. */
  frame: string | null
}

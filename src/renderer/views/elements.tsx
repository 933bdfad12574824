import { Suspense, createElement, use, useLayoutEffect, useMemo, useSyncExternalStore } from 'react'
import type { ComponentType, ReactNode } from 'react'
import { ELEMENT_EVENT } from '../../shared/calls.ts'
import type { Value } from '../../shared/value.ts'
import { NO_TIMEOUT_MS } from '../patience.ts'
import type { DocumentReader } from '../types.ts'
import { ElementsContext } from './elements/context.ts'
import type { ElementsScene } from './elements/context.ts'
import { drawNodes } from './elements/node-view.tsx'
import { TreeStore } from './elements/store.ts'
import { loadViews } from './elements/registry.ts'
import type { ViewProps } from './index.ts'

type ThemeView = ComponentType<{ children: ReactNode }>
let theme: ThemeView | Promise<ThemeView> | null = null

/** Resolves once all that the tree of this widget begins with can be drawn at once. */
export async function loadElements(document: DocumentReader, widgetId: string): Promise<void> {
  const { ui, nodes } = new TreeStore(document, widgetId).tree
  await Promise.all([ui && loadTheme(), loadViews(nodes)])
}

function loadTheme(): ThemeView | Promise<ThemeView> {
  return (theme ??= import('./elements/Theme.tsx').then((module) => (theme = module.Theme)))
}

/** What a script shows as React elements. */
export function ElementsView({ link, widgetId, inOrder, asks, onError, predictions }: ViewProps) {
  const scene = useMemo((): ElementsScene => {
    const store = new TreeStore(link.document, widgetId)
    const eventData = (id: number, event: string, data: Value): Value => ({
      revision: store.tree.revision,
      id,
      event,
      data,
    })
    const send = (id: number, event: string, data: Value) => {
      const told = eventData(id, event, data)
      return inOrder(() => link.request(widgetId, ELEMENT_EVENT, told, { timeoutMs: NO_TIMEOUT_MS })).catch(
        (error: unknown) => {
          onError(error)
          return null
        },
      )
    }
    return { store, document: link.document, predictions, send, eventData }
  }, [link, widgetId, inOrder, onError, predictions])
  useSyncExternalStore(scene.store.subscribe, scene.store.changes)
  useLayoutEffect(() => asks.listen((asked) => scene.store.ask(asked)), [asks, scene])
  const { revision, ui, failed, nodes } = scene.store.tree
  if (failed && nodes.length === 0) {
    return (
      <div className="document-empty" role="alert">
        <h1>This could not be shown</h1>
        <p>Something in it failed. It comes back when the script is mended and runs again.</p>
      </div>
    )
  }
  return (
    <ElementsContext value={scene}>
      <Suspense fallback={null}>
        <Themed ui={ui}>
          <div className="elements" key={revision}>
            {drawNodes(nodes, 0)}
          </div>
        </Themed>
      </Suspense>
    </ElementsContext>
  )
}

function Themed({ ui, children }: { ui: boolean; children: ReactNode }) {
  if (!ui) return children
  const loading = loadTheme()
  return createElement(loading instanceof Promise ? use(loading) : loading, null, children)
}
